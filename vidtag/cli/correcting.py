"""From what was typed to a correction that is stored."""

from __future__ import annotations

import getpass
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidtag.errors import StoreError, TruthError, UnknownNameError, UsageError
from vidtag.text import one_line
from vidtag.types import Correction, VideoFindings

if TYPE_CHECKING:
    from vidtag.store import Database
    from vidtag.truth import FrameTimes

FORMS = "write seconds (12.5), a clock time (0:12.5), timecode (00:00:12:12) or a frame (300f)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A correction as it was typed."""

    label: str
    present: bool
    start: str
    end: str
    start_timecode: str | None  # of the first frame; None: what the video says
    new: bool  # whether nobody has used the label before


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A stored correction, and when that is."""

    correction: Correction
    start_us: int
    end_us: int


def checked(
    *,
    label: str | None,
    present: bool | None,
    start: str | None,
    end: str | None,
    start_timecode: str | None,
    new: bool,
) -> Request:
    """All that a correction needs.

    Raises:
        UsageError: something is missing, or nobody can be called that.
    """
    if label is None or present is None or start is None or end is None:
        pairs = (
            ("--character", label),
            ("--present or --absent", present),
            ("--from", start),
            ("--to", end),
        )
        missing = [name for name, value in pairs if value is None]
        raise UsageError(f"a correction needs {', '.join(missing)} as well")
    name = label.strip()
    if not name or one_line(name) != name:
        raise UsageError(f"{label!r} is no name", hint="write it in one line")
    return Request(
        label=name, present=present, start=start, end=end, start_timecode=start_timecode, new=new
    )


def add(
    database: Database, found: VideoFindings, asked: Request, *, note: str, author: str | None
) -> Told:
    """Store what was asked for.

    Raises:
        UnknownNameError: nobody has used the label, and it is not said to be new.
        UsageError: the times are none, or no frame of the video lies between them.
    """
    _check_label(database, asked)
    times = _times(database, found, start_timecode=asked.start_timecode)
    start, end = _frames(times, asked)
    said = Correction(
        video_id=found.video.video_id,
        label=asked.label,
        start_frame=start,
        end_frame=end,
        present=asked.present,
        author=author_name(author),
        note=note,
    )
    [stored] = database.add_corrections([said])
    return _told(stored, times)


def take_back(database: Database, found: VideoFindings, correction_id: int) -> Told:
    """Forget a correction of this video.

    Raises:
        StoreError: it has no such correction.
    """
    if correction_id not in [each.correction_id for each in found.corrections]:
        message = f"{found.video.name} has no correction {correction_id}"
        raise StoreError(message, hint="see them with --list")
    return _told(database.remove_correction(correction_id), _times(database, found))


def listed(database: Database, found: VideoFindings) -> list[Told]:
    """What was said about this video, oldest first."""
    times = _times(database, found)
    return [_told(each, times) for each in found.corrections]


def _told(correction: Correction, times: FrameTimes) -> Told:
    return Told(
        correction=correction,
        start_us=times.start_of(correction.start_frame),
        end_us=times.start_of(correction.end_frame),
    )


def _times(
    database: Database, found: VideoFindings, *, start_timecode: str | None = None
) -> FrameTimes:
    from vidtag.cli.comparison import frame_times

    return frame_times(database, found.video, start_timecode=start_timecode)


def _check_label(database: Database, asked: Request) -> None:
    known = database.label_names()
    if asked.label in known:
        return
    if not asked.new:
        error = UnknownNameError("label", asked.label, known)
        raise UsageError(error.message, hint=f"--new adds somebody; {error.hint}")
    if not asked.present:
        message = f"nobody has seen {asked.label!r} yet, so there is nothing to correct"
        raise UsageError(message, hint="say where, with --present")


def _frames(times: FrameTimes, asked: Request) -> tuple[int, int]:
    """The frames `[start, end)` that are meant; what lies beyond the end is left out."""
    start, end = (_frame(text, times) for text in (asked.start, asked.end))
    if start >= times.count:
        length_s = times.end_us / 1e6
        raise UsageError(
            f"--from {asked.start} is beyond the end: the video ends at {length_s:.3f} s"
        )
    if start >= end:
        message = f"no frame lies between --from {asked.start} and --to {asked.end}"
        raise UsageError(message, hint="the end is the first moment that is not meant any more")
    return start, min(end, times.count)


def _frame(text: str, times: FrameTimes) -> int:
    from vidtag.truth.times import parse_frame, parse_time

    number = re.fullmatch(r"(\d+)f", text.strip(), re.ASCII | re.IGNORECASE)
    try:
        moment = parse_frame(number[1]) if number else parse_time(text)
        return moment.locate(times)[0]
    except TruthError as error:
        raise UsageError(error.message, hint=error.hint or FORMS) from error


def author_name(given: str | None) -> str:
    """Who corrects: what was typed, else the login name.

    Raises:
        UsageError: nothing was typed and nobody is logged in.
    """
    if given is not None and one_line(given).strip():
        return one_line(given).strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:  # KeyError before Python 3.13
        raise UsageError("your login name is not known", hint="say --author") from error
