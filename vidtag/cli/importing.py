"""From a file to the corrections that make the database say what the file says."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.cli.output import file_stem
from vidtag.errors import StoreError, UnknownNameError, UsageError
from vidtag.text import one_line
from vidtag.types import Correction, VideoFindings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.report import LabelPresence
    from vidtag.store import Database
    from vidtag.truth import FrameTimes, LabelTruth, TruthFile

NOTES_SHOWN = 5
REWRITTEN = {".rttm": (" ", "_"), ".fcpxml": (",", ";"), ".srt": ("-->", "->")}  # in names


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Frames `[start, end)` in which a label was, or was not, and the file says otherwise."""

    label: str
    present: bool  # what the file says
    start_frame: int
    end_frame: int
    duration_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What the file says otherwise than the database."""

    labels: tuple[str, ...]  # that the file tells of, as the database calls them
    stretches: tuple[Stretch, ...]  # by label, in order of time
    notes: tuple[str, ...]  # what a person should know, each a short sentence


def find_video(
    database: Database,
    file: Path,
    *,
    video: Path | None,
    series: str | None,
    season: int | None,
    episode: int | None,
) -> VideoFindings:
    """The video that `file` is about.

    That is the one that was asked for; else the one that has the file's name, as `vidtag export`
    writes it; else the only one.

    Raises:
        UnknownNameError, StoreError: there is no such video.
        UsageError: several fit.
        VidtagError: it was not scanned to its end.
    """
    from vidtag.cli.stored import find_stored

    if video is not None:
        return find_stored(database, video)
    known = database.videos(series=series, season=season, episode=episode)
    if not known:
        raise StoreError("no video fits", hint="see all with `vidtag report`")
    fitting = [each for each in known if file.stem in (file_stem(each), each.path.stem)] or known
    if len(fitting) > 1:
        raise UsageError(
            f"{file.name} may be about any of {len(fitting)} videos", hint="say which with --video"
        )
    return find_stored(database, fitting[0].path)


def read_changes(
    database: Database,
    found: VideoFindings,
    file: TruthFile,
    *,
    absent: Iterable[str],
    new: bool,
    start_timecode: str | None = None,
) -> Changes:
    """Where `file` and what is known now differ.

    Args:
        database: where the labels are.
        found: what is known about the video.
        file: what the file says.
        absent: labels that it does not mention and that are nowhere.
        new: whether it may name people whom nobody has named before.
        start_timecode: of the first frame; `None`: what the video says.

    Raises:
        UsageError: it names unknown people, or mentions one of `absent`.
        TruthError: it does not lie in the video.
    """
    from vidtag.cli.comparison import frame_times
    from vidtag.report import presence
    from vidtag.truth import place

    times = frame_times(database, found.video, start_timecode=start_timecode)
    truth = place(file, times)
    names = _ours(file, database.label_names(), new=new)
    now = presence(found)
    said = _said(truth.labels, names, times.count)
    for label in absent:
        _add_absent(said, label, now, times.count)
    stretches = [
        stretch
        for label, each in said.items()
        for stretch in _differences(label, each, now.get(label), times)
    ]
    untold = sorted(label for label, each in now.items() if each.appearances and label not in said)
    notes = [*_few(truth.notes), *_untold(untold)]
    return Changes(labels=tuple(said), stretches=tuple(stretches), notes=tuple(notes))


def store_changes(
    database: Database, found: VideoFindings, changes: Changes, *, author: str, note: str
) -> None:
    """Store them as corrections, all or none."""
    said = [
        Correction(
            video_id=found.video.video_id,
            label=each.label,
            start_frame=each.start_frame,
            end_frame=each.end_frame,
            present=each.present,
            author=author,
            note=one_line(note),
        )
        for each in changes.stretches
    ]
    if said:
        database.add_corrections(said)


def _ours(file: TruthFile, known: Iterable[str], *, new: bool) -> dict[str, str]:
    """The file's labels -> ours. A format may have changed blanks, or what it cannot write."""
    ours = {_key(label): label for label in known}
    cannot, instead = REWRITTEN.get(file.path.suffix.lower(), ("", ""))
    if cannot:
        ours = {key.replace(cannot, instead): label for key, label in ours.items()} | ours
    unknown = [label for label in file.labels if _key(label) not in ours]
    if unknown and not new:
        nearest = UnknownNameError("label", unknown[0], ours.values())
        raise UsageError(
            f"nobody is called {', '.join(map(repr, unknown))} yet",
            hint=f"--new adds them; {nearest.hint}",
        )
    return {label: ours.get(_key(label), label) for label in file.labels}


def _key(label: str) -> str:
    return " ".join(unicodedata.normalize("NFC", one_line(label)).split())


def _said(
    labels: Mapping[str, LabelTruth], names: Mapping[str, str], count: int
) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Our label -> (present, unknown); what the file calls differently and we alike is joined."""
    import numpy as np

    said: dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]] = {}
    nothing = np.zeros(count, dtype=np.bool_)
    for theirs, each in labels.items():
        present, unknown = said.get(names[theirs], (nothing, nothing))
        said[names[theirs]] = (present | each.present, unknown | each.unknown)
    return said


def _add_absent(
    said: dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]],
    label: str,
    now: Mapping[str, LabelPresence],
    count: int,
) -> None:
    import numpy as np

    if label not in now:
        raise UnknownNameError("label", label, now)
    if label in said:
        raise UsageError(f"{label!r} is in the file, so it is not absent")
    nothing = np.zeros(count, dtype=np.bool_)
    said[label] = (nothing, nothing)


def _differences(
    label: str,
    said: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    known: LabelPresence | None,
    times: FrameTimes,
) -> list[Stretch]:
    import numpy as np

    present, unknown = said
    now = np.zeros(times.count, dtype=np.bool_)
    for each in () if known is None else known.appearances:
        now[each.start_frame : each.end_frame] = True
    kinds = np.where(unknown | (present == now), 0, np.where(present, 1, -1))
    starts = np.flatnonzero(np.diff(kinds, prepend=0, append=0))
    return [
        Stretch(
            label=label,
            present=bool(kinds[start] == 1),
            start_frame=int(start),
            end_frame=int(end),
            duration_us=times.start_of(int(end)) - times.start_of(int(start)),
        )
        for start, end in pairwise(starts)
        if kinds[start]
    ]


def _few(notes: tuple[str, ...]) -> list[str]:
    more = len(notes) - NOTES_SHOWN
    return [*notes[:NOTES_SHOWN], *([f"{more} more such notes"] if more > 0 else [])]


def _untold(labels: list[str]) -> list[str]:
    return [
        f"{label}: not in the file, so left as it is; if it is nowhere on screen, "
        f"say --absent {label}"
        for label in labels
    ]
