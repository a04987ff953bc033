"""What follows from the tracks of a run: who they are, and so who is on screen in which frame."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from vidtag.store import frame_rates, labels, queries, runs, tracks
from vidtag.store import schema as tables
from vidtag.types import Decision, DetectorIdentity, Piece


def write(connection: Connection, run_id: int, decision: Decision) -> None:
    """Put `decision` in place of an earlier one, and mark the run done.

    Raises:
        ValueError: it is about more or fewer frames than the video has.
    """
    video_id = runs.lock(connection, run_id)
    piece = Piece(0, queries.frame_times(connection, video_id), decision.scores, decision.scored)
    labels.check(piece, decision.labels)
    _take_identity(connection, run_id, decision.identity)
    connection.execute(delete(tables.run_labels).where(tables.run_labels.c.run_id == run_id))
    ids = runs.add_labels(connection, run_id, decision.labels, decision.thresholds)
    labels.write(connection, run_id, ids.values(), piece)
    decided = {track: (ids[label], score) for track, (label, score) in decision.tracks.items()}
    tracks.decide(connection, run_id, decided)
    runs.replace_appearances(connection, run_id, ids, decision.appearances)
    runs.replace_estimates(connection, run_id, ids, decision.estimates)
    frame_rates.store(connection, video_id)
    scored = int(decision.scored.sum())
    runs.mark_done(connection, run_id, scored=scored, filled=len(piece.pts_us) - scored)


def _take_identity(connection: Connection, run_id: int, identity: DetectorIdentity) -> None:
    """Say by which gallery the run is decided. Another run decided by it says the same: it goes."""
    detector_id = runs.detector(connection, identity)
    table = tables.runs
    own = connection.execute(select(table).where(table.c.id == run_id)).mappings().one()
    connection.execute(
        delete(table).where(
            table.c.id != run_id,
            table.c.video_id == own["video_id"],
            table.c.detector_id == detector_id,
            table.c.sampler == own["sampler"],
            table.c.pipeline == own["pipeline"],
        )
    )
    connection.execute(update(table).where(table.c.id == run_id).values(detector_id=detector_id))
