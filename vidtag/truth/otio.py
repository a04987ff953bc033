"""OpenTimelineIO: each clip is a stretch of its media, its name the label."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from vidtag.errors import TruthError
from vidtag.truth.times import Moment, PresentationTime, RatedFrame
from vidtag.truth.values import Mark, make_mark, require_one_video

if TYPE_CHECKING:
    from opentimelineio.opentime import RationalTime
    from opentimelineio.schema import Clip, SerializableCollection, Timeline

FASTEST_FILM = 1000  # a rate from here on counts time, not frames


def read_otio(text: str) -> tuple[Mark, ...]:
    """The clips of a timeline.

    Raises:
        TruthError: it is no timeline, or speaks of several videos.
    """
    timeline = _timeline(text)  # a clip without it does not know its track
    clips = timeline.find_clips()
    require_one_video(_url(clip) for clip in clips)
    return tuple(_mark(clip, number) for number, clip in enumerate(clips, start=1))


def _timeline(text: str) -> Timeline | SerializableCollection:
    from opentimelineio.adapters import read_from_string
    from opentimelineio.exceptions import OTIOError
    from opentimelineio.schema import SerializableCollection, Timeline

    try:
        found = read_from_string(text, "otio_json")
    except (OTIOError, ValueError) as error:
        raise TruthError("no OpenTimelineIO file", hint="export it again as .otio") from error
    if not isinstance(found, (Timeline, SerializableCollection)):
        raise TruthError(f"a {type(found).__name__}, not a timeline")
    return found


def _url(clip: Clip) -> str:
    return str(getattr(clip.media_reference, "target_url", None) or "")


def _mark(clip: Clip, number: int) -> Mark:
    available = getattr(clip.media_reference, "available_range", None)
    used = clip.source_range or available
    place = f"clip {number}"
    if used is None:
        raise TruthError(f"{place}: it has neither a source range nor one of its media")
    track = clip.parent()
    label = clip.name or (track.name if track is not None else "")
    first = None if available is None else available.start_time
    start, end = (_moment(time, first) for time in (used.start_time, used.end_time_exclusive()))
    return make_mark(label, start, end, place)


def _moment(time: RationalTime, first: RationalTime | None) -> Moment:
    if time.rate >= FASTEST_FILM:
        return PresentationTime(round(Fraction(time.value) * 1_000_000 / Fraction(time.rate)))
    number = time if first is None else time - first
    return RatedFrame(round(number.value), Fraction(time.rate))
