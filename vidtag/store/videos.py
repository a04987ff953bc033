"""Videos: one row per content, however often the file moves."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from vidtag.errors import StoreError
from vidtag.store.records import insert_into, path_text, shot_rows, video_record
from vidtag.store.schema import shots as shots_table
from vidtag.store.schema import videos
from vidtag.types import DecodeSummary, Episode, Shot, VideoInfo, VideoRecord


def register(connection: Connection, info: VideoInfo, episode: Episode) -> VideoRecord:
    """Insert the video, or update path, size and what is newly said about the episode."""
    said = {
        "series": episode.series,
        "season": episode.season,
        "episode": episode.episode,
        "title": episode.title,
    }
    seen = {
        "path": path_text(info.path),
        "width_px": info.width_px,
        "height_px": info.height_px,
        "timecode": info.timecode,
    }
    statement = insert_into(connection, videos).values(sha256=info.sha256, **seen, **said)
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["sha256"],
            set_={name: new[name] for name in seen}
            | {name: func.coalesce(new[name], videos.c[name]) for name in said},
        )
    )
    found = connection.execute(select(videos).where(videos.c.sha256 == info.sha256))
    return video_record(found.mappings().one())


def finish(
    connection: Connection, video_id: int, summary: DecodeSummary, shots: Sequence[Shot]
) -> None:
    """Store what one pass over the whole file found; replaces what an earlier pass found."""
    found = connection.execute(
        update(videos)
        .where(videos.c.id == video_id)
        .values(
            frames=summary.frames,
            start_us=summary.start_us,
            end_us=summary.end_us,
            damaged_packets=summary.damaged_packets,
            problems=json.dumps(summary.problems),
            frame_rate=None,  # until the times of all frames are there
        )
    )
    if found.rowcount == 0:
        raise StoreError(f"video {video_id} is no longer in the database", hint="scan it again")
    connection.execute(delete(shots_table).where(shots_table.c.video_id == video_id))
    rows = shot_rows(video_id, shots)
    if rows:
        connection.execute(insert(shots_table), rows)
