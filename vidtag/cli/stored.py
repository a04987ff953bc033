"""Which video of the database is meant by what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vidtag.errors import StoreError, UnknownNameError, UsageError, VidtagError

if TYPE_CHECKING:
    from pathlib import Path

    from vidtag.store import Database
    from vidtag.types import VideoFindings, VideoRecord


def nothing_fits(database: Database, shown: str) -> StoreError:
    """The error for a choice that no video of the database called `shown` fits."""
    if database.videos():
        return StoreError(f"{shown}: no video fits", hint="see all with `vidtag report`")
    hint = "scan one first: `vidtag scan VIDEO --plugin NAME`"
    return StoreError(f"{shown}: no video was scanned yet", hint=hint)


def find_stored(database: Database, typed: Path, *, detail: bool = False) -> VideoFindings:
    """What is known about the video that is meant.

    That is the file at this path, else the only one with this file name (`s03e02.mp4`, wherever it
    lies), or with this name or code as an episode (`S03E02`).

    Raises:
        UnknownNameError: no video fits.
        UsageError: several do.
        VidtagError: it was not scanned to its end.
    """
    video = _meant(database.videos(), typed)
    if video.frames is None:
        raise VidtagError(f"{video.path}: not scanned to its end", hint="scan it again")
    [found] = database.findings(path=video.path, detail=detail)
    return found


def _meant(videos: Iterable[VideoRecord], typed: Path) -> VideoRecord:
    known = list(videos)
    here = [video for video in known if video.path == typed.absolute()]
    fitting = here or [video for video in known if str(typed).lower() in _names(video)]
    if not fitting:
        raise UnknownNameError("video", str(typed), {video.path.name for video in known})
    if len(fitting) > 1:
        paths = " or ".join(str(video.path) for video in fitting)
        raise UsageError(f"{str(typed)!r} may be {paths}", hint="give the whole path")
    return fitting[0]


def _names(video: VideoRecord) -> set[str]:
    names = {video.path.name, video.path.stem, video.name, video.episode.code}
    return {name.lower() for name in names if name}
