from __future__ import annotations

import numpy as np

from tests.report.samples import SHOTS, bits, finished, say
from tests.store.samples import summary
from vidtag.report import followed, presence
from vidtag.store import Database, tracks
from vidtag.types import Appearance, Box, RunRecord, Sighting, Track


def frames(appearances: tuple[Appearance, ...]) -> list[tuple[int, int]]:
    return [(each.start_frame, each.end_frame) for each in appearances]


def follow_a_face(database: Database, run: RunRecord) -> None:
    """Give the run a track: it looked at faces."""
    blank = np.zeros(2, np.float32)
    sighting = Sighting(0, Box(0, 0, 10, 10))
    track = Track(
        start_frame=0,
        end_frame=1,
        sightings=(sighting,),
        confidence=0.9,
        evidence=blank,
        looks=blank,
    )
    with database._sessions.writing() as connection:
        tracks.write(connection, run.run_id, (0, 10), [track])


def test_corrections_change_only_their_own_label(database: Database) -> None:
    run = finished(database, {"ross": bits(".###......"), "rachel": bits(".###......")})
    database.add_corrections([say(run.video_id, "ross", 2, 6, present=False)])
    [found] = database.findings()

    who = presence(found)

    assert {label: frames(each.appearances) for label, each in who.items()} == {
        "ross": [(1, 2)],
        "rachel": [(1, 4)],
    }
    assert frames(tuple(who["ross"].detected)) == [(1, 4)]
    assert len(who["ross"].corrections) == 1
    assert presence(found, correct=False)["ross"].appearances == tuple(who["ross"].detected)


def test_corrections_end_at_cuts_as_appearances_do(database: Database) -> None:
    run = finished(database, {"ross": bits("..........")})
    database.add_corrections([say(run.video_id, "ross", 2, 9, present=True)])
    [found] = database.findings()

    [who] = presence(found).values()

    assert frames(who.appearances) == [(2, 4), (4, 7), (7, 9)]
    assert [(each.start_us, each.end_us) for each in who.appearances] == [
        (80_000, 160_000),
        (160_000, 280_000),
        (280_000, 360_000),
    ]


def test_a_correction_to_the_very_end(database: Database) -> None:
    run = finished(database, {"ross": bits("..........")}, shots=())
    database.add_corrections([say(run.video_id, "ross", 8, 10, present=True)])
    [found] = database.findings()

    [one] = presence(found)["ross"].appearances

    assert (one.start_us, one.end_us) == (320_000, 400_000)


def test_somebody_whom_no_detector_knows(database: Database) -> None:
    run = finished(database, {"ross": bits("..........")})
    database.add_corrections([say(run.video_id, "gunther", 0, 2, present=True)])
    [found] = database.findings()

    who = presence(found)

    assert list(who) == ["ross", "gunther"]
    assert who["gunther"].source is None
    assert who["gunther"].detected == ()
    assert frames(who["gunther"].appearances) == [(0, 2)]


def test_a_label_follows_the_newest_run(database: Database) -> None:
    finished(database, {"ross": bits("#.........")}, version="1")
    newest = finished(database, {"ross": bits(".#........")}, version="2")
    finished(database, {"rachel": bits("..#.......")}, detector="other")
    [found] = database.findings()

    who = presence(found)

    assert who["ross"].source is not None
    assert who["ross"].source.run == newest
    assert frames(who["ross"].appearances) == [(1, 2)]


def test_a_label_follows_faces_before_whole_frames(database: Database) -> None:
    faces = finished(database, {"ross": bits("#.........")}, detector="gallery")
    finished(database, {"ross": bits(".#........")}, detector="whole")
    follow_a_face(database, faces)
    [found] = database.findings()

    assert [each.region for each in found.runs] == ["face", "frame"]
    assert frames(presence(found)["ross"].appearances) == [(0, 1)]
    chosen = presence(found, detectors=["whole"])["ross"]
    assert frames(chosen.appearances) == [(1, 2)]


def test_a_detector_that_found_no_face_here_still_looks_at_faces(database: Database) -> None:
    elsewhere = finished(
        database, {"ross": bits("#.")}, detector="gallery", video="b.mp4", shots=()
    )
    follow_a_face(database, elsewhere)
    finished(database, {"ross": bits("..........")}, detector="gallery", version="2")

    found, _ = database.findings()

    assert [each.region for each in found.runs] == ["face"]


def test_nobody_is_followed_where_no_run_knows_the_label(database: Database) -> None:
    finished(database, {"ross": bits("..........")})
    [found] = database.findings()

    assert followed(found.runs, "rachel") is None
    assert presence(found, detectors=["other"]) == {}


def test_corrections_stay_in_the_video_when_it_is_scanned_anew(database: Database) -> None:
    run = finished(database, {"ross": bits("..........")})
    database.add_corrections([say(run.video_id, "ross", 6, 10, present=True)])
    database.finish_video(run.video_id, summary(8), SHOTS[:2])
    [found] = database.findings()

    assert frames(presence(found)["ross"].appearances) == [(6, 7)]
