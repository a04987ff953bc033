"""Runs: one detector version on one video, from opening to the appearances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, case, delete, func, insert, select, update

from vidtag.errors import StoreError
from vidtag.store import frame_rates, queries
from vidtag.store.records import appearance_rows, canonical_json, insert_into
from vidtag.store.schema import (
    appearances,
    detectors,
    frame_labels,
    labels,
    pieces,
    run_labels,
    runs,
    videos,
)
from vidtag.types import Appearance, DetectorIdentity, Estimate, Head, RunRecord


def open_run(
    connection: Connection, video_id: int, head: Head, *, sampler: str, pipeline: str
) -> RunRecord:
    """The run with exactly this key; made when there is none."""
    _check_head(head)
    key = {
        "video_id": video_id,
        "detector_id": detector(connection, head.identity),
        "sampler": sampler,
        "pipeline": pipeline,
    }
    connection.execute(insert_into(connection, runs).values(key).on_conflict_do_nothing())
    run_id = connection.execute(select(runs.c.id).filter_by(**key)).scalar_one()
    lock(connection, run_id)
    _give_labels(connection, run_id, head)
    record = queries.run(connection, run_id)
    if record.labels != head.labels:
        name = f"{head.identity.name} {head.identity.version}"
        message = f"detector {name} changed its labels from {record.labels} to {head.labels}"
        raise StoreError(message, hint="give the changed detector another version")
    if record.done:
        return record
    set_thresholds(connection, run_id, head.thresholds)
    return queries.run(connection, run_id)


def lock(connection: Connection, run_id: int) -> int:
    """Keep others from changing the run until this transaction ends. Returns its video's id.

    SQLite locks the whole database instead, when the transaction begins.
    """
    statement = select(runs.c.video_id).where(runs.c.id == run_id).with_for_update()
    video_id = connection.scalar(statement)
    if video_id is None:
        raise StoreError(f"run {run_id} is no longer in the database", hint="scan again")
    return int(video_id)


def reopen(connection: Connection, run_id: int) -> None:
    """A run that lost a piece is not done any more."""
    connection.execute(update(runs).where(runs.c.id == run_id).values(status="open"))


def set_thresholds(connection: Connection, run_id: int, thresholds: Mapping[str, float]) -> None:
    """Replace the thresholds of the labels named."""
    ids = label_ids(connection, run_id)
    _refuse_unknown(thresholds, ids)
    for name, threshold in thresholds.items():
        connection.execute(
            update(run_labels)
            .where(run_labels.c.run_id == run_id, run_labels.c.label_id == ids[name])
            .values(threshold=threshold)
        )


def label_ids(connection: Connection, run_id: int) -> dict[str, int]:
    """The run's labels in the order of its detector's scores."""
    statement = (
        select(labels.c.name, labels.c.id)
        .join(run_labels)
        .where(run_labels.c.run_id == run_id)
        .order_by(run_labels.c.position)
    )
    return dict(connection.execute(statement).all())


def finish(
    connection: Connection,
    run_id: int,
    found: Mapping[str, Sequence[Appearance]],
    estimates: Mapping[str, Estimate],
) -> None:
    """Replace the appearances and estimates, count the frames, and mark the run done."""
    video_id = lock(connection, run_id)
    ids = label_ids(connection, run_id)
    _refuse_unknown(found, ids)
    scored, filled = _counted(connection, run_id, video_id, next(iter(ids.values())))
    replace_appearances(connection, run_id, ids, found)
    replace_estimates(connection, run_id, ids, estimates)
    frame_rates.store(connection, video_id)
    mark_done(connection, run_id, scored=scored, filled=filled)


def replace_appearances(
    connection: Connection,
    run_id: int,
    ids: Mapping[str, int],
    found: Mapping[str, Sequence[Appearance]],
) -> None:
    """Put these appearances, by label, in place of those there are."""
    connection.execute(delete(appearances).where(appearances.c.run_id == run_id))
    rows = [row for name in found for row in appearance_rows(run_id, ids[name], found[name])]
    if rows:
        connection.execute(insert(appearances), rows)


def replace_estimates(
    connection: Connection, run_id: int, ids: Mapping[str, int], estimates: Mapping[str, Estimate]
) -> None:
    """Put these estimates, by label, in place of those there are; the others are unknown."""
    _refuse_unknown(estimates, ids)
    for name, label_id in ids.items():
        known = estimates.get(name)
        connection.execute(
            update(run_labels)
            .where(run_labels.c.run_id == run_id, run_labels.c.label_id == label_id)
            .values(
                expected_us=None if known is None else known.expected_us,
                variance_us2=None if known is None else known.variance_us2,
            )
        )


def mark_done(connection: Connection, run_id: int, *, scored: int, filled: int) -> None:
    """Mark the run done."""
    connection.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(status="done", frames_scored=scored, frames_filled=filled, finished_at=func.now())
    )


def remove(connection: Connection, run_id: int) -> None:
    """Delete the run and all it found. The video and what people said about it stay."""
    lock(connection, run_id)
    connection.execute(delete(runs).where(runs.c.id == run_id))


def _counted(connection: Connection, run_id: int, video_id: int, label_id: int) -> tuple[int, int]:
    """Frames scored and filled. Every frame has all labels of the run, so one label will do."""
    frames = connection.scalar(select(videos.c.frames).where(videos.c.id == video_id))
    hint = "scan the video again"
    if frames is None:
        raise StoreError(f"run {run_id} cannot be done before its video is", hint=hint)
    waiting = connection.scalar(
        select(func.count()).where(pieces.c.run_id == run_id, ~pieces.c.done)
    )
    statement = select(
        func.count(case((frame_labels.c.scored, 1))), func.count(case((~frame_labels.c.scored, 1)))
    ).where(
        frame_labels.c.run_id == run_id,
        frame_labels.c.label_id == label_id,
        frame_labels.c.frame_no < frames,
    )
    scored, filled = connection.execute(statement).one()
    if waiting or scored + filled != frames:
        message = f"run {run_id} has labels for {scored + filled} of {frames} frames"
        raise StoreError(f"{message} and {waiting} pieces to do", hint=hint)
    return scored, filled


def _check_head(head: Head) -> None:
    if len(set(head.labels)) != len(head.labels):
        raise ValueError(f"a detector needs distinct labels, got {head.labels}")
    if set(head.thresholds) != set(head.labels):
        raise ValueError(f"expected a threshold for {head.labels}, got {dict(head.thresholds)}")


def _refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"expected labels among {list(known)}, got {unknown}")


def detector(connection: Connection, identity: DetectorIdentity) -> int:
    """The id of this version of a detector; made known if need be."""
    row = {
        "name": identity.name,
        "version": identity.version,
        "weights_sha256": identity.weights_sha256,
        "settings": canonical_json(identity.settings),
    }
    connection.execute(insert_into(connection, detectors).values(row).on_conflict_do_nothing())
    return int(connection.execute(select(detectors.c.id).filter_by(**row)).scalar_one())


def _give_labels(connection: Connection, run_id: int, head: Head) -> None:
    """Give a new run its labels; one that has labels keeps them."""
    if not label_ids(connection, run_id):
        add_labels(connection, run_id, head.labels, head.thresholds)


def add_labels(
    connection: Connection, run_id: int, names: Sequence[str], thresholds: Mapping[str, float]
) -> dict[str, int]:
    """Give the run these labels. Returns their ids, in the order of `names`."""
    ids = make_labels(connection, names)
    rows = [
        {
            "run_id": run_id,
            "label_id": ids[name],
            "position": position,
            "threshold": thresholds[name],
        }
        for position, name in enumerate(names)
    ]
    if rows:
        connection.execute(insert(run_labels), rows)
    return {name: ids[name] for name in names}


def make_labels(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """The ids of these labels; made known if need be."""
    if not names:
        return {}
    # Sorted, so that two transactions on PostgreSQL never wait for each other in a circle.
    rows = [{"name": name} for name in sorted(names)]
    connection.execute(insert_into(connection, labels).on_conflict_do_nothing(), rows)
    statement = select(labels.c.name, labels.c.id).where(labels.c.name.in_(names))
    return dict(connection.execute(statement).all())
