"""What every database does, whichever server keeps it."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select

from tests.store.samples import (
    FRAME_US,
    LABELS,
    appearance,
    finished_run,
    head,
    open_run,
    piece,
    summary,
    video_info,
    write,
)
from vidtag.errors import StoreError, UnknownNameError
from vidtag.store import Database
from vidtag.store.schema import corrections, labels
from vidtag.types import Episode, Piece, Shot, VideoRecord


class Clock:
    """Stands still until it is set."""

    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


# --- videos -------------------------------------------------------------------------------


def test_registers_a_video(database: Database) -> None:
    episode = Episode(series="Friends", season=3, episode=2, title="The One")
    record = database.register_video(video_info(), episode)
    assert record == VideoRecord(
        video_id=record.video_id,
        sha256=video_info().sha256,
        path=Path("/videos/a.mp4"),
        episode=episode,
        width_px=640,
        height_px=360,
    )
    assert database.videos() == [record]
    assert database.video(record.video_id) == record
    with pytest.raises(StoreError, match="video 99 is no longer in the database"):
        database.video(99)


def test_keeps_the_timecode_of_a_video(database: Database) -> None:
    info = dataclasses.replace(video_info(), timecode="01:00:00;00")
    assert database.register_video(info, Episode()).timecode == "01:00:00;00"
    assert [video.timecode for video in database.videos()] == ["01:00:00;00"]


def test_same_content_is_the_same_video_wherever_it_lies(database: Database) -> None:
    first = database.register_video(video_info(), Episode())
    moved = database.register_video(video_info(path=Path("/elsewhere/b.mp4")), Episode())
    assert moved.video_id == first.video_id
    assert [video.path for video in database.videos()] == [Path("/elsewhere/b.mp4")]


def test_what_is_said_later_adds_to_what_was_known(database: Database) -> None:
    database.register_video(video_info(), Episode(series="Freinds", season=3))
    record = database.register_video(video_info(), Episode(series="Friends", episode=0))
    assert record.episode == Episode(series="Friends", season=3, episode=0)


def test_registering_again_keeps_what_was_decoded(database: Database) -> None:
    video = database.register_video(video_info(), Episode())
    database.finish_video(video.video_id, summary(10, "frames 3 to 5 are damaged"), [])
    again = database.register_video(video_info(), Episode())
    assert (again.frames, again.start_us, again.end_us) == (10, 0, 10 * FRAME_US)
    assert (again.damaged_packets, again.problems) == (1, ("frames 3 to 5 are damaged",))
    assert again.completeness == "partial"


def test_relative_path_is_stored_and_found_as_absolute(database: Database) -> None:
    database.register_video(video_info(path=Path("here.mp4")), Episode())
    [found] = database.videos(path=Path("here.mp4"))
    assert found.path == Path.cwd() / "here.mp4"


@pytest.mark.parametrize("name", [b"caf\xe9.mp4", "café ☕.mp4".encode(), b"100%.mp4", b"a\\'b"])
def test_any_file_name_can_be_stored_and_found(database: Database, name: bytes) -> None:
    path = Path("/videos") / os.fsdecode(name)
    database.register_video(video_info(path=path), Episode())
    assert len(database.videos(path=path)) == 1


def test_videos_come_in_viewing_order_with_the_unknown_last(database: Database) -> None:
    episodes = {
        "z": Episode(series="Friends", season=1, episode=2),
        "b": Episode(series="Friends", season=1),
        "c": Episode(series="Friends", season=1, episode=10),
        "d": Episode(),
        "e": Episode(series="Cheers", season=2, episode=1),
        "a": Episode(series="Friends", season=1, episode=2),
    }
    for name, episode in episodes.items():
        database.register_video(video_info(name), episode)
    assert [video.path.name for video in database.videos()] == ["e", "a", "z", "c", "b", "d"]


def test_videos_match_all_that_is_given(database: Database) -> None:
    for number in (1, 2):
        for series in ("Friends", "Cheers"):
            name = f"{series}{number}"
            database.register_video(video_info(name), Episode(series=series, episode=number))
    found = database.videos(series="Friends", episode=2)
    assert [video.path.name for video in found] == ["Friends2"]
    assert database.videos(series="Friends", season=1) == []


def test_finishing_a_video_replaces_its_shots(database: Database) -> None:
    video = database.register_video(video_info(), Episode())
    database.finish_video(video.video_id, summary(10), [Shot(0, 0, 4), Shot(1, 4, 10, scene=1)])
    database.finish_video(video.video_id, summary(8), [Shot(0, 0, 8)])
    assert database.shots(video.video_id) == [Shot(0, 0, 8, scene=0)]
    assert database.videos()[0].frames == 8


def test_finishing_a_video_that_is_gone(database: Database) -> None:
    with pytest.raises(StoreError, match=r"video 99 is no longer in the database; scan it again"):
        database.finish_video(99, summary(1), [])


# --- runs ---------------------------------------------------------------------------------


def test_opening_a_run_again_gives_the_same_run(database: Database) -> None:
    run = open_run(database)
    assert run.labels == LABELS
    assert run.thresholds == {"ross": 0.35, "rachel": 0.35}
    assert run.identity == head().identity
    assert (run.sampler, run.pipeline, run.done) == ("every 3", "1", False)
    assert open_run(database) == run


@pytest.mark.parametrize(
    ("name", "version", "sampler", "pipeline"),
    [
        ("friends", "1", "every 3", "2"),
        ("friends", "1", "every 4", "1"),
        ("friends", "2", "every 3", "1"),
        ("cheers", "1", "every 3", "1"),
    ],
)
def test_another_key_is_another_run(
    database: Database, name: str, version: str, sampler: str, pipeline: str
) -> None:
    run = open_run(database)
    other = database.open_run(
        run.video_id, head(name, version=version), sampler=sampler, pipeline=pipeline
    )
    assert other.run_id != run.run_id
    assert database.runs(run.video_id, done=False) == [run, other]


def test_order_of_settings_does_not_matter(database: Database) -> None:
    run = open_run(database)
    same = dataclasses.replace(head().identity, settings={"a": "1", "b": "2"})
    again = database.open_run(
        run.video_id,
        dataclasses.replace(head(), identity=same),
        sampler="every 3",
        pipeline="1",
    )
    assert again.run_id == run.run_id


def test_unfinished_run_takes_new_thresholds_and_a_finished_one_keeps_its_own(
    database: Database,
) -> None:
    run = open_run(database)
    key = {"sampler": run.sampler, "pipeline": run.pipeline}
    changed = database.open_run(run.video_id, head(threshold=0.6), **key)
    assert changed.thresholds == {"ross": 0.6, "rachel": 0.6}
    finished_run(database)
    kept = database.open_run(run.video_id, head(threshold=0.9), **key)
    assert kept.thresholds == {"ross": 0.35, "rachel": 0.35}


def test_detector_that_changed_its_labels_needs_another_version(database: Database) -> None:
    run = open_run(database)
    with pytest.raises(StoreError, match="detector friends 1 changed its labels") as caught:
        database.open_run(
            run.video_id, head(labels=("rachel", "ross")), sampler="every 3", pipeline="1"
        )
    assert caught.value.hint == "give the changed detector another version"
    assert database.runs(run.video_id, done=False) == [run]


@pytest.mark.parametrize("labels", [("ross", "ross")])
def test_detector_needs_distinct_labels(database: Database, labels: tuple[str, ...]) -> None:
    video = database.register_video(video_info(), Episode())
    with pytest.raises(ValueError, match="a detector needs distinct labels"):
        database.open_run(video.video_id, head(labels=labels), sampler="all", pipeline="1")


def test_detector_needs_a_threshold_for_each_label(database: Database) -> None:
    video = database.register_video(video_info(), Episode())
    lacking = dataclasses.replace(head(), thresholds={"ross": 0.5})
    with pytest.raises(ValueError, match="expected a threshold for"):
        database.open_run(video.video_id, lacking, sampler="all", pipeline="1")


def test_run_of_a_video_that_is_not_there(database: Database) -> None:
    with pytest.raises(StoreError, match=r"(?i)foreign key"):
        database.open_run(99, head(), sampler="all", pipeline="1")


def test_runs_are_found_by_detector_and_state(database: Database) -> None:
    done = finished_run(database)
    other = database.open_run(done.video_id, head("cheers"), sampler="all", pipeline="1")
    assert database.runs(done.video_id) == [done]
    assert database.runs(done.video_id, done=None) == [done, other]
    assert database.runs(done.video_id, detector="cheers", done=None) == [other]
    assert database.runs(done.video_id, detector="nobody", done=None) == []


def test_finishing_counts_frames_and_stores_appearances(database: Database) -> None:
    run = finished_run(database)
    assert (run.done, run.frames_scored, run.frames_filled) == (True, 4, 6)
    assert database.appearances(run.run_id) == {
        "ross": [appearance(2, 5), appearance(7, 9)],
        "rachel": [],
    }
    assert database.check() == ()


def test_finishing_again_replaces_appearances_and_thresholds(database: Database) -> None:
    run = finished_run(database)
    found = {"rachel": [appearance(0, 1)]}
    database.finish_run(run.run_id, found, thresholds={"rachel": 0.8})
    assert database.appearances(run.run_id) == {"ross": [], "rachel": [appearance(0, 1)]}
    assert database.runs(run.video_id)[0].thresholds == {"ross": 0.35, "rachel": 0.8}


def test_run_is_not_done_before_all_its_pieces_are(database: Database) -> None:
    run = open_run(database)
    write(database, run, 0, 6)
    database.claim_piece(run.run_id, 6, 10, worker="w", ttl_s=60)
    database.finish_video(run.video_id, summary(10), [])
    expected = f"run {run.run_id} has labels for 6 of 10 frames and 1 pieces to do"
    with pytest.raises(StoreError, match=expected):
        database.finish_run(run.run_id, {})
    assert database.runs(run.video_id) == []


def test_run_is_not_done_before_its_video_is(database: Database) -> None:
    run = open_run(database)
    write(database, run, 0, 6)
    with pytest.raises(StoreError, match="cannot be done before its video is"):
        database.finish_run(run.run_id, {})


@pytest.mark.parametrize("field", ["appearances", "thresholds"])
def test_run_takes_only_its_own_labels(database: Database, field: str) -> None:
    run = finished_run(database)
    appearances = {"monica": [appearance(0, 1)]} if field == "appearances" else {}
    thresholds = {"monica": 0.5} if field == "thresholds" else None
    with pytest.raises(ValueError, match=r"expected labels among .*, got \['monica'\]"):
        database.finish_run(run.run_id, appearances, thresholds=thresholds)
    assert database.appearances(run.run_id)["ross"] == [appearance(2, 5), appearance(7, 9)]


def test_deleting_a_run_leaves_the_video_and_other_runs(database: Database) -> None:
    run, other = finished_run(database), finished_run(database, video="b.mp4")
    database.delete_run(run.run_id)
    assert database.runs(run.video_id, done=None) == []
    assert len(database.videos()) == 2
    assert database.runs(other.video_id) == [other]
    rows = database.info().rows
    assert (rows["frame_labels"], rows["appearances"], rows["pieces"]) == (20, 2, 2)
    with pytest.raises(StoreError, match=f"run {run.run_id} is no longer in the database"):
        database.appearances(run.run_id)
    with pytest.raises(StoreError, match=f"run {run.run_id} is no longer in the database"):
        database.claim_piece(run.run_id, 0, 1, worker="w", ttl_s=60)


def test_what_people_said_outlives_every_run(database: Database) -> None:
    run = finished_run(database)
    said = {"video_id": run.video_id, "start_frame": 3, "end_frame": 4}
    with database._sessions.writing() as connection:
        label = select(labels.c.id).where(labels.c.name == "ross").scalar_subquery()
        connection.execute(
            insert(corrections).values(label_id=label, present=False, author="Ann", **said)
        )
    finished_run(database, video="b.mp4")
    database.finish_run(run.run_id, {})
    database.delete_run(run.run_id)
    assert database.info().rows["corrections"] == 1


# --- pieces -------------------------------------------------------------------------------


def test_a_piece_is_given_to_one_worker(database: Database) -> None:
    run_id = open_run(database).run_id
    assert database.claim_piece(run_id, 0, 5, worker="a", ttl_s=60) == "mine"
    assert database.claim_piece(run_id, 0, 5, worker="b", ttl_s=60) == "busy"
    assert database.claim_piece(run_id, 0, 5, worker="a", ttl_s=60) == "mine"
    assert database.claim_piece(run_id, 5, 9, worker="b", ttl_s=60) == "mine"
    assert database.pending(run_id) == ((0, 5), (5, 9))


def test_the_same_piece_of_several_runs_is_claimed_at_once(database: Database) -> None:
    runs = [open_run(database), open_run(database, video="b.mp4")]
    first, second = (run.run_id for run in runs)
    database.claim_piece(second, 3, 8, worker="b", ttl_s=60)

    claims = database.claim_pieces([second, first], [(0, 3), (3, 5)], worker="a", ttl_s=60)

    assert claims == {
        (first, (0, 3)): "mine",
        (first, (3, 5)): "mine",
        (second, (0, 3)): "mine",
        (second, (3, 5)): "busy",
    }


def test_pieces_are_written_all_together_or_not_at_all(database: Database) -> None:
    run = open_run(database)
    database.claim_piece(run.run_id, 0, 5, worker="a", ttl_s=60)
    database.claim_piece(run.run_id, 5, 9, worker="b", ttl_s=60)
    both = [(run.run_id, piece(0, 5)), (run.run_id, piece(5, 9))]

    with pytest.raises(StoreError, match="frames 5 to 9"):
        database.write_pieces(both, worker="a")

    assert database.done_pieces(run.run_id) == frozenset()
    assert database.frame_times(run.video_id).tolist() == []
    database.write_pieces(both[:1], worker="a")
    assert database.done_pieces(run.run_id) == {(0, 5)}


def test_a_written_piece_is_done_for_everybody(database: Database) -> None:
    run = open_run(database)
    write(database, run, 0, 5, worker="a")
    assert database.claim_piece(run.run_id, 0, 5, worker="a", ttl_s=60) == "done"
    assert database.claim_piece(run.run_id, 0, 5, worker="b", ttl_s=60) == "done"
    assert database.done_pieces(run.run_id) == {(0, 5)}
    assert database.pending(run.run_id) == ()


def test_a_lease_ends_by_itself(database_url: str) -> None:
    clock = Clock()
    with Database.open(database_url, clock=clock) as database:
        run_id = open_run(database).run_id
        assert database.claim_piece(run_id, 0, 5, worker="a", ttl_s=60) == "mine"
        clock.now_s += 59.9
        assert database.claim_piece(run_id, 0, 5, worker="b", ttl_s=60) == "busy"
        clock.now_s += 0.1
        assert database.claim_piece(run_id, 0, 5, worker="b", ttl_s=60) == "mine"
        with pytest.raises(StoreError, match="were taken over by another scan"):
            database.write_piece(run_id, piece(0, 5), worker="a")
        assert database.info().rows["frame_labels"] == 0
        assert database.info().rows["frames"] == 0


def test_a_late_worker_may_write_what_nobody_took_over(database_url: str) -> None:
    clock = Clock()
    with Database.open(database_url, clock=clock) as database:
        run_id = open_run(database).run_id
        database.claim_piece(run_id, 0, 5, worker="a", ttl_s=60)
        clock.now_s += 1_000
        database.write_piece(run_id, piece(0, 5), worker="a")
        assert database.done_pieces(run_id) == {(0, 5)}


def test_writing_needs_a_claim(database: Database) -> None:
    run_id = open_run(database).run_id
    with pytest.raises(StoreError, match=f"frames 0 to 5 of run {run_id} were taken over"):
        database.write_piece(run_id, piece(0, 5), worker="a")


def test_pieces_of_dead_workers_are_freed_at_once(database: Database) -> None:
    run = open_run(database)
    write(database, run, 20, 30, worker="dead")
    for start, worker in ((0, "dead"), (5, "dead"), (10, "alive")):
        database.claim_piece(run.run_id, start, start + 5, worker=worker, ttl_s=60)
    asked: list[str] = []

    def is_alive(worker: str) -> bool:
        asked.append(worker)
        return worker == "alive"

    assert database.release_dead(run.run_id, is_alive) == 2
    assert sorted(asked) == ["alive", "dead"]
    assert database.claim_piece(run.run_id, 0, 5, worker="new", ttl_s=60) == "mine"
    assert database.claim_piece(run.run_id, 10, 15, worker="new", ttl_s=60) == "busy"
    assert database.release_dead(run.run_id, lambda _: True) == 0


def test_writing_a_piece_twice_changes_nothing(database: Database) -> None:
    run = open_run(database)
    write(database, run, 0, 5)
    database.write_piece(run.run_id, piece(0, 5), worker="w")
    assert database.info().rows["frame_labels"] == 10
    assert database.info().rows["frames"] == 5


def test_pieces_cut_differently_never_overlap(database: Database) -> None:
    run = open_run(database)
    write(database, run, 0, 10)
    write(database, run, 10, 15)
    # What is done needs no work, however it was cut; what is not is done anew.
    assert database.claim_piece(run.run_id, 3, 12, worker="b", ttl_s=60) == "done"
    write(database, run, 8, 20, worker="b")
    assert database.done_pieces(run.run_id) == {(0, 8), (8, 20)}
    np.testing.assert_array_equal(database.scores(run.run_id, "ross").frame_no, range(20))


def test_labels_of_a_piece_that_is_done_anew_are_gone_until_it_is_written(
    database: Database,
) -> None:
    run = open_run(database)
    write(database, run, 2, 5)
    write(database, run, 6, 12)
    assert database.claim_piece(run.run_id, 4, 8, worker="b", ttl_s=60) == "mine"
    assert database.done_pieces(run.run_id) == {(2, 4), (8, 12)}
    found = database.scores(run.run_id, "rachel").frame_no
    np.testing.assert_array_equal(found, [2, 3, 8, 9, 10, 11])


def test_a_claim_of_more_than_another_worker_has_must_wait(database: Database) -> None:
    run_id = open_run(database).run_id
    database.claim_piece(run_id, 5, 10, worker="a", ttl_s=60)
    assert database.claim_piece(run_id, 0, 6, worker="b", ttl_s=60) == "busy"
    assert database.pending(run_id) == ((5, 10),)


def test_a_run_that_loses_a_piece_is_open_again(database: Database) -> None:
    run = finished_run(database)
    assert database.claim_piece(run.run_id, 5, 12, worker="b", ttl_s=60) == "mine"
    assert database.runs(run.video_id) == []


@pytest.mark.parametrize(("start", "end"), [(5, 5), (5, 4), (-1, 4)])
def test_a_piece_has_frames(database: Database, start: int, end: int) -> None:
    run_id = open_run(database).run_id
    with pytest.raises(ValueError, match=f"got {start} and {end}"):
        database.claim_piece(run_id, start, end, worker="w", ttl_s=60)


def _with(**changes: object) -> Piece:
    return dataclasses.replace(piece(0, 4), **changes)  # type: ignore[arg-type]


NAN = np.full((4, 2), np.nan, np.float32)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        pytest.param(_with(scores=NAN), r"scores in \[0, 1\], got nan .. nan", id="nan"),
        pytest.param(_with(scores=np.full((4, 2), 1.5)), r"got 1\.5 .. 1\.5", id="above 1"),
        pytest.param(_with(scores=np.full((4, 2), -0.5)), r"got -0\.5", id="below 0"),
        pytest.param(_with(scores=np.zeros((4, 3))), r"got \(\(4,\), \(4, 3\)", id="labels"),
        pytest.param(_with(scores=np.zeros(4)), r"got \(\(4,\), \(4,\)", id="one axis"),
        pytest.param(_with(scored=np.ones(3, bool)), r"\(3,\)\)", id="scored"),
        pytest.param(piece(0, 0), "at least one frame", id="empty"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(database: Database, wrong: Piece, why: str) -> None:
    run_id = open_run(database).run_id
    database.claim_piece(run_id, 0, 4, worker="w", ttl_s=60)
    with pytest.raises(ValueError, match=why):
        database.write_piece(run_id, wrong, worker="w")
    assert database.pending(run_id) == ((0, 4),)


# --- scores and times ---------------------------------------------------------------------


def test_scores_come_back_as_they_were_written(database: Database) -> None:
    run = open_run(database)
    random = np.random.default_rng(1)
    scores = random.random((300, 2), dtype=np.float32)
    scores[:4, 0] = [0, 1, np.float32(1e-45), np.nextafter(np.float32(1), np.float32(0))]
    pts_us = np.cumsum(random.integers(1, 10**12, 300)) - 5_000_000
    written = Piece(1000, pts_us, scores, random.random(300) < 0.5)
    database.claim_piece(run.run_id, 1000, 1300, worker="w", ttl_s=60)
    database.write_piece(run.run_id, written, worker="w")
    for position, label in enumerate(LABELS):
        found = database.scores(run.run_id, label)
        np.testing.assert_array_equal(found.frame_no, np.arange(1000, 1300))
        np.testing.assert_array_equal(found.pts_us, pts_us)
        np.testing.assert_array_equal(found.scores, scores[:, position])
        np.testing.assert_array_equal(found.scored, written.scored)
        assert found.scores.dtype == np.float32
        assert found.scored.dtype == np.bool_


def test_scores_and_times_are_ordered_by_frame_and_kept_apart_by_video(
    database: Database,
) -> None:
    run, other = open_run(database), open_run(database, video="b.mp4")
    write(database, run, 5, 10)
    write(database, other, 0, 3)
    write(database, run, 0, 5)
    np.testing.assert_array_equal(database.scores(run.run_id, "ross").frame_no, range(10))
    np.testing.assert_array_equal(database.frame_times(run.video_id), np.arange(10) * FRAME_US)
    assert database.frame_times(run.video_id).dtype == np.int64
    assert database.frame_times(99).shape == (0,)


def test_scores_of_a_label_that_the_run_does_not_have(database: Database) -> None:
    run = open_run(database)
    with pytest.raises(UnknownNameError, match=r"unknown label 'rachle'; did you mean rachel\?"):
        database.scores(run.run_id, "rachle")
