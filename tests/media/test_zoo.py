"""Real files that break programs. Expectations from outside: container dumps, eyes, OpenCV."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from vidtag.errors import VideoError
from vidtag.media import DecodeLimits, open_video
from vidtag.types import DecodeSummary

pytestmark = pytest.mark.material


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a file holds."""

    file: str
    frames: int
    size: tuple[int, int]  # (height, width) as shown
    start_us: int = 0
    end_us: int
    rotation_deg: int = 0
    damaged_packets: int = 0
    problems: tuple[str, ...] = ()


READABLE = [
    Expected(
        file="zoo/corrupted.mp4",  # OpenCV gives up after 28
        frames=49,
        size=(720, 1280),
        end_us=5_000_000,
        damaged_packets=1,
        problems=("1 of 50 packets are damaged", "1 frame decoded with errors"),
    ),
    Expected(file="zoo/counter.mp4", frames=30, size=(1080, 1920), end_us=3_000_000),
    Expected(
        file="zoo/delayed_start.mp4",
        frames=24,
        size=(320, 480),
        start_us=1_075_000,
        end_us=2_035_000,
    ),
    Expected(file="zoo/h264_10bit.mp4", frames=30, size=(200, 200), end_us=1_000_000),
    Expected(file="zoo/no_duration.webm", frames=74, size=(720, 1280), end_us=4_938_000),
    Expected(file="zoo/rotate_90.mov", frames=3, size=(568, 320), end_us=100_000, rotation_deg=90),
    Expected(
        file="zoo/rotate_270.mp4",
        frames=240,
        size=(1280, 544),
        end_us=10_010_000,
        rotation_deg=90,
    ),
    Expected(file="zoo/var_fps.mp4", frames=300, size=(128, 128), end_us=14_966_667),
    # One frame that does not say how long it lasts; that the header claims 1 s is no damage.
    Expected(file="zoo/wrong_count.webm", frames=1, size=(8, 8), end_us=40_000),
    Expected(file="clips/audrey.mp4", frames=221, size=(720, 1280), end_us=9_217_542),
    Expected(file="clips/chaplin.mp4", frames=241, size=(360, 640), end_us=9_640_000),
    Expected(file="clips/friends_apartment.mp4", frames=589, size=(360, 640), end_us=24_566_208),
    Expected(file="clips/friends_sofa.mp4", frames=300, size=(480, 629), end_us=10_010_000),
    Expected(file="clips/goldeneye_vfr.mp4", frames=160, size=(544, 1280), end_us=9_968_292),
    Expected(file="clips/poppins.mp4", frames=336, size=(720, 1200), end_us=14_014_000),
    Expected(file="clips/testvideo.mp4", frames=720, size=(720, 1280), end_us=24_024_000),
]


@pytest.mark.parametrize("expected", READABLE, ids=lambda case: case.file)
def test_readable(material: Path, expected: Expected) -> None:
    limits = DecodeLimits(threads=1)  # how damage looks depends on the number of threads
    with open_video(material / expected.file, sizes=[(8, 8)], limits=limits) as reader:
        numbers = [frame.number for frame in reader]
        info = reader.info
        assert numbers == list(range(expected.frames))
        assert reader.summary == DecodeSummary(
            frames=expected.frames,
            start_us=expected.start_us,
            end_us=expected.end_us,
            damaged_packets=expected.damaged_packets,
            problems=expected.problems,
        )
        assert (info.height_px, info.width_px) == expected.size
        assert info.rotation_deg == expected.rotation_deg


UNREADABLE = {
    "audio_only.mp4": "it has no video stream, only audio",
    "no_video_stream.mp4": "it has no video stream, only audio",
    "empty.webm": "the file is empty; copy or download it again",
    "interleave.avi": "not one picture of it could be decoded; the file is damaged",
    "zero_empty_stsc.mp4": "not one picture of it could be decoded; the file is damaged",
    "var_fps.frames.json": "its content is not a video container",
}


@pytest.mark.parametrize(("file", "why"), UNREADABLE.items())
def test_unreadable(material: Path, file: str, why: str) -> None:
    path = material / "zoo" / file
    with pytest.raises(VideoError) as caught, open_video(path, sizes=[(8, 8)]):
        pass
    message = str(caught.value)
    assert message.startswith(f"cannot read {path.resolve()}: {why}")
    assert "\n" not in message


def test_every_zoo_file_is_tested(material: Path) -> None:
    there = {file.name for file in (material / "zoo").iterdir()}
    assert there == {Path(case.file).name for case in READABLE if "zoo" in case.file} | set(
        UNREADABLE
    )


def test_every_timestamp_of_a_variable_rate(material: Path) -> None:
    listed = json.loads((material / "zoo/var_fps.frames.json").read_text())
    # The list rounds to microseconds what counts in 15360ths of a second.
    ticks = [round(Fraction(frame["pts_time"]) * 15360) for frame in listed]
    with open_video(material / "zoo/var_fps.mp4", sizes=[]) as reader:
        assert [frame.pts_us for frame in reader] == [
            round(Fraction(tick * 1_000_000, 15360)) for tick in ticks
        ]


def test_frame_n_is_frame_n(material: Path) -> None:
    """`counter.mp4` draws its numbers (looked at); each must be nearest to the n-th in the file."""
    path = material / "zoo/counter.mp4"
    drawn = (slice(760, 960), slice(1280, 1920))  # where it says "Frame = n"
    with av.open(str(path)) as container:
        truth = [frame.to_ndarray(format="rgb24")[drawn] for frame in container.decode(video=0)]
    with open_video(path, sizes=[None]) as reader:
        for frame in reader:
            seen = frame.pictures[0][drawn].astype(np.int16)
            distances = [float(np.abs(seen - picture).mean()) for picture in truth]
            assert int(np.argmin(distances)) == frame.number
