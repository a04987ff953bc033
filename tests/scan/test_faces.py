"""Detectors of faces, on squares whose colour says who it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faces import (
    SIDE_PX,
    ColourFaces,
    ColourRecognizer,
    SquareFinder,
    embedding,
    film,
    walk,
)
from tests.videos import write_video
from vidtag.sampling import Every
from vidtag.scan import rematch_all, scan
from vidtag.store import Database
from vidtag.types import Correction, Detector, NewReference, RunRecord

HERE = (100, 30)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ross walks (20 frames); Rachel alone (16); nobody (12); Ross and Gunther (20)."""
    shots: list[list[dict[str, tuple[int, int]]]] = [
        walk("ross", 20, start=20, step=2),
        [{"rachel": HERE}] * 16,
        [{}] * 12,
        [{"ross": (20, 30), "gunther": HERE}] * 20,
    ]
    path = tmp_path_factory.mktemp("video") / "walk.mp4"
    return write_video(path, film(shots), pixel_format="yuv444p", options={"crf": "10"})


def enrol(database: Database, *names: str) -> None:
    for name in names:
        reference = NewReference(space="colour", embedding=embedding(name), source="photo.jpg")
        database.people.add(name, [reference])


def the_run(database: Database, name: str) -> RunRecord:
    [video] = database.videos()
    [run] = database.runs(video.video_id, detector=name)
    return run


def seen(database: Database, name: str) -> dict[str, list[tuple[int, int]]]:
    """Where each label of a detector appears."""
    found = database.appearances(the_run(database, name).run_id)
    return {label: [(a.start_frame, a.end_frame) for a in each] for label, each in found.items()}


def test_a_detector_of_faces_labels_every_frame(video: Path, database: Database) -> None:
    result = scan(video, [ColourFaces()], database, sampler=Every(4), finder=SquareFinder())

    assert seen(database, "red-face") == {"ross": [(0, 20), (48, 68)]}
    [run] = result.runs
    series = database.scores(run.run_id, "ross")
    assert len(series.scores) == 68
    assert series.scored.nonzero()[0].tolist()[:7] == [0, 4, 8, 12, 16, 19, 20]
    assert database.check() == ()


def test_sightings_say_where_a_face_was(video: Path, database: Database) -> None:
    scan(video, [ColourFaces()], database, sampler=Every(4), finder=SquareFinder())

    first, *others = database.tracks(the_run(database, "red-face").run_id).values()
    assert [(s.frame_no, s.box.left_px) for s in first.sightings] == [
        (number, 20 + 2 * number) for number in (0, 4, 8, 12, 16, 19)
    ]
    assert {s.box.width_px for s in first.sightings} == {SIDE_PX}
    assert first.label == "ross"
    assert first.score == pytest.approx(1.0, abs=1e-5)
    assert [track.label for track in others] == [None, "ross", None]


def test_faces_are_looked_for_once_for_all_detectors(video: Path, database: Database) -> None:
    enrol(database, "ross")
    finder = SquareFinder()
    detectors: list[Detector] = [
        ColourFaces(),
        ColourRecognizer(database.people.gallery("colour")),
    ]
    scan(video, detectors, database, sampler=Every(4), finder=finder)

    assert finder.looked == 6 + 5 + 4 + 6  # each 4th and the last of each shot
    assert seen(database, "gallery")["ross"] == seen(database, "red-face")["ross"]


def test_the_unknown_become_clusters_and_are_known_from_then_on(
    video: Path, database: Database
) -> None:
    enrol(database, "ross")
    recognizer = ColourRecognizer(database.people.gallery("colour"))
    scan(video, [recognizer], database, sampler=Every(2), finder=SquareFinder())

    assert seen(database, "gallery") == {
        "ross": [(0, 20), (48, 68)],
        "cluster-1": [(20, 36)],
        "cluster-2": [(48, 68)],
    }
    again = ColourRecognizer(database.people.gallery("colour"))
    assert scan(video, [again], database, sampler=Every(2), finder=SquareFinder()).unchanged


def test_a_name_given_afterwards_needs_no_decoding(video: Path, database: Database) -> None:
    recognizer = ColourRecognizer()
    scan(video, [recognizer], database, sampler=Every(2), finder=SquareFinder())
    assert list(seen(database, "gallery")) == ["cluster-1", "cluster-2", "cluster-3"]

    database.people.rename("cluster-2", "rachel")
    assert rematch_all(database, recognizer) == 1
    assert seen(database, "gallery")["rachel"] == [(20, 36)]
    assert rematch_all(database, recognizer) == 0


def test_scanning_again_with_more_people_decodes_nothing(video: Path, database: Database) -> None:
    scan(video, [ColourRecognizer()], database, sampler=Every(2), finder=SquareFinder())
    for name in ("cluster-1", "cluster-2", "cluster-3"):
        database.people.remove(name)
    enrol(database, "gunther")

    finder = SquareFinder()
    recognizer = ColourRecognizer(database.people.gallery("colour"))
    result = scan(video, [recognizer], database, sampler=Every(2), finder=finder)
    assert (finder.looked, recognizer.embedded, result.unchanged) == (0, 0, False)
    assert seen(database, "gallery")["gunther"] == [(48, 68)]


def test_forgetting_leaves_nothing(video: Path, database: Database) -> None:
    enrol(database, "ross")
    recognizer = ColourRecognizer(database.people.gallery("colour"))
    detectors: list[Detector] = [ColourFaces(), recognizer]
    scan(video, detectors, database, sampler=Every(2), finder=SquareFinder())

    planned = database.people.forget("ross", dry_run=True)
    assert database.people.forget("ross") == planned
    assert planned["frame_labels"] == 2 * 68
    assert planned["tracks"] == 2 + 4  # of the recognizer; the other run goes as a whole
    assert planned["faces"] == 1
    assert "ross" not in [person.name for person in database.people.all()]
    assert list(seen(database, "gallery")) == ["cluster-1", "cluster-2"]
    assert database.check() == ()


def test_without_a_finder_it_is_a_mistake_of_the_caller(video: Path, database: Database) -> None:
    with pytest.raises(ValueError, match="pass a finder"):
        scan(video, [ColourFaces()], database)


def test_scanning_by_force_forgets_clusters_that_are_nowhere_else(
    video: Path, database: Database
) -> None:
    recognizer = ColourRecognizer()
    scan(video, [recognizer], database, sampler=Every(2), finder=SquareFinder())
    database.people.add("cluster-2", [])  # named by somebody: kept
    scan(video, [recognizer], database, sampler=Every(2), finder=SquareFinder(), force=True)

    assert [person.name for person in database.people.all()] == [
        "cluster-2",
        "cluster-3",
        "cluster-4",
    ]


def test_merged_people_share_their_labels(video: Path, database: Database) -> None:
    recognizer = ColourRecognizer()
    scan(video, [recognizer], database, sampler=Every(2), finder=SquareFinder())
    database.people.merge("cluster-1", "twins")
    database.people.merge("cluster-2", "twins")
    rematch_all(database, recognizer)

    assert "cluster-1" not in seen(database, "gallery")
    [twins] = [person for person in database.people.all() if person.name == "twins"]
    assert len(twins.references) == 3


def test_a_corrected_frame_says_who_the_whole_track_is(video: Path, database: Database) -> None:
    """Rachel is not known by her face; somebody says that she is there in three frames."""
    enrol(database, "ross")
    database.people.add(
        "rachel", [NewReference(space="colour", embedding=-embedding("rachel"), source="wrong")]
    )
    recognizer = ColourRecognizer(database.people.gallery("colour"))
    result = scan(video, [recognizer], database, sampler=Every(2), finder=SquareFinder())
    assert seen(database, "gallery")["rachel"] == []

    said = Correction(
        video_id=result.video.video_id,
        label="rachel",
        start_frame=22,
        end_frame=25,
        present=True,
        author="Ann",
    )
    database.add_corrections([said])
    assert rematch_all(database, recognizer) == 1
    assert seen(database, "gallery")["rachel"] == [(20, 36)]


def test_who_is_not_there_is_none_of_the_faces(video: Path, database: Database) -> None:
    enrol(database, "ross")
    recognizer = ColourRecognizer(database.people.gallery("colour"))
    result = scan(video, [recognizer], database, sampler=Every(2), finder=SquareFinder())

    said = Correction(
        video_id=result.video.video_id,
        label="ross",
        start_frame=3,
        end_frame=5,
        present=False,
        author="Ann",
    )
    database.add_corrections([said])
    rematch_all(database, recognizer)
    assert seen(database, "gallery")["ross"] == [(48, 68)]
