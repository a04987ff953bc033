"""Everything that reports and queries need of many videos, read in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, or_, select

from vidtag.store import corrections, frame_rates, queries, records
from vidtag.store.collector import collector_paused
from vidtag.store.schema import (
    appearances,
    detectors,
    frames,
    labels,
    run_labels,
    runs,
    shots,
    tracks,
    videos,
)
from vidtag.store.schema import corrections as corrections_table
from vidtag.types import (
    Appearance,
    Correction,
    Estimate,
    Region,
    RunFindings,
    TimedShot,
    VideoFindings,
    VideoRecord,
)

AT_ONCE = 500  # videos in one statement: fewer than a database takes parameters


def find(
    connection: Connection, found: Sequence[VideoRecord], *, detail: bool
) -> list[VideoFindings]:
    """What is known about the videos `found`, in their order."""
    with collector_paused():
        return [
            findings
            for start in range(0, len(found), AT_ONCE)
            for findings in _find(connection, found[start : start + AT_ONCE], detail=detail)
        ]


def _find(
    connection: Connection, found: Sequence[VideoRecord], *, detail: bool
) -> Iterator[VideoFindings]:
    ids = [video.video_id for video in found]
    by_run = _runs(connection, ids)
    said = _grouped(corrections.find(connection, ids))
    cut = ids if detail else list(said)
    by_shot = _shots(connection, cut)
    times = _correction_times(connection, list(said))
    rates = frame_rates.find(connection, found) if detail else {}
    for video in found:
        yield VideoFindings(
            video=video,
            runs=tuple(by_run.get(video.video_id, ())),
            corrections=tuple(said.get(video.video_id, ())),
            shots=tuple(by_shot.get(video.video_id, ())),
            frame_us=times.get(video.video_id, {}),
            frame_rate=rates.get(video.video_id),
        )


def _grouped(said: Iterable[Correction]) -> dict[int, list[Correction]]:
    grouped: dict[int, list[Correction]] = defaultdict(list)
    for each in said:
        grouped[each.video_id].append(each)
    return grouped


def _runs(connection: Connection, video_ids: Sequence[int]) -> dict[int, list[RunFindings]]:
    rows = connection.execute(queries.runs_of(video_ids)).mappings().all()
    ids = [row["id"] for row in rows]
    names = _labels(connection, ids)
    seen = _appearances(connection, ids)
    faces = _with_faces(connection)
    found: dict[int, list[RunFindings]] = defaultdict(list)
    for row in rows:
        found[row["video_id"]].append(
            _run(row, names[row["id"]], seen, "face" if row["name"] in faces else "frame")
        )
    return found


def _run(
    row: RowMapping,
    names: Sequence[RowMapping],
    seen: Mapping[tuple[int, int], Sequence[Appearance]],
    region: Region,
) -> RunFindings:
    return RunFindings(
        run=records.run_record(row, {each["name"]: each["threshold"] for each in names}),
        region=region,
        appearances={each["name"]: seen.get((row["id"], each["label_id"]), ()) for each in names},
        estimates={
            each["name"]: Estimate(
                expected_us=each["expected_us"], variance_us2=each["variance_us2"]
            )
            for each in names
            if each["expected_us"] is not None
        },
    )


def _labels(connection: Connection, run_ids: Sequence[int]) -> dict[int, list[RowMapping]]:
    statement = (
        select(run_labels, labels.c.name)
        .join(labels, labels.c.id == run_labels.c.label_id)
        .where(run_labels.c.run_id.in_(run_ids))
        .order_by(run_labels.c.run_id, run_labels.c.position)
    )
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(statement).mappings():
        found[row["run_id"]].append(row)
    return found


def _appearances(
    connection: Connection, run_ids: Sequence[int]
) -> dict[tuple[int, int], list[Appearance]]:
    columns = appearances.c
    statement = (
        select(
            columns.run_id,
            columns.label_id,
            columns.start_frame,
            columns.end_frame,
            columns.start_us,
            columns.end_us,
            columns.mean_score,
            columns.peak_frame,
        )
        .where(columns.run_id.in_(run_ids))
        .order_by(columns.run_id, columns.label_id, columns.start_frame)
    )
    found: dict[tuple[int, int], list[Appearance]] = defaultdict(list)
    rows = connection.execute(statement).all()  # twice as fast as one by one
    for run_id, label_id, start, end, start_us, end_us, mean, peak in rows:
        found[run_id, label_id].append(
            Appearance(
                start_frame=start,
                end_frame=end,
                start_us=start_us,
                end_us=end_us,
                mean_score=mean,
                peak_frame=peak,
            )
        )
    return found


def _with_faces(connection: Connection) -> set[str]:
    """Names of detectors that look at faces: a run of one, on whatever video, followed a face."""
    followed = select(tracks.c.id).where(tracks.c.run_id == runs.c.id).exists()
    statement = select(detectors.c.name).join(runs).where(followed).distinct()
    return set(connection.scalars(statement))


def _shots(connection: Connection, video_ids: Sequence[int]) -> dict[int, list[TimedShot]]:
    first, after = frames.alias(), frames.alias()
    statement = (
        select(
            shots,
            first.c.pts_us.label("start_us"),
            func.coalesce(after.c.pts_us, videos.c.end_us).label("end_us"),
        )
        .join(videos, videos.c.id == shots.c.video_id)
        .join(first, _frame(first, shots.c.start_frame))
        .outerjoin(after, _frame(after, shots.c.end_frame))
        .where(shots.c.video_id.in_(video_ids))
        .order_by(shots.c.video_id, shots.c.shot_no)
    )
    found: dict[int, list[TimedShot]] = defaultdict(list)
    for row in connection.execute(statement).mappings():
        found[row["video_id"]].append(
            TimedShot(
                number=row["shot_no"],
                start_frame=row["start_frame"],
                end_frame=row["end_frame"],
                start_us=row["start_us"],
                end_us=row["end_us"],
                scene=row["scene_no"],
            )
        )
    return found


def _frame(table: Any, number: Any) -> Any:
    return (table.c.video_id == shots.c.video_id) & (table.c.frame_no == number)


def _correction_times(
    connection: Connection, video_ids: Sequence[int]
) -> dict[int, dict[int, int]]:
    said = corrections_table.c
    bound = or_(frames.c.frame_no == said.start_frame, frames.c.frame_no == said.end_frame)
    statement = (
        select(frames.c.video_id, frames.c.frame_no, frames.c.pts_us)
        .join(corrections_table, (said.video_id == frames.c.video_id) & bound)
        .where(said.video_id.in_(video_ids))
        .distinct()
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for video_id, number, pts_us in connection.execute(statement):
        found[video_id][number] = pts_us
    return found
