"""What the exporters share: who is where in one video, with names that every format can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from vidtag.api import EpisodeReport, Report, VidtagError, one_line

UNNAMED = "(unnamed)"


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A label from one frame to another, cuts or no cuts: `[start, end)`."""

    start_frame: int
    end_frame: int
    start_us: int
    end_us: int
    label: str


def clean(label: str) -> str:
    """`label` on one line, without control characters and superfluous blanks; never empty."""
    return " ".join(one_line(label).split()) or UNNAMED


def stretches(episode: EpisodeReport) -> list[Stretch]:
    """The stretches of all labels, in order of time."""
    return sorted(each for time in by_label(episode).values() for each in time)


def by_label(episode: EpisodeReport) -> dict[str, list[Stretch]]:
    """Each label, also one that is nowhere, with its stretches in order of time."""
    found: dict[str, list[Stretch]] = {}
    for time in episode.screen_times:
        label = clean(time.label)
        found.setdefault(label, []).extend(
            Stretch(each.start_frame, each.end_frame, each.start_us, each.end_us, label)
            for each in time.appearances
        )
    return {label: _joined(each) for label, each in found.items()}


def _joined(found: list[Stretch]) -> list[Stretch]:
    """Sorted, and joined where they touch: a cut does not end a stretch."""
    joined: list[Stretch] = []
    for each in sorted(found):
        if joined and each.start_frame <= joined[-1].end_frame:
            last = joined.pop()
            end = max((last.end_frame, last.end_us), (each.end_frame, each.end_us))
            each = Stretch(last.start_frame, end[0], last.start_us, end[1], each.label)
        joined.append(each)
    return joined


def single(report: Report) -> EpisodeReport:
    """The only episode of a report for a format that tells of one video.

    Raises:
        ValueError: there are others, or none.
    """
    if len(report.episodes) != 1:
        raise ValueError(f"expected one episode, received {len(report.episodes)}")
    return report.episodes[0]


def frame_rate(episode: EpisodeReport, format_name: str) -> Fraction:
    """Frames a second, for a format that counts frames.

    Raises:
        VidtagError: the rate varies.
    """
    if episode.frame_rate is None:
        raise VidtagError(
            f"{one_line(episode.video.name)}: {format_name} counts frames of one length, and this "
            "video's frame rate varies",
            hint="export otio, csv or webvtt, which carry times",
        )
    return episode.frame_rate


def milliseconds(us: int) -> int:
    """The nearest millisecond, not before 0."""
    return max(0, (us + 500) // 1000)


def clock(us: int, point: str) -> str:
    """`01:02:03.450` with `point` before the milliseconds, as subtitles write times."""
    seconds, rest = divmod(milliseconds(us), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{rest:03d}"


def decimal_seconds(us: int) -> str:
    """`12.345678`: all of the microseconds."""
    sign = "-" if us < 0 else ""
    return f"{sign}{abs(us) // 1_000_000}.{abs(us) % 1_000_000:06d}"


def before_zero(report: Report) -> Iterator[str]:
    """What a format whose times begin at 0 loses."""
    for episode in report.episodes:
        if any(each.start_us < 0 for each in stretches(episode)):
            yield f"{one_line(episode.video.name)}: times before 0:00 are written as 0:00"
