"""Scenes: which frames and what time they take, for many videos at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from vidtag.store.schema import frames, shots, videos
from vidtag.types import TimedScene


def find(connection: Connection, video_ids: Sequence[int]) -> dict[int, list[TimedScene]]:
    """The scenes of these videos in order; a video whose shots are not known is left out."""
    whole = (
        select(
            shots.c.video_id,
            shots.c.scene_no,
            func.min(shots.c.start_frame).label("start_frame"),
            func.max(shots.c.end_frame).label("end_frame"),
        )
        .where(shots.c.video_id.in_(video_ids))
        .group_by(shots.c.video_id, shots.c.scene_no)
        .subquery()
    )
    first, after = frames.alias(), frames.alias()
    statement = (
        select(
            whole.c.video_id,
            whole.c.scene_no,
            whole.c.start_frame,
            whole.c.end_frame,
            first.c.pts_us,
            func.coalesce(after.c.pts_us, videos.c.end_us),
        )
        .join(videos, videos.c.id == whole.c.video_id)
        .join(
            first,
            (first.c.video_id == whole.c.video_id) & (first.c.frame_no == whole.c.start_frame),
        )
        .outerjoin(
            after,
            (after.c.video_id == whole.c.video_id) & (after.c.frame_no == whole.c.end_frame),
        )
        .order_by(whole.c.video_id, whole.c.start_frame)
    )
    found: dict[int, list[TimedScene]] = defaultdict(list)
    for video_id, number, start, end, start_us, end_us in connection.execute(statement):
        found[video_id].append(TimedScene(number, start, end, start_us, end_us))
    return dict(found)
