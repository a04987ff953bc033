"""How many frames a second a video has, told by the times of its frames."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, cast, func, select

from vidtag.store.schema import frames
from vidtag.types import VideoRecord

SECOND_US = 1_000_000
NTSC = Fraction(1000, 1001)  # 29.97 is 30 times this


def frame_rate(connection: Connection, video: VideoRecord) -> Fraction | None:
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
