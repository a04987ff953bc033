from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.detectors import Broken, Channels
from tests.videos import damage, grey_steps, plain, write_video
from vidtag import media
from vidtag.errors import PluginError, VideoError
from vidtag.sampling import DEFAULT_SAMPLER, EVERY_FRAME, Every
from vidtag.scan import scan, scoring, work
from vidtag.store import Database
from vidtag.types import Episode, VideoInfo
from vidtag.worker import is_alive, this_worker

ROOT = Path(__file__).parents[2]
RED, BLUE, WHITE, BLACK = (250, 0, 0), (0, 0, 250), (250, 250, 250), (2, 2, 2)
SHOTS = ((RED, 12), (BLUE, 10), (WHITE, 15), (BLACK, 11), (RED, 12))
FRAME_US = 40_000


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five shots of plain colour, 60 frames of 40 ms."""
    pictures = [plain(colour) for colour, count in SHOTS for _ in range(count)]
    return write_video(tmp_path_factory.mktemp("film") / "film.mp4", pictures)


def contents(database: Database) -> dict[str, Any]:
    """Everything that a scan leaves behind, but for when and by whom."""
    [video] = database.videos()
    found: dict[str, Any] = {
        "video": (video.sha256, video.frames, video.start_us, video.end_us, video.problems),
        "times": database.frame_times(video.video_id).tolist(),
        "shots": database.shots(video.video_id),
    }
    for run in database.runs(video.video_id):
        for label in run.labels:
            series = database.scores(run.run_id, label)
            found[label] = (series.scores.tolist(), series.scored.tolist())
        found[run.identity.name] = database.appearances(run.run_id)
    return found


def ranges(database: Database, name: str) -> list[tuple[int, int]]:
    [video] = database.videos()
    [run] = database.runs(video.video_id, detector=name)
    [found] = database.appearances(run.run_id).values()
    return [(one.start_frame, one.end_frame) for one in found]


def test_labels_shots_and_times(film: Path, database: Database) -> None:
    result = scan(film, [Channels("rb")], database, sampler=Every(5))

    assert [(s.start_frame, s.end_frame) for s in database.shots(result.video.video_id)] == [
        (0, 12), (12, 22), (22, 37), (37, 48), (48, 60),
    ]  # fmt: skip
    assert ranges(database, "r") == [(0, 12), (22, 37), (48, 60)]
    assert ranges(database, "b") == [(12, 22), (22, 37)]
    assert database.frame_times(result.video.video_id).tolist() == [n * FRAME_US for n in range(60)]
    assert (result.video.frames, result.video.start_us, result.video.end_us) == (60, 0, 2_400_000)
    assert result.video.completeness == "complete"
    assert database.check() == ()


def test_each_frame_says_whether_it_was_scored(film: Path, database: Database) -> None:
    result = scan(film, [Channels("r")], database, sampler=Every(5))

    [run] = result.runs
    series = database.scores(run.run_id, "r-on")
    scored = [n for n, yes in enumerate(series.scored) if yes]
    assert scored == [
        0, 5, 10, 11, 12, 17, 21, 22, 27, 32, 36, 37, 42, 47, 48, 53, 58, 59,
    ]  # fmt: skip
    assert (run.frames_scored, run.frames_filled) == (18, 42)
    assert result.frames_scored_now == 18


def test_filled_scores_never_cross_a_cut(film: Path, database: Database) -> None:
    scan(film, [Channels("r")], database, sampler=Every(1000))
    sparse = contents(database)["r-on"][0]

    assert all(score > 0.9 for score in sparse[:12])
    assert all(score < 0.1 for score in sparse[12:22])


def test_heads_share_one_pass_over_each_picture(film: Path, database: Database) -> None:
    detector = Channels("rgb")
    scan(film, [detector], database, sampler=EVERY_FRAME)

    assert sum(detector.batches) == 60
    assert max(detector.batches) <= 16


def test_scanning_again_does_nothing(film: Path, database: Database) -> None:
    scan(film, [Channels("r")], database)
    before = contents(database)
    detector = Channels("r")

    result = scan(film, [detector], database)

    assert result.unchanged
    assert (result.frames_scored_now, detector.batches) == (0, [])
    assert contents(database) == before


def test_force_scans_again(film: Path, database: Database) -> None:
    first = scan(film, [Channels("r")], database, sampler=Every(7))
    second = scan(film, [Channels("r")], database, sampler=EVERY_FRAME, force=True)

    assert (first.frames_scored_now, second.frames_scored_now) == (15, 60)
    assert [run.sampler for run in database.runs(first.video.video_id)] == ["every 1"]


def test_another_version_or_sampler_is_another_run(film: Path, database: Database) -> None:
    scan(film, [Channels("r")], database, sampler=Every(7))
    scan(film, [Channels("r")], database, sampler=Every(8))
    scan(film, [Channels("r", version="2")], database, sampler=Every(8))

    [video] = database.videos()
    assert len(database.runs(video.video_id)) == 3


def test_a_moved_copy_is_the_same_video(film: Path, tmp_path: Path, database: Database) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(film.read_bytes())
    scan(film, [Channels("r")], database, episode=Episode(series="Colours", season=1))

    result = scan(copy, [Channels("r")], database, episode=Episode(episode=4))

    assert result.unchanged
    [video] = database.videos()
    assert video.path == copy
    assert video.episode == Episode(series="Colours", season=1, episode=4)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([[0.5]], r"must return scores of shape \(\d+, 1\), received \(1, 1\)"),
        ([[1.5]] * 12, r"outside \[0, 1\]"),
        ([[float("nan")]] * 12, r"outside \[0, 1\]"),
    ],
    ids=["shape", "range", "nan"],
)
def test_a_detector_that_breaks_its_contract_leaves_nothing(
    film: Path, database: Database, scores: list[list[float]], message: str
) -> None:
    with pytest.raises(PluginError, match=message):
        scan(film, [Broken(scores)], database, sampler=EVERY_FRAME)

    [video] = database.videos()
    assert video.frames is None
    assert database.runs(video.video_id) == []
    [run] = database.runs(video.video_id, done=False)
    assert database.done_pieces(run.run_id) == frozenset()


def test_a_damaged_video_is_partial_and_says_so(tmp_path: Path, database: Database) -> None:
    whole = write_video(tmp_path / "whole.mp4", grey_steps(40), keyframe_every=5)
    spoilt = damage(whole, tmp_path / "spoilt.mp4", [7, 8])

    result = scan(spoilt, [Channels("r")], database)

    assert result.video.completeness == "partial"
    assert result.video.problems != ()
    [video] = database.videos()
    assert video.problems == result.video.problems
    assert result.video.frames == len(database.frame_times(video.video_id))


def test_a_video_without_a_single_good_frame(tmp_path: Path, database: Database) -> None:
    whole = write_video(tmp_path / "whole.mp4", grey_steps(6), keyframe_every=1)
    spoilt = damage(whole, tmp_path / "spoilt.mp4", range(6))

    with pytest.raises(VideoError):
        scan(spoilt, [Channels("r")], database)


def test_progress_is_told_of_every_frame(film: Path, database: Database) -> None:
    class Told:
        def __init__(self) -> None:
            self.began: list[tuple[Path, list[str]]] = []
            self.frames = 0
            self.last_us = -1

        def begin(self, info: VideoInfo, names: Any) -> None:
            self.began.append((info.path, list(names)))

        def advance(self, frames: int, pts_us: int) -> None:
            self.frames += frames
            self.last_us = pts_us

        def wait(self) -> None:
            raise AssertionError("nobody else is at work")

    told = Told()
    scan(film, [Channels("rg"), Channels("b")], database, progress=told)

    assert told.began == [(film, ["r", "g", "b"])]
    assert (told.frames, told.last_us) == (60, 59 * FRAME_US)


def test_waiting_for_another_scan_is_told_and_may_be_ended(film: Path, database: Database) -> None:
    class EndedError(Exception):
        """Ends the scan."""

    class Impatient:
        def begin(self, info: VideoInfo, names: Any) -> None: ...

        def advance(self, frames: int, pts_us: int) -> None: ...

        def wait(self) -> None:
            raise EndedError

    detector = Channels("r")
    with media.open_video(film, sizes=[]) as reader:
        video = database.register_video(reader.info, Episode())
    run = database.open_run(
        video.video_id,
        detector.heads[0],
        sampler=str(DEFAULT_SAMPLER),
        pipeline=media.PIPELINE_VERSION,
    )
    database.claim_piece(run.run_id, 0, 12, worker="elsewhere:1:0.00", ttl_s=60)

    with pytest.raises(EndedError):
        scan(film, [detector], database, progress=Impatient())
    assert database.pending(run.run_id) == ((0, 12),)


# --- promise 3: nothing is lost ---


def start(
    video: Path, database: str, channels: str, lives: int | None, *, sampler: str = "every 3"
) -> subprocess.Popen[str]:
    arguments = [str(video), database, channels, "" if lives is None else str(lives), sampler]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.scanning", *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "plugins")])},
    )


def scored_of(frames: int) -> int:
    """How many frames of a shot are scored by `every 3`."""
    return -(-(frames - 1) // 3) + 1


def scored_before(database: Database) -> int:
    [video] = database.videos()
    run = database.runs(video.video_id, done=False)[0]
    return sum(scored_of(end - start) for start, end in database.done_pieces(run.run_id))


def test_killed_again_and_again_it_ends_with_the_same_rows(
    film: Path, tmp_path: Path, database_url: str
) -> None:
    with Database.open(tmp_path / "once.db") as once:
        scan(film, [Channels("rb")], once, sampler=Every(3))
        expected = contents(once)

    for lives in (1, 0, 1, 2):
        killed = start(film, database_url, "rb", lives)
        assert "Error" not in killed.communicate(timeout=60)[1]
        assert killed.returncode == -signal.SIGKILL

    with Database.open(database_url) as often:
        left = sum(scored_of(count) for _, count in SHOTS) - scored_before(often)
        result = scan(film, [Channels("rb")], often, sampler=Every(3))
        assert result.frames_scored_now == left
        assert contents(often) == expected
        assert often.check() == ()


def test_scans_at_the_same_time_share_the_work(
    film: Path, tmp_path: Path, database_url: str
) -> None:
    with Database.open(tmp_path / "once.db") as once:
        scan(film, [Channels("rb")], once, sampler=Every(3))
        expected = contents(once)

    both = [start(film, database_url, "rb", None) for _ in range(2)]
    assert [one.communicate(timeout=60)[1] for one in both] == ["", ""]
    assert [one.returncode for one in both] == [0, 0]

    with Database.open(database_url) as shared:
        assert contents(shared) == expected
        assert shared.check() == ()


def test_what_a_dead_scan_held_is_taken_over_at_once(film: Path, database_url: str) -> None:
    """Both scans die at their first piece; the third waits for no lease to run out."""
    for _ in range(2):
        killed = start(film, database_url, "r", 0)
        killed.communicate(timeout=60)
        assert killed.returncode == -signal.SIGKILL

    with Database.open(database_url) as database:
        result = scan(film, [Channels("r")], database, sampler=Every(3))
    assert result.frames_scored_now == sum(scored_of(count) for _, count in SHOTS)


def test_workers_are_told_apart() -> None:
    worker = this_worker()
    host, pid, _ = worker.rsplit(":", 2)

    assert is_alive(worker)
    assert not is_alive(f"{host}:{pid}:1.00"), "the number was given to a new process"
    assert is_alive("elsewhere:1:1.00"), "of another machine nobody here can know"


# --- as many frames as needed ---


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shot of 70 frames that slowly gets redder, never the same twice, at 25 frames a second."""
    pictures = [plain((60 + 2 * number, 60, 60)) for number in range(70)]
    return write_video(tmp_path_factory.mktemp("changing") / "changing.mp4", pictures)


def presence(database: Database, label: str) -> list[bool]:
    [video] = database.videos()
    for run in database.runs(video.video_id):
        if label in run.labels:
            scores = database.scores(run.run_id, label).scores
            return [bool(yes) for yes in scores >= np.float32(run.thresholds[label])]
    raise AssertionError(label)


def test_by_default_few_frames_are_scored_and_all_labels_are_as_if_every_one_was(
    changing: Path, tmp_path: Path
) -> None:
    with Database.open(tmp_path / "every.db") as every:
        scan(changing, [Channels("r")], every, sampler=EVERY_FRAME)
        expected = presence(every, "r-on")
    with Database.open(tmp_path / "few.db") as few:
        result = scan(changing, [Channels("r")], few)
        assert presence(few, "r-on") == expected

    assert len(set(expected)) == 2
    assert result.runs[0].sampler == "adaptive-2 1/2"
    assert result.frames_scored_now < 30


def test_pictures_that_stay_the_same_are_scored_once(film: Path, database: Database) -> None:
    """Five shots of one colour each."""
    result = scan(film, [Channels("r")], database)

    [run] = result.runs
    assert (run.frames_scored, run.frames_filled) == (5, 55)
    assert ranges(database, "r") == [(0, 12), (22, 37), (48, 60)]


def test_what_a_head_gets_does_not_depend_on_which_others_ask(
    changing: Path, tmp_path: Path
) -> None:
    found = []
    for channels in ("r", "rgb", "br"):
        with Database.open(tmp_path / f"{channels}.db") as database:
            scan(changing, [Channels(channels)], database)
            found.append(contents(database)["r-on"])

    assert found[0] == found[1] == found[2]


def test_killed_while_looking_closer_it_ends_with_the_same_rows(
    film: Path, tmp_path: Path, database_url: str
) -> None:
    with Database.open(tmp_path / "once.db") as once:
        scan(film, [Channels("rb")], once)
        expected = contents(once)

    for lives in (1, 2):
        killed = start(film, database_url, "rb", lives, sampler="adaptive-2 1/2")
        killed.communicate(timeout=60)
        assert killed.returncode == -signal.SIGKILL

    with Database.open(database_url) as often:
        scan(film, [Channels("rb")], often)
        assert contents(often) == expected


@pytest.mark.parametrize("pictures_bytes", [0, 1 << 40], ids=["one window", "six windows"])
def test_results_do_not_depend_on_how_many_windows_are_looked_at_together(
    changing: Path,
    film: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pictures_bytes: int,
) -> None:
    found = []
    for name, batch, budget in (("a", 16, None), ("b", 3, pictures_bytes)):
        monkeypatch.setattr(scoring, "BATCH", batch)
        if budget is not None:
            monkeypatch.setattr(work, "_PICTURES_BYTES", budget)
        for video in (film, changing):
            with Database.open(tmp_path / f"{name}-{video.stem}.db") as database:
                scan(video, [Channels("rb"), Channels("g")], database)
                found.append(contents(database))

    assert found[:2] == found[2:]
