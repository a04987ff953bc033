from __future__ import annotations

import os
import shutil
import zlib
from pathlib import Path

import numpy as np
import pytest

from tests.detectors import Channels, Sharing
from tests.scan.test_frames import contents
from tests.videos import plain, write_video
from vidtag import media
from vidtag.errors import UsageError
from vidtag.sampling import EVERY_FRAME, ONLY_KEPT
from vidtag.scan import FeatureCache, kept, scan
from vidtag.scan.kept import Kept
from vidtag.store import Database
from vidtag.types import Detector

SHA = "ab" * 32
KEPT = Kept(
    np.array([0, 0, 2]),
    np.array([7, 8, 2**32 - 1], np.uint32),
    {2: np.array([5, 6], np.uint8), 0: np.array([1, 2], np.uint8)},
)


@pytest.fixture
def cache(tmp_path: Path) -> FeatureCache:
    return FeatureCache(tmp_path / "frames")


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shots of 40 frames: one gets redder, one bluer."""
    reds = [plain((60 + 4 * number, 60, 60)) for number in range(40)]
    blues = [plain((5, 20, 60 + 4 * number)) for number in range(40)]
    return write_video(tmp_path_factory.mktemp("changing") / "changing.mp4", reds + blues)


# --- the cache ---


def test_what_was_saved_is_loaded(cache: FeatureCache) -> None:
    cache.of(SHA, "network").save(10, 13, KEPT)

    video = cache.of(SHA, "network")
    loaded = video.load(10, 13)

    assert video.windows() == [(10, 13)]
    assert loaded is not None
    assert loaded.stills.tolist() == [0, 0, 2]
    assert loaded.crcs.tolist() == [7, 8, 2**32 - 1]
    assert {at: row.tolist() for at, row in loaded.features.items()} == {0: [1, 2], 2: [5, 6]}


def test_nothing_is_found_of_another_video_network_pipeline_rule_or_window(
    cache: FeatureCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.of(SHA, "network").save(10, 13, KEPT)

    assert cache.of(SHA, "network").load(10, 14) is None
    assert cache.of(SHA, "another").windows() == []
    assert cache.of("cd" * 32, "network").windows() == []
    with monkeypatch.context() as changed:
        changed.setattr(media, "PIPELINE_VERSION", "another")
        assert cache.of(SHA, "network").windows() == []
    monkeypatch.setattr(kept, "STILLS_VERSION", "another")
    assert cache.of(SHA, "network").windows() == []


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_damaged_file_is_as_good_as_none(
    cache: FeatureCache, tmp_path: Path, damage: bytes | None
) -> None:
    video = cache.of(SHA, "network")
    video.save(10, 13, KEPT)
    [file] = tmp_path.rglob("*.npz")
    file.write_bytes(file.read_bytes()[:-40] if damage is None else damage)

    assert video.load(10, 13) is None


def test_videos_that_were_not_used_for_longest_go_first(tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    large = FeatureCache(folder)
    for number in range(4):
        large.of(f"{number}" * 64, "network").save(0, 3, KEPT)
    [size] = {file.stat().st_size for file in folder.rglob("*.npz")}
    for number, used_s in enumerate((400, 100, 300, 200)):
        [video] = (folder / (f"{number}" * 32)).iterdir()
        os.utime(video, (used_s, used_s))
    large.of("1" * 64, "network").windows()  # used now

    FeatureCache(folder, limit_bytes=2 * size).prune()

    left = [n for n in range(4) if large.of(f"{n}" * 64, "network").windows()]
    assert left == [0, 1]


def test_a_cache_that_others_write_to_is_pruned_all_the_same(tmp_path: Path) -> None:
    """They make folders, and what was there a moment ago is gone."""
    cache = FeatureCache(tmp_path / "frames", limit_bytes=0)
    cache.of(SHA, "network").save(10, 13, KEPT)
    [folder] = (tmp_path / "frames").glob("*/*")
    (folder / ".new-abc").mkdir()
    (folder / "000000020-000000030.npz").symlink_to("gone")

    cache.prune()

    assert cache.of(SHA, "network").windows() == []


def test_windows_that_overlap_are_forgotten(cache: FeatureCache, tmp_path: Path) -> None:
    """As where a pass broke off: its last window ends too early."""
    video = cache.of(SHA, "network")
    for start, end in ((0, 3), (3, 6), (6, 8), (6, 9), (7, 9), (9, 12)):
        frames = end - start
        kept = Kept(np.arange(frames), np.zeros(frames, np.uint32), dict(KEPT.features))
        video.save(start, end, kept)

    assert video.windows() == [(0, 3), (3, 6), (9, 12)]
    assert len(list((tmp_path / "frames").glob("*/*/*.npz"))) == 3


def test_check_sums_tell_pictures_apart() -> None:
    """Though they have the same pixels in other places."""
    picture = np.random.default_rng(0).integers(0, 255, (16, 16, 3), np.uint8)
    pictures = [np.roll(picture, rows, axis=0) for rows in range(16)]

    assert len(set(kept.check_sums(pictures).tolist())) == 16
    assert kept.check_sums([picture]).tolist() == [zlib.crc32(picture.tobytes())]


# --- scans ---


def test_another_classifier_needs_neither_the_network_nor_the_pictures(
    changing: Path, tmp_path: Path, cache: FeatureCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database.open(tmp_path / "alone.db") as alone:
        scan(changing, [Sharing("b", version="2")], alone)
        expected = contents(alone)
    with Database.open(tmp_path / "cached.db") as database:
        scan(changing, [Sharing("rb")], database, cache=cache)
        [video] = database.videos()
        for run in database.runs(video.video_id):
            database.delete_run(run.run_id)
        monkeypatch.setattr("vidtag.scan.work.place_frames", None)  # nothing is decoded

        detector = Sharing("b", version="2")
        result = scan(changing, [detector], database, cache=cache)

        assert (result.frames_decoded_now, result.frames_scored_now) == (0, 0)
        assert detector.batches == []
        assert contents(database) == expected


def test_what_is_not_kept_is_decoded_and_kept_then(
    changing: Path, tmp_path: Path, cache: FeatureCache
) -> None:
    with Database.open(tmp_path / "alone.db") as alone:
        scan(changing, [Sharing("rb")], alone)
        expected = contents(alone)
    with Database.open(tmp_path / "cached.db") as database:
        first = scan(changing, [Sharing("g")], database, cache=cache)
        second = scan(changing, [Sharing("rb")], database, cache=cache)
        third = scan(changing, [Sharing("rb", version="2")], database, cache=cache)

        whole = sum(run.frames_scored or 0 for run in second.runs)
        assert first.frames_scored_now > 0
        assert 0 < second.frames_scored_now < whole
        assert second.frames_decoded_now == second.video.frames
        assert third.frames_scored_now == 0
        found = contents(database)
        assert {name: found[name] for name in expected} == expected


def test_features_are_kept_only_where_few_frames_are_scored(
    changing: Path, tmp_path: Path, cache: FeatureCache
) -> None:
    with Database.open(tmp_path / "x.db") as database:
        scan(changing, [Sharing("r")], database, sampler=EVERY_FRAME, cache=cache)
        scan(changing, [Channels("g")], database, cache=cache)

    assert not (tmp_path / "frames").exists()


# --- scans that go by what is kept alone ---


def test_what_is_kept_is_enough_where_no_more_is_asked_for(
    changing: Path, database: Database, cache: FeatureCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red and blue change at other frames than green: those are not looked at."""
    first = scan(changing, [Sharing("g")], database, cache=cache)
    monkeypatch.setattr("vidtag.scan.work.place_frames", None)  # nothing is decoded

    detector = Sharing("rb", version="2")
    result = scan(changing, [detector], database, cache=cache, sampler=ONLY_KEPT)

    assert (result.frames_scored_now, detector.batches) == (0, [])
    assert {run.sampler for run in result.runs} == {"kept"}
    for run in result.runs:
        assert run.frames_scored == first.runs[0].frames_scored
        [label] = run.labels
        assert len(database.scores(run.run_id, label).scores) == result.video.frames


@pytest.mark.parametrize(
    ("scanned", "detector", "kept", "message"),
    [
        (False, Sharing("r"), True, "was not scanned to its end yet"),
        (True, Sharing("r"), True, "its features are not all kept"),
        (True, Sharing("r"), False, "no features are kept here"),
        (True, Channels("r"), True, "r: keeps no features that others could use"),
    ],
    ids=["not scanned", "not kept", "no cache", "another kind of detector"],
)
def test_what_is_not_kept_is_refused_before_anything_is_written(
    changing: Path,
    database: Database,
    cache: FeatureCache,
    scanned: bool,
    detector: Detector,
    kept: bool,
    message: str,
) -> None:
    if scanned:
        scan(changing, [Channels("g")], database)
    before = database.info()

    with pytest.raises(UsageError, match=message):
        scan(changing, [detector], database, cache=cache if kept else None, sampler=ONLY_KEPT)

    assert database.info() == before


def test_kept_features_that_are_damaged_are_missing(
    changing: Path, database: Database, cache: FeatureCache, tmp_path: Path
) -> None:
    scan(changing, [Sharing("g")], database, cache=cache)
    damaged = sorted((tmp_path / "frames").glob("*/*/*.npz"))[0]
    damaged.write_bytes(b"no features")
    before = database.info()

    with pytest.raises(UsageError, match="its features are not all kept"):
        scan(changing, [Sharing("r")], database, cache=cache, sampler=ONLY_KEPT)

    assert database.info() == before


def test_what_was_labelled_from_kept_features_needs_them_no_longer(
    changing: Path, database: Database, cache: FeatureCache, tmp_path: Path
) -> None:
    scan(changing, [Sharing("g")], database, cache=cache)
    first = scan(changing, [Sharing("r")], database, cache=cache, sampler=ONLY_KEPT)
    shutil.rmtree(tmp_path / "frames")

    second = scan(changing, [Sharing("r")], database, cache=cache, sampler=ONLY_KEPT)

    assert (second.runs, second.unchanged) == (first.runs, True)


def test_force_leaves_the_run_that_looked_for_itself(
    changing: Path, database: Database, cache: FeatureCache
) -> None:
    exact = scan(changing, [Sharing("r")], database, cache=cache)
    again = [
        scan(changing, [Sharing("r")], database, cache=cache, sampler=ONLY_KEPT, force=True)
        for _ in range(2)
    ]

    runs = [run.run_id for run in database.runs(exact.video.video_id)]
    assert runs == [exact.runs[0].run_id, again[1].runs[0].run_id]


def test_network_is_prepared_where_something_is_left_to_look_at(
    changing: Path, cache: FeatureCache
) -> None:
    first, same = Sharing("r"), Sharing("r", version="2")
    with Database.open(":memory:") as database:
        scan(changing, [first], database, cache=cache)
        scan(changing, [same], database, cache=cache)

    assert first.prepared
    assert first.batches
    assert not same.prepared
    assert not same.batches
