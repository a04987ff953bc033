"""How many frames a second a video has, told by the times of its frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, cast, func, select, update

from vidtag.store.records import video_record
from vidtag.store.schema import frames, videos
from vidtag.types import VideoRecord

SECOND_US = 1_000_000
VARIES = "varies"
NTSC = Fraction(1000, 1001)  # 29.97 is 30 times this


def find(connection: Connection, found: Sequence[VideoRecord]) -> dict[int, Fraction | None]:
    """The frame rates of these videos by their ids: as stored, or else from the times."""
    ids = [video.video_id for video in found]
    statement = select(videos.c.id, videos.c.frame_rate).where(videos.c.id.in_(ids))
    stored = dict(connection.execute(statement).all())
    return {
        video.video_id: derived(connection, video)
        if stored[video.video_id] is None
        else _parsed(stored[video.video_id])
        for video in found
    }


def store(connection: Connection, video_id: int) -> None:
    """Keep the frame rate of a video, the times of whose frames are all there."""
    row = connection.execute(select(videos).where(videos.c.id == video_id)).mappings().one()
    rate = derived(connection, video_record(row))
    connection.execute(
        update(videos)
        .where(videos.c.id == video_id)
        .values(frame_rate=VARIES if rate is None else str(rate))
    )


def store_missing(connection: Connection) -> None:
    """Keep the frame rates of videos that an older version scanned to their ends."""
    missing = videos.c.frame_rate.is_(None) & videos.c.frames.is_not(None)
    for video_id in connection.scalars(select(videos.c.id).where(missing)).all():
        store(connection, video_id)


def _parsed(text: str) -> Fraction | None:
    return None if text == VARIES else Fraction(text)


def derived(connection: Connection, video: VideoRecord) -> Fraction | None:
    """The rate by which frame n is at `start + n / rate`, to within a quarter of a frame.

    A standard rate (25, 24000/1001) where it fits. `None` where the rate varies or a frame was lost
    (one lasts a quarter longer or shorter than the mean), or there are fewer than two frames.
    """
    if video.frames is None or video.frames < 2 or video.start_us is None:
        return None
    steps = video.frames - 1
    last_us = connection.scalar(
        select(frames.c.pts_us).where(
            frames.c.video_id == video.video_id, frames.c.frame_no == steps
        )
    )
    if last_us is None:
        return None
    span_us = last_us - video.start_us
    off, shortest_us, longest_us = connection.execute(_extremes(video, steps, span_us)).one()
    even = 4 * steps * shortest_us >= 3 * span_us and 4 * steps * longest_us <= 5 * span_us
    return standard(steps, span_us) if even and 4 * off <= span_us else None


def _extremes(video: VideoRecord, steps: int, span_us: int) -> Select[Any]:
    """Selects by how much a frame is off at most (times `steps`), the shortest and longest step."""
    before = func.lag(frames.c.pts_us).over(order_by=frames.c.frame_no)
    step = (frames.c.pts_us - before).label("step")
    # In whole numbers of 64 bits, so that no database rounds.
    off = (frames.c.pts_us - video.start_us) * steps - cast(frames.c.frame_no, BigInteger) * span_us
    each = select(func.abs(off).label("off"), step).where(frames.c.video_id == video.video_id)
    rows = each.subquery().c
    return select(func.max(rows.off), func.min(rows.step), func.max(rows.step))


def standard(steps: int, span_us: int) -> Fraction:
    """The standard rate at which `steps` frames last about `span_us`, or just that rate."""
    measured = Fraction(steps * SECOND_US, span_us)
    fitting = [rate for rate in _standard(measured) if _drift(rate, steps, span_us) < 1]
    return min(fitting, key=lambda rate: _drift(rate, steps, span_us), default=measured)


def _standard(measured: Fraction) -> Iterator[Fraction]:
    for rate in (Fraction(round(measured)), round(measured / NTSC) * NTSC):
        if rate > 0:
            yield rate


def _drift(rate: Fraction, steps: int, span_us: int) -> Fraction:
    """By how many half frames the last frame is off."""
    return abs(2 * (steps - span_us * rate / SECOND_US))
