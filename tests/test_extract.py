from __future__ import annotations

import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.pictures import cloud
from tests.videos import damage, grey_steps, number_of, write_video
from vidtag.dataset import FrameOrigin, read_dataset, read_picture
from vidtag.dataset.choices import EveryNth, PerSecond, PerShot
from vidtag.dataset.names import parse_frame_name
from vidtag.errors import DatasetError, UsageError, VideoError
from vidtag.extract import ExtractResult, extract
from vidtag.media import content_hash

ROOT = Path(__file__).parents[1]
SHOTS = (12, 10, 15, 11, 12)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five shots, 60 frames of 40 ms, the first at 1 s."""
    pictures = [cloud(shot) for shot, count in enumerate(SHOTS) for _ in range(count)]
    return write_video(
        tmp_path_factory.mktemp("film") / "film.mp4",
        pictures,
        pts=[25 + n for n in range(60)],
        time_base=Fraction(1, 25),
    )


def contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def counts(result: ExtractResult) -> tuple[int, int, int]:
    return result.added, result.present, result.removed


def test_frames_are_named_by_video_number_time_and_shot(film: Path, tmp_path: Path) -> None:
    result = extract(film, tmp_path / "data", choice=EveryNth(12))

    assert (result.folder, result.shots, counts(result)) == (
        tmp_path / "data" / "unsorted", 5, (5, 0, 0),
    )  # fmt: skip
    video = content_hash(film)
    names = sorted(path.name for path in (tmp_path / "data" / "unsorted").iterdir())
    assert names == [
        f"{video[:16]}-f000000-t1000000us-s000.jpg",
        f"{video[:16]}-f000012-t1480000us-s001.jpg",
        f"{video[:16]}-f000024-t1960000us-s002.jpg",
        f"{video[:16]}-f000036-t2440000us-s002.jpg",
        f"{video[:16]}-f000048-t2920000us-s004.jpg",
    ]
    dataset = read_dataset(tmp_path / "data")
    assert (dataset.unsorted, dataset.videos[video[:16]].sha256) == (5, video)
    assert dataset.videos[video[:16]].name == "film.mp4"


def test_the_picture_is_that_of_the_frame(clip: Path, tmp_path: Path) -> None:
    extract(clip, tmp_path, choice=EveryNth(7), quality=100)

    for path in (tmp_path / "unsorted").iterdir():
        origin = parse_frame_name(path.name)
        assert origin is not None
        assert number_of(read_picture(path)) == origin.frame_no
        assert read_picture(path).shape == (48, 64, 3)


@pytest.mark.parametrize(
    ("max_side_px", "shape"), [(32, (24, 32, 3)), (64, (48, 64, 3)), (1000, (48, 64, 3))]
)
def test_frames_are_scaled_down(
    clip: Path, tmp_path: Path, max_side_px: int, shape: tuple[int, int, int]
) -> None:
    extract(clip, tmp_path, choice=EveryNth(40), max_side_px=max_side_px)

    [path] = (tmp_path / "unsorted").iterdir()
    assert read_picture(path).shape == shape


def test_quality_is_that_of_the_jpeg(film: Path, tmp_path: Path) -> None:
    sizes = []
    for quality in (10, 95):
        extract(film, tmp_path / str(quality), choice=EveryNth(100), quality=quality)
        [path] = (tmp_path / str(quality) / "unsorted").iterdir()
        sizes.append(path.stat().st_size)

    assert sizes[0] < sizes[1] / 2


def test_frames_of_each_shot(film: Path, tmp_path: Path) -> None:
    extract(film, tmp_path, choice=PerShot(2), label="ross")

    origins = [sample.origin for sample in read_dataset(tmp_path).samples]
    assert [(origin.frame_no, origin.shot) for origin in origins if origin] == [
        (3, 0), (9, 0), (14, 1), (19, 1), (25, 2), (33, 2), (39, 3), (45, 3), (51, 4), (57, 4),
    ]  # fmt: skip


def test_extracting_again_adds_only_what_is_new(film: Path, tmp_path: Path) -> None:
    extract(film, tmp_path, choice=EveryNth(12))
    before = contents(tmp_path)

    again = extract(film, tmp_path, choice=EveryNth(12), max_side_px=50, label="other")
    assert (counts(again), contents(tmp_path)) == ((0, 5, 0), before)
    more = extract(film, tmp_path, choice=EveryNth(6))
    assert counts(more) == (5, 5, 0)
    assert counts(extract(film, tmp_path, choice=PerSecond(Fraction(25, 6)))) == (0, 10, 0)


def test_frames_may_be_moved_copied_and_removed(film: Path, tmp_path: Path) -> None:
    extract(film, tmp_path, choice=EveryNth(12))
    first, second, third, fourth, _ = sorted((tmp_path / "unsorted").iterdir())
    (tmp_path / "ross").mkdir()
    first.rename(tmp_path / "ross" / first.name)
    second.rename(tmp_path / "ross" / f"{second.stem} (1).jpg")
    third.rename(tmp_path / "ross" / "a name of my own.jpg")
    fourth.unlink()
    before = contents(tmp_path)

    again = extract(film, tmp_path, choice=EveryNth(12))

    assert (counts(again), contents(tmp_path)) == ((0, 3, 2), before)
    restored = extract(film, tmp_path, choice=EveryNth(12), restore=True)
    assert counts(restored) == (2, 3, 0)
    assert fourth.is_file()
    third_sample = next(s for s in read_dataset(tmp_path).samples if "own" in s.path.name)
    assert third_sample.origin is not None
    assert third_sample.origin.frame_no == 24


def test_the_names_alone_are_enough(film: Path, tmp_path: Path) -> None:
    extract(film, tmp_path, choice=EveryNth(12))
    before = contents(tmp_path)
    (tmp_path / "dataset.jsonl").unlink()

    again = extract(film, tmp_path, choice=EveryNth(12))

    assert (counts(again), contents(tmp_path)) == ((0, 5, 0), before)


@pytest.mark.parametrize("fsync_no", [1, 2, 5, 6, 7, 8])
def test_killed_and_started_again(film: Path, tmp_path: Path, fsync_no: int) -> None:
    """Killed at any step of writing, the folder ends up as if it had not been."""
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from vidtag.dataset import writing\n"
        "from vidtag.dataset.choices import EveryNth\n"
        "from vidtag.extract import extract\n"
        "writing._PENDING = 3\n"
        "left = int(sys.argv[3])\n"
        "def fsync(descriptor):\n"
        "    global left\n"
        "    left -= 1\n"
        "    if left == 0:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.fsync = fsync\n"
        "extract(Path(sys.argv[1]), Path(sys.argv[2]), choice=EveryNth(6))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(film), str(tmp_path / "killed"), str(fsync_no)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    before = contents(tmp_path / "killed")

    result = extract(film, tmp_path / "killed", choice=EveryNth(6))
    extract(film, tmp_path / "whole", choice=EveryNth(6))

    pictures = sum(name.endswith(".jpg") for name in before)
    assert pictures < 10
    assert counts(result) == (10 - pictures, pictures, 0)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


def test_a_damaged_video_gives_what_can_be_read(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", grey_steps(40), keyframe_every=40)
    spoilt = damage(whole, tmp_path / "spoilt.mp4", [20])

    result = extract(spoilt, tmp_path / "data", choice=EveryNth(1))

    assert result.summary.completeness == "partial"
    assert result.problems == result.summary.problems
    assert result.added == result.summary.frames == len(list(result.folder.iterdir()))


def test_what_is_no_video_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")

    with pytest.raises(VideoError):
        extract(tmp_path / "text.mp4", tmp_path / "data", choice=EveryNth(1))
    assert not (tmp_path / "data").exists()


def test_a_label_has_a_safe_name(film: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'\.\./x' cannot be a class"):
        extract(film, tmp_path / "data", choice=EveryNth(1), label="../x")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_changes_while_it_is_read(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = extract.__globals__["_extract"]

    def late(path: Path, missing: Any, *rest: Any) -> int:
        moved = [FrameOrigin(o.video, o.frame_no, o.pts_us + 1, o.shot) for o in missing]
        return int(real(path, moved, *rest))

    monkeypatch.setitem(extract.__globals__, "_extract", late)
    with pytest.raises(VideoError, match="the file changed while it was read"):
        extract(film, tmp_path, choice=EveryNth(1))


def test_a_frame_too_large_for_jpeg(tmp_path: Path) -> None:
    video = write_video(
        tmp_path / "wide.mkv",
        [cloud(1, height=2, width=65_600)],
        codec="ffv1",
        pixel_format="bgr0",
    )

    with pytest.raises(DatasetError, match=r"65600x2 pixels cannot be written .* with --size"):
        extract(video, tmp_path / "data", choice=EveryNth(1))
    assert extract(video, tmp_path / "data", choice=EveryNth(1), max_side_px=640).added == 1


def test_progress_is_told_of_both_passes(film: Path, tmp_path: Path) -> None:
    heard: list[object] = []

    class Listener:
        def begin(self, info: object, names: list[str]) -> None:
            heard.extend(names)

        def advance(self, frames: int, pts_us: int) -> None:
            heard.append(pts_us)

    listener: Any = Listener()
    extract(film, tmp_path, choice=EveryNth(50), progress=listener)

    times = [1_000_000 + n * 40_000 for n in range(60)]
    assert heard == ["finding shots", *times, "saving frames", *times[:51]]
