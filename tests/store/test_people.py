"""People and their references, on every kind of server."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.store.samples import appearance, open_run, summary, video_info
from vidtag.errors import StoreError, UnknownNameError, UsageError
from vidtag.store import Database
from vidtag.types import (
    Box,
    Correction,
    Decision,
    DetectorIdentity,
    Episode,
    Estimate,
    FacePiece,
    Head,
    NewReference,
    PersonRecord,
    RunRecord,
    Sighting,
    Track,
)

SPACE = "colour"
WORKER = "here:1:1"
FRAMES = 10


def vector(value: float) -> NDArray[np.float32]:
    return np.array([value, 1 / 3, -2], np.float32)


def reference(value: float, *, used: bool = True, space: str = SPACE) -> NewReference:
    return NewReference(
        space=space,
        embedding=vector(value),
        source=f"{value}.jpg",
        image_sha256=f"{int(value):064}",
        used=used,
    )


def names(database: Database) -> list[str]:
    return [person.name for person in database.people.all()]


def somebody(database: Database, name: str) -> PersonRecord:
    [found] = [person for person in database.people.all() if person.name == name]
    return found


def values(database: Database, name: str) -> list[float]:
    found = database.people.gallery(SPACE).people
    return [float(row[0]) for person in found if person.name == name for row in person.embeddings]


def decided_run(
    database: Database, *labels: str, video: str = "a.mp4", detector: str = "gallery"
) -> RunRecord:
    """A finished run in which each label has one track, on all frames."""
    identity = DetectorIdentity(name=detector, version="1", weights_sha256="1" * 64)
    head = Head(identity=identity, labels=labels, thresholds=dict.fromkeys(labels, 0.5))
    record = database.register_video(video_info(video), Episode())
    run = database.open_run(record.video_id, head, sampler="every 1", pipeline="1")
    tracks = tuple(
        Track(
            start_frame=0,
            end_frame=2,
            sightings=(Sighting(0, Box(1, 2, 3, 4)), Sighting(1, Box(2, 2, 3, 4))),
            confidence=0.9,
            evidence=vector(number),
            looks=np.zeros(0, np.float32),
        )
        for number in range(len(labels))
    )
    pts_us = np.arange(FRAMES, dtype=np.int64) * 40_000
    database.claim_piece(run.run_id, 0, FRAMES, worker=WORKER, ttl_s=600)
    database.write_faces(run.run_id, FacePiece(0, pts_us, tracks), worker=WORKER)
    database.finish_video(record.video_id, summary(FRAMES), [])
    ids = list(database.tracks(run.run_id))
    database.decide(
        run.run_id,
        Decision(
            identity=identity,
            labels=labels,
            thresholds=dict.fromkeys(labels, 0.5),
            scores=np.ones((FRAMES, len(labels)), np.float32),
            scored=np.ones(FRAMES, np.bool_),
            appearances={label: (appearance(0, FRAMES),) for label in labels},
            estimates=dict.fromkeys(labels, ESTIMATE),
            tracks={track: (label, 0.9) for track, label in zip(ids, labels, strict=True)},
        ),
    )
    return the_run(database, run)


def the_run(database: Database, run: RunRecord) -> RunRecord:
    """As it is now."""
    [found] = [each for each in database.runs(run.video_id) if each.run_id == run.run_id]
    return found


ESTIMATE = Estimate(expected_us=400_000, variance_us2=0)


def correct(database: Database, label: str, video: str = "a.mp4") -> None:
    record = database.register_video(video_info(video), Episode())
    database.add_corrections(
        [
            Correction(
                video_id=record.video_id,
                label=label,
                start_frame=0,
                end_frame=2,
                present=True,
                author="me",
            )
        ]
    )


def test_nobody_is_known(database: Database) -> None:
    assert database.people.all() == []
    assert database.people.gallery(SPACE).people == ()
    assert database.people.embeddings("ross", SPACE) == {}
    assert database.people.prune() == 0


def test_embeddings_are_kept_to_the_last_bit(database: Database) -> None:
    database.people.add("ross", [reference(1), reference(2, used=False)])

    [ross] = database.people.gallery(SPACE).people
    np.testing.assert_array_equal(ross.embeddings, [vector(1)])
    assert ross.embeddings.dtype == np.float32
    everything = database.people.embeddings("ross", SPACE)
    np.testing.assert_array_equal(list(everything.values()), [vector(1), vector(2)])
    assert list(everything) == [r.reference_id for r in somebody(database, "ross").references]


def test_references_tell_where_they_are_from(database: Database) -> None:
    database.people.add("ross", [reference(7, used=False)])

    [found] = somebody(database, "ross").references
    assert (found.source, found.image_sha256, found.used) == ("7.jpg", f"{7:064}", False)
    assert found.space == SPACE


def test_each_network_has_a_gallery_of_its_own(database: Database) -> None:
    database.people.add("ross", [reference(1), reference(2, space="shape")])

    assert values(database, "ross") == [1]
    assert len(database.people.gallery("shape").people) == 1
    assert database.people.gallery("taste").people == ()
    assert len(somebody(database, "ross").references) == 2


def test_adding_may_change_which_older_references_are_used(database: Database) -> None:
    database.people.add("ross", [reference(1), reference(2)])
    first, second = database.people.embeddings("ross", SPACE)

    database.people.add("ross", [reference(3)], use={first: False, second: True})

    assert values(database, "ross") == [2, 3]


def test_the_named_come_first_then_by_name(database: Database) -> None:
    database.people.add_unknown([[reference(1)], [reference(2)]])
    for name in ("ross", "Joey", "émile"):
        database.people.add(name, [reference(3)])

    assert names(database)[-2:] == ["cluster-1", "cluster-2"]
    assert set(names(database)[:3]) == {"ross", "Joey", "émile"}
    gallery = database.people.gallery(SPACE)
    assert list(gallery.names) == names(database)
    assert [*gallery.named.names, *gallery.unnamed.names] == names(database)
    assert gallery.unnamed.names == ("cluster-1", "cluster-2")
    assert [person.named for person in database.people.all()] == [True] * 3 + [False] * 2


def test_the_unknown_are_numbered_beyond_every_label_of_that_kind(database: Database) -> None:
    assert database.people.add_unknown([]) == ()
    assert database.people.add_unknown([[reference(1)]]) == ("cluster-1",)
    database.people.add("cluster-7", [])
    database.people.add("cluster-x", [])

    assert database.people.add_unknown([[reference(1)], []]) == ("cluster-8", "cluster-9")


def test_a_new_name_is_in_every_label(database: Database) -> None:
    database.people.add_unknown([[reference(1)]])
    run = decided_run(database, "cluster-1", "rachel")
    correct(database, "cluster-1")

    database.people.rename("cluster-1", "gunther")

    assert somebody(database, "gunther").named
    assert the_run(database, run).labels == ("gunther", "rachel")
    assert [track.label for track in database.tracks(run.run_id).values()] == ["gunther", "rachel"]
    assert list(database.appearances(run.run_id)) == ["gunther", "rachel"]
    [video] = database.videos()
    assert [each.label for each in database.corrections(video.video_id)] == ["gunther"]
    assert database.check() == ()


def test_a_name_that_something_has_is_refused(database: Database) -> None:
    database.people.add("ross", [reference(1)])
    decided_run(database, "rachel")  # a label, and nobody in the gallery

    with pytest.raises(StoreError, match="there is a label 'rachel' already; merge the two"):
        database.people.rename("ross", "rachel")
    assert names(database) == ["ross"]


@pytest.mark.parametrize("what", ["rename", "merge"])
def test_somebody_nobody_knows_cannot_get_a_name(database: Database, what: str) -> None:
    database.people.add("ross", [reference(1)])

    with pytest.raises(UnknownNameError, match="unknown person 'rosss'; did you mean ross"):
        getattr(database.people, what)("rosss", "rachel")
    assert names(database) == ["ross"]


def test_merging_gives_references_and_corrections(database: Database) -> None:
    database.people.add("ross", [reference(1)])
    database.people.add("geller", [reference(2), reference(3, used=False)])
    for video in ("a.mp4", "b.mp4"):
        decided_run(database, "rachel", video=video)
    correct(database, "geller")
    correct(database, "ross", video="b.mp4")

    database.people.merge("geller", "ross")

    assert names(database) == ["ross"]
    assert values(database, "ross") == [1, 2]
    assert len(somebody(database, "ross").references) == 3
    told = [database.corrections(video.video_id) for video in database.videos()]
    assert [[each.label for each in video] for video in told] == [["ross"], ["ross"]]
    assert database.check() == ()


def test_merging_with_somebody_new_makes_that_person_known(database: Database) -> None:
    database.people.add_unknown([[reference(1)]])

    database.people.merge("cluster-1", "gunther")

    assert [(person.name, person.named) for person in database.people.all()] == [("gunther", True)]
    assert values(database, "gunther") == [1]


def test_merging_somebody_with_themselves_loses_nothing(database: Database) -> None:
    database.people.add("ross", [reference(1)])

    with pytest.raises(UsageError, match="'ross' cannot be merged with itself"):
        database.people.merge("ross", "ross")
    assert values(database, "ross") == [1]


def test_splitting_moves_references(database: Database) -> None:
    database.people.add("ross", [reference(1), reference(2), reference(3)])
    ids = list(database.people.embeddings("ross", SPACE))

    database.people.move(ids[1:2], "russ")

    assert (values(database, "ross"), values(database, "russ")) == ([1, 3], [2])
    assert somebody(database, "russ").named


def test_removing_leaves_the_labels(database: Database) -> None:
    database.people.add("ross", [reference(1), reference(2)])
    run = decided_run(database, "ross")

    assert database.people.remove("ross") == 2
    assert names(database) == []
    assert the_run(database, run).labels == ("ross",)
    with pytest.raises(UnknownNameError, match="unknown person 'ross'"):
        database.people.remove("ross")


def test_pruning_spares_the_named_the_seen_and_the_corrected(database: Database) -> None:
    database.people.add_unknown([[reference(n)] for n in range(4)])
    database.people.rename("cluster-1", "gunther")
    decided_run(database, "cluster-2")
    correct(database, "cluster-3")

    assert database.people.prune() == 1
    assert names(database) == ["gunther", "cluster-2", "cluster-3"]
    assert database.check() == ()


def test_forgetting_counts_what_it_erases_and_spares_the_rest(database: Database) -> None:
    database.people.add("ross", [reference(1), reference(2)])
    database.people.add("rachel", [reference(3)])
    shared = decided_run(database, "ross", "rachel")
    own = decided_run(database, "ross", detector="only-ross")
    correct(database, "ross")

    planned = database.people.forget("ross", dry_run=True)

    assert planned == {
        "sightings": 4,
        "tracks": 2,
        "faces": 2,
        "people": 1,
        "frame_labels": 2 * FRAMES,
        "appearances": 2,
        "corrections": 1,
        "run_labels": 2,
        "runs": 1,
        "labels": 1,
    }
    assert names(database) == ["rachel", "ross"]
    assert database.people.forget("ross") == planned
    assert names(database) == ["rachel"]
    assert the_run(database, shared).labels == ("rachel",)
    assert [track.label for track in database.tracks(shared.run_id).values()] == ["rachel"]
    [video] = database.videos()
    assert [run.run_id for run in database.runs(video.video_id)] == [shared.run_id]
    assert own.run_id != shared.run_id
    assert database.check() == ()


def test_forgetting_a_label_that_nobody_was_enrolled_as(database: Database) -> None:
    decided_run(database, "ross", "rachel")

    erased = database.people.forget("ross")

    assert "people" not in erased
    assert erased["frame_labels"] == FRAMES
    with pytest.raises(UnknownNameError, match="unknown label 'ross'"):
        database.people.forget("ross")


def test_deciding_again_replaces_what_was_decided(database: Database) -> None:
    run = decided_run(database, "ross", "rachel")
    again = decided_run(database, "ross", "rachel")

    assert again.run_id == run.run_id
    assert len(database.tracks(run.run_id)) == 2
    assert database.check() == ()


def test_a_decision_is_about_the_frames_that_the_video_has(database: Database) -> None:
    run = open_run(database)

    with pytest.raises(ValueError, match="with at least one frame"):
        database.decide(
            run.run_id,
            Decision(
                identity=run.identity,
                labels=("ross",),
                thresholds={"ross": 0.5},
                scores=np.ones((3, 1), np.float32),
                scored=np.ones(3, np.bool_),
                appearances={},
                estimates={},
                tracks={},
            ),
        )
