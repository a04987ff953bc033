"""Parts of a video show the very pictures of a whole pass, whatever has to be decoded for them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.videos import write_video
from vidtag.errors import VideoError
from vidtag.media import DecodeLimits, open_video
from vidtag.types import Picture

FRAMES = 120
SIZE = (48, 64)
PARTS = [range(7), range(30, 41), range(41, 52), range(90, 91), range(113, FRAMES)]

ENCODED: dict[str, dict[str, Any]] = {
    "keyframes": {"keyframe_every": 10},
    "b frames": {"keyframe_every": 24, "b_frames": 3},
    "one keyframe": {"keyframe_every": 1000, "options": {"sc_threshold": "0"}},
    "only keyframes": {"codec": "mjpeg", "pixel_format": "yuvj420p"},
    "open groups": {
        "b_frames": 3,
        "options": {"x264-params": "open-gop=1:keyint=15:min-keyint=15:scenecut=0:b-adapt=0"},
    },
    "variable frame rate": {
        "pts": np.cumsum(np.random.default_rng(1).integers(1, 90, FRAMES)).tolist(),
        "time_base": Fraction(1, 1000),
    },
    "mpeg-4": {"codec": "mpeg4", "b_frames": 2},
}


def moving_texture(frames: int) -> list[Picture]:
    """No two pictures alike."""
    texture = np.random.default_rng(0).integers(0, 255, (*SIZE, 3), np.uint8)
    return [np.roll(texture, (3 * number, number), axis=(0, 1)) for number in range(frames)]


def read(path: Path, **options: Any) -> dict[int, bytes]:
    """The picture at each time."""
    with open_video(path, sizes=[SIZE], **options) as reader:
        return {frame.pts_us: frame.pictures[0].tobytes() for frame in reader}


def times_of(parts: Sequence[range], whole: dict[int, bytes]) -> list[tuple[int, int]]:
    pts_us = list(whole)
    return [(pts_us[part[0]], pts_us[part[-1]]) for part in parts]


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
@pytest.mark.parametrize("encoded", ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("threads", [1, 2])
def test_parts_are_as_in_the_whole(
    tmp_path: Path, ending: str, encoded: dict[str, Any], threads: int
) -> None:
    path = write_video(tmp_path / f"moving.{ending}", moving_texture(FRAMES), **encoded)
    limits = DecodeLimits(threads=threads)
    whole = read(path, limits=limits)
    assert len(whole) == FRAMES

    found = read(path, limits=limits, parts=times_of(PARTS, whole))

    wanted = [list(whole)[number] for part in PARTS for number in part]
    assert set(wanted) <= set(found)
    assert all(found[pts_us] == whole[pts_us] for pts_us in wanted)
    assert len(found) <= len(wanted) + len(PARTS)


def test_between_keyframes_nothing_is_decoded_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with one keyframe would be decoded from its beginning for every part."""
    from vidtag.media.parts import PartDecoder
    from vidtag.media.source import open_source

    pictures = moving_texture(FRAMES)
    path = write_video(tmp_path / "a.mp4", pictures, keyframe_every=1000, options={"bf": "0"})
    source = open_source(path, DecodeLimits())
    packets = 0

    def count() -> None:
        nonlocal packets
        packets += 1

    parts = [(40_000 * part[0], 40_000 * part[-1]) for part in PARTS]
    times = [shown_us for shown_us, _ in PartDecoder(source, parts, progress=count)]

    assert times == [40_000 * number for part in PARTS for number in part]
    assert packets <= FRAMES + 1


def test_parts_that_are_not_there_are_told(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", moving_texture(10))

    with pytest.raises(VideoError, match="not one picture"):
        read(path, parts=[(60_000_000, 61_000_000)])


def test_a_file_that_ends_early_gives_what_there_is(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "a.mp4",
        moving_texture(FRAMES),
        container_options={"movflags": "faststart"},
        keyframe_every=10,
    )
    whole = read(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    found = read(path, parts=times_of(PARTS, whole))

    assert 0 < len(found) < sum(map(len, PARTS))
    assert all(picture == whole[pts_us] for pts_us, picture in found.items())


def test_a_transport_stream_has_no_index(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.ts", moving_texture(FRAMES), b_frames=2, keyframe_every=20)
    with av.open(str(path)) as container:
        assert len(container.streams.video[0].index_entries) == 0
    whole = read(path)

    found = read(path, parts=times_of(PARTS, whole))

    wanted = [list(whole)[number] for part in PARTS for number in part]
    assert set(wanted) <= set(found)
    assert all(found[pts_us] == whole[pts_us] for pts_us in wanted)
