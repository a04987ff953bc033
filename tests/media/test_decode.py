"""Whole videos, made for the purpose, through the child process."""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
import pytest
from av import VideoFrame
from av.stream import Disposition

from tests.videos import damage, grey_steps, number_of, packets, plain, write_video
from vidtag.errors import VideoError
from vidtag.media import DecodeLimits, content_hash, open_video
from vidtag.types import DecodeSummary, VideoInfo, VideoReader

ONE_THREAD = DecodeLimits(threads=1)


@dataclass(frozen=True)
class Read:
    """All there is to know after one pass."""

    info: VideoInfo
    summary: DecodeSummary
    pts_us: list[int]
    numbers: list[int]  # as drawn in the pictures


def read(path: Path, **options: Any) -> Read:
    with open_video(path, sizes=[None], **options) as reader:
        seen = [(frame.pts_us, number_of(frame.pictures[0])) for frame in reader]
        pts_us, numbers = [pts for pts, _ in seen], [number for _, number in seen]
        return Read(reader.info, reader.summary, pts_us, numbers)


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(VideoError) as caught, open_video(path, sizes=[None], **options):
        pass
    return str(caught.value)


@dataclass(frozen=True)
class Case:
    """A video to make, and when its frames are shown."""

    name: str
    pts_us: list[int]
    end_us: int
    options: dict[str, Any] = field(default_factory=dict)


def steady(*, first_us: int = 0, step_us: int = 40_000) -> list[int]:
    return [first_us + step_us * number for number in range(40)]


VFR_PTS = [0, 1, 2, 10, 11, 30, *range(40, 74)]  # 30ths of a second
VFR_US = [round(Fraction(tick * 1_000_000, 30)) for tick in VFR_PTS]
VFR = {"pts": VFR_PTS, "time_base": Fraction(1, 30)}
NEGATIVE = {
    "pts": list(range(-7, 33)),
    "time_base": Fraction(1, 25),
    "container_options": {"avoid_negative_ts": "disabled"},
}

CASES = [
    Case("steady.mp4", steady(), 1_600_000),
    Case("b-frames.mp4", steady(), 1_600_000, {"b_frames": 2}),
    Case("b-frames.mkv", steady(), 1_600_000, {"b_frames": 2}),
    # Containers without PTS or with their own idea of the beginning.
    Case("b-frames.avi", steady(first_us=40_000), 1_640_000, {"codec": "mpeg4", "b_frames": 2}),
    Case("b-frames.ts", steady(first_us=80_000), 1_680_000, {"b_frames": 2}),
    Case("b-frames.flv", steady(first_us=80_000), 1_680_000, {"b_frames": 2}),
    Case("vp9.webm", steady(), 1_600_000, {"codec": "libvpx-vp9"}),
    Case("wmv.wmv", steady(), 1_600_000, {"codec": "wmv2"}),
    Case("10-bit.mp4", steady(), 1_600_000, {"pixel_format": "yuv420p10le"}),
    Case("4-4-4.mp4", steady(), 1_600_000, {"pixel_format": "yuv444p"}),
    Case("motion.avi", steady(), 1_600_000, {"codec": "mjpeg", "pixel_format": "yuvj420p"}),
    Case("negative.ts", steady(first_us=-280_000), 1_320_000, NEGATIVE),
    Case("variable.mp4", VFR_US, 2_473_307, VFR),
    Case("variable-b-frames.mp4", VFR_US, 2_473_307, VFR | {"b_frames": 2}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_frames_and_times_are_exact(tmp_path: Path, case: Case) -> None:
    path = write_video(tmp_path / case.name, grey_steps(40), **case.options)
    result = read(path)
    assert result.pts_us == case.pts_us
    assert result.summary == DecodeSummary(frames=40, start_us=case.pts_us[0], end_us=case.end_us)
    assert np.abs(np.subtract(result.numbers, range(40))).max() <= 1  # old codecs blur
    assert result.info.sha256 == content_hash(path)


def test_numbers_of_frames_and_drawn_numbers_agree(clip: Path) -> None:
    with open_video(clip, sizes=[None, (24, 32)]) as reader:
        for frame in reader:
            large, small = frame.pictures
            assert (large.shape, small.shape) == ((48, 64, 3), (24, 32, 3))
            assert number_of(large) == number_of(small) == frame.number


def test_info_before_the_first_frame(clip: Path) -> None:
    with open_video(clip, sizes=[]) as reader:
        assert reader.info == VideoInfo(
            path=clip.resolve(),
            sha256=content_hash(clip),
            container="mov,mp4,m4a,3gp,3g2,mj2",
            codec="h264",
            pixel_format="yuv420p",
            width_px=64,
            height_px=48,
            frame_rate=Fraction(25),
            claimed_frames=40,
            claimed_duration_us=1_600_000,
        )


@pytest.mark.parametrize(
    ("name", "told", "timecode"),
    [
        ("tape.mov", "01:00:00:00", "01:00:00:00"),
        ("tape.mp4", "10:59:59:12", "10:59:59:12"),
        ("tape.mkv", "09:58:00:03", "09:58:00:03"),
        ("tape.mkv", "noon", None),
        ("tape.mov", None, None),
    ],
)
def test_the_timecode_of_the_first_frame(
    tmp_path: Path, name: str, told: str | None, timecode: str | None
) -> None:
    path = write_video(tmp_path / name, grey_steps(3), timecode=told)
    with open_video(path, sizes=[]) as reader:
        assert reader.info.timecode == timecode


def test_known_hash_is_not_computed_again(clip: Path) -> None:
    with open_video(clip, sizes=[], sha256="known") as reader:
        assert reader.info.sha256 == "known"


def test_reader_is_the_protocol_and_reads_once(clip: Path) -> None:
    with open_video(clip, sizes=[]) as reader:
        typed: VideoReader = reader
        with pytest.raises(RuntimeError, match="only after the last frame"):
            _ = typed.summary
        assert sum(1 for _ in typed) == 40
        with pytest.raises(RuntimeError, match="only once"):
            iter(typed)


def test_pictures_last_until_the_next_frame_and_stay_valid_memory(clip: Path) -> None:
    with open_video(clip, sizes=[None]) as reader:
        kept = [frame.pictures[0] for frame in reader]
    gc.collect()
    assert number_of(kept[-1]) == 39
    assert {number_of(picture) for picture in kept} <= set(range(24, 40))  # 16 slots, reused


def test_strange_file_name(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"na\xff me%20#1?:-'.mp4")
    path.write_bytes(clip.read_bytes())
    assert read(path).summary.frames == 40


# --- geometry ---------------------------------------------------------------------------------


def corners(*, height: int = 48, width: int = 64) -> list[np.ndarray[Any, np.dtype[np.uint8]]]:
    """A picture whose top left is red, top right green, bottom left blue, bottom right white."""
    picture = np.zeros((height, width, 3), np.uint8)
    y, x = height // 2, width // 2
    picture[:y, :x], picture[:y, x:] = (255, 0, 0), (0, 255, 0)
    picture[y:, :x], picture[y:, x:] = (0, 0, 255), (255, 255, 255)
    return [picture] * 3


def corner_names(picture: np.ndarray[Any, np.dtype[np.uint8]]) -> str:
    """Colours of the corners as r, g, b, w: top left, top right, bottom left, bottom right."""
    names = {(True, False, False): "r", (False, True, False): "g", (False, False, True): "b"}
    ends = [picture[y, x] > 128 for y in (4, -5) for x in (4, -5)]
    return "".join(names.get((bool(r), bool(g), bool(b)), "w") for r, g, b in ends)


@pytest.mark.parametrize(
    ("rotation_deg", "size", "shown"),
    [
        (0, (48, 64), "rgbw"),
        (90, (64, 48), "brwg"),
        (180, (48, 64), "wbgr"),
        (270, (64, 48), "gwrb"),
    ],
)
def test_rotation_is_applied(
    tmp_path: Path, rotation_deg: int, size: tuple[int, int], shown: str
) -> None:
    path = write_video(tmp_path / "a.mp4", corners(), rotation_deg=rotation_deg)
    with open_video(path, sizes=[None, (20, 30)]) as reader:
        assert (reader.info.height_px, reader.info.width_px) == size
        assert reader.info.rotation_deg == rotation_deg
        for frame in reader:
            assert [picture.shape[:2] for picture in frame.pictures] == [size, (20, 30)]
            assert [corner_names(picture) for picture in frame.pictures] == [shown, shown]


@pytest.mark.parametrize(
    ("aspect", "width_px"), [(Fraction(8, 9), 57), (Fraction(4, 3), 85), (Fraction(1), 64)]
)
def test_pixels_become_square(tmp_path: Path, aspect: Fraction, width_px: int) -> None:
    path = write_video(tmp_path / "a.mp4", grey_steps(3), aspect=aspect)
    with open_video(path, sizes=[None]) as reader:
        assert (reader.info.height_px, reader.info.width_px) == (48, width_px)
        assert [frame.pictures[0].shape for frame in reader] == [(48, width_px, 3)] * 3


def test_size_that_changes_in_the_middle(tmp_path: Path) -> None:
    """Two transport streams, one after the other: time goes on, pictures keep their size."""
    small = write_video(tmp_path / "small.ts", grey_steps(20))
    large = write_video(tmp_path / "large.ts", grey_steps(20, height=96, width=128))
    path = tmp_path / "both.ts"
    path.write_bytes(small.read_bytes() + large.read_bytes())
    result = read(path)
    assert result.pts_us == steady()
    assert result.numbers == [*range(20), *range(20)]
    assert result.summary.problems == (
        "1 of 40 packets are damaged",  # TS counts its packets, and the count is broken there
        "1 timestamp went back in time",
    )
    bounded = read(path, limits=DecodeLimits(max_pixels=64 * 64))
    assert bounded.numbers == list(range(20))
    assert bounded.summary.completeness == "partial"


def test_cover_is_not_the_video(tmp_path: Path) -> None:
    """An attached picture, here the larger and the first stream, is passed over."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        cover: Any = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 320, 240, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        video: Any = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        large = VideoFrame.from_ndarray(plain((9, 9, 9), height=240, width=320), "rgb24")
        container.mux([*cover.encode(large), *cover.encode(None)])
        for picture in grey_steps(5):
            container.mux(video.encode(VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(video.encode(None))
    assert read(path).numbers == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("before_ms", [[], [0, 40]], ids=["all", "from the third on"])
def test_frames_centuries_away_are_refused(tmp_path: Path, before_ms: list[int]) -> None:
    times_ms = [*before_ms, *(2**50 + 40 * number for number in range(3))]
    path = write_video(
        tmp_path / "a.mkv",
        grey_steps(len(times_ms)),
        pts=times_ms,
        time_base=Fraction(1, 1000),
        codec="ffv1",
    )
    why = f"cannot read {path}: a frame of it is shown centuries from its beginning"
    if not before_ms:
        assert refusal(path) == f"{why}; its timestamps are damaged; put it into another container"
        return
    result = read(path)
    assert result.pts_us == [0, 40_000]
    assert result.summary.problems == (why,)


# --- damage -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pictures = [*grey_steps(40), *grey_steps(20)]
    path = tmp_path_factory.mktemp("sixty") / "sixty.mp4"
    return write_video(path, pictures, b_frames=2, keyframe_every=10)


def by_one_thread(path: Path) -> tuple[list[int], int]:
    """What PyAV alone makes of a video: the PTS in microseconds, and how often it failed."""
    pts_us, failed = [], 0
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context
        codec.thread_type, codec.thread_count = "SLICE", 1
        for packet in container.demux(video=0):
            try:
                frames = codec.decode(packet if packet.size else None)
            except av.error.InvalidDataError:
                failed += 1
                continue
            pts_us += [frame.pts * 1_000_000 // 12_800 for frame in frames if frame.pts is not None]
    return pts_us, failed


@pytest.mark.parametrize("threads", [2, 8])
@pytest.mark.parametrize(
    "packets_hit", [[20], [57], [59], [58, 59], [55, 57, 59], [*range(40, 60)]], ids=str
)
def test_damaged_packet_costs_its_frames_alone_however_many_threads_decode(
    sixty: Path, tmp_path: Path, packets_hit: list[int], threads: int
) -> None:
    path = damage(sixty, tmp_path / "a.mp4", packets_hit)
    result = read(path, limits=DecodeLimits(threads=threads))
    assert (result.pts_us, result.summary.damaged_packets) == by_one_thread(path)
    assert result.summary.damaged_packets == len(packets_hit)
    assert result.summary.problems == (f"{len(packets_hit)} of 60 packets are damaged",)


def test_a_damaged_end_that_cannot_be_read_again_is_told(sixty: Path, tmp_path: Path) -> None:
    """The frames that another thread was busy with are lost with the file."""
    path = damage(sixty, tmp_path / "a.mp4", [59])
    limits = DecodeLimits(threads=2)
    with open_video(path, sizes=[(8, 8)], limits=limits, sha256="0" * 64) as reader:
        path.unlink()
        frames = sum(1 for _ in reader)

    assert frames < 59
    assert reader.summary.completeness == "partial"
    assert reader.summary.problems == (f"cannot read {path}: the file is gone",)


def test_damaged_first_frame(sixty: Path, tmp_path: Path) -> None:
    result = read(damage(sixty, tmp_path / "a.mp4", [0]), limits=ONE_THREAD)
    assert result.summary.damaged_packets >= 1
    assert result.pts_us[0] > 0
    assert result.numbers[-1] == 19


@pytest.mark.parametrize("cut_inside", [False, True], ids=["between packets", "inside a packet"])
def test_truncated_mp4_says_what_is_missing(tmp_path: Path, cut_inside: bool) -> None:
    whole = write_video(
        tmp_path / "whole.mp4", grey_steps(40) * 3, container_options={"movflags": "faststart"}
    )
    end, length = packets(whole)[60]
    path = tmp_path / "a.mp4"
    path.write_bytes(whole.read_bytes()[: end + (length // 2 if cut_inside else 0)])
    summary = read(path, limits=ONE_THREAD).summary
    assert summary.completeness == "partial"
    assert "the header promises 4.8 s, 2.4 s could be read" in summary.problems
    assert (summary.frames, summary.end_us) == (60, 2_400_000)


def test_truncated_matroska_says_what_is_missing(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mkv", grey_steps(40) * 3)
    end, _ = packets(whole)[60]
    path = tmp_path / "a.mkv"
    path.write_bytes(whole.read_bytes()[:end])
    summary = read(path).summary
    assert summary.frames == 60
    assert summary.problems == ("the header promises 4.8 s, 2.4 s could be read",)


def test_mp4_without_its_index_is_refused(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(clip.read_bytes()[:-1000])  # it comes last
    assert refusal(path) == (
        f"cannot read {path}: it is not a video, or its beginning is damaged; "
        "check that it plays, or convert it to MP4"
    )


# --- what is not a video ----------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"hello\n" * 500, bytes(9000), b"\x00\x01\x02\xfe" * 999])
def test_other_content_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    assert refusal(path).startswith(f"cannot read {path}: it is not a video")


@pytest.mark.parametrize("name", ["a.mp4", "a.m3u8"])
@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{}'\n",
    ],
    ids=["hls", "concat"],
)
def test_playlist_in_disguise_opens_nothing(
    clip: Path, tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text.format(clip))
    assert refusal(path).startswith(f"cannot read {path}: it")


def test_picture_beyond_the_limit_is_refused(clip: Path) -> None:
    assert refusal(clip, limits=DecodeLimits(max_pixels=64 * 48 - 1)) == (
        f"cannot read {clip.resolve()}: its picture of 64x48 exceeds the limit of 3071 pixels; "
        "scale it down first"
    )


def test_header_of_four_gigapixels_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", grey_steps(3), codec="rawvideo")
    content = bytearray(path.read_bytes())
    place = content.index(b"strf") + 12  # width and height of BITMAPINFOHEADER
    content[place : place + 8] = (65536).to_bytes(4, "little") * 2
    path.write_bytes(content)
    assert "exceeds the limit of 35389440 pixels" in refusal(path)


# --- manners ----------------------------------------------------------------------------------


def test_ffmpeg_talks_to_the_log_not_to_the_terminal(
    sixty: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    path = damage(sixty, tmp_path / "a.mp4", [20])
    with caplog.at_level(logging.DEBUG, logger="vidtag.media"):
        read(path)
    assert any("Invalid NAL unit size" in text for text in caplog.messages)
    assert all(text.startswith("a.mp4: ") for text in caplog.messages)
    assert capfd.readouterr() == ("", "")


def test_importing_the_room_is_cheap() -> None:
    code = "import sys, vidtag.media; print(*{'av', 'cv2', 'scenedetect'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
