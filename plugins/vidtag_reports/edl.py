"""CMX 3600 edit decision list: a selects reel of each label after the other.

An EDL has one picture track, and labels overlap: so the events are cut one after the other on the
record side, all of one label, then all of the next. The source side says where in the video they
are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from vidtag.api import EpisodeReport, Report
from vidtag_reports.stretches import Stretch, by_label, clean, frame_rate, single
from vidtag_reports.timecode import DROP, format_timecode, parse_timecode

if TYPE_CHECKING:
    from opentimelineio.opentime import RationalTime

MOST_EVENTS = 999  # what has three digits; more are read by newer programs


class EdlExporter:
    """Each stretch is a cut of reel AX; the label is its clip name."""

    name = "edl"
    suffix = ".edl"
    media_type = "text/plain"
    one_video = True

    def losses(self, report: Report) -> Iterator[str]:
        """More events than CMX 3600 knows."""
        for episode in report.episodes:
            counts = [len(found) for found in by_label(episode).values() if found]
            count = sum(counts)
            name = clean(episode.video.name)
            if len(counts) > 1:
                yield f"{name}: an EDL has one track, so the labels follow one after the other"
            if count > MOST_EVENTS:
                yield (
                    f"{name}: {count} events, and CMX 3600 counts to {MOST_EVENTS}; "
                    "choose one --character if it is refused"
                )

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`.

        Raises:
            VidtagError: the frame rate varies, or there is no timecode at it.
            UsageError: the start timecode is none.
        """
        lines = _lines(single(report), report.start_timecode)
        out.write("".join(f"{line}\n" for line in lines).encode(errors="replace"))


def _lines(episode: EpisodeReport, start_timecode: str) -> Iterator[str]:
    rate = frame_rate(episode, "EDL")
    drop = DROP in start_timecode
    start = parse_timecode(start_timecode, rate)
    yield f"TITLE: {clean(episode.video.name)}"
    yield f"FCM: {'DROP FRAME' if drop else 'NON-DROP FRAME'}"
    record = start
    file = clean(episode.video.path.name)
    for number, each in enumerate(chain.from_iterable(by_label(episode).values()), start=1):
        yield ""
        yield from _event(number, each, start, record, drop=drop)
        yield f"* FROM CLIP NAME:  {each.label}"
        yield f"* FROM CLIP: {file}"
        record += _frames(each.end_frame - each.start_frame, start)


def _event(
    number: int, each: Stretch, start: RationalTime, record: RationalTime, *, drop: bool
) -> Iterator[str]:
    length = _frames(each.end_frame - each.start_frame, start)
    source = start + _frames(each.start_frame, start)
    times = (source, source + length, record, record + length)
    timecodes = " ".join(format_timecode(time, drop=drop) for time in times)
    yield f"{number:03d}  AX       V     C        {timecodes}"


def _frames(count: int, like: RationalTime) -> RationalTime:
    return type(like)(count, like.rate)
