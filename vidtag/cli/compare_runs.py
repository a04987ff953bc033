"""Which two runs are meant by what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vidtag.cli.stored import find_stored
from vidtag.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from vidtag.store import Database
    from vidtag.types import RunFindings, VideoFindings, VideoRecord


def find_pair(
    database: Database, first: str, second: str, video: Path | None
) -> tuple[VideoRecord, RunFindings, RunFindings]:
    """The video, and the two runs on it.

    Raises:
        UnknownNameError: there is no such run, or no such video.
        UsageError: they are the same run, on different videos, or it is unclear on which.
    """
    found = database.findings() if video is None else [find_stored(database, video)]
    ones = _matching(found, first)
    others = _matching(found, second)
    pairs = [
        (each.video, _newest(ones[each.video.video_id]), _newest(others[each.video.video_id]))
        for each in found
        if ones[each.video.video_id] and others[each.video.video_id]
    ]
    if not pairs:
        raise UsageError(
            f"no video has both {first} and {second}", hint="compare runs on one video"
        )
    if len(pairs) > 1:
        message = f"{len(pairs)} videos have both {first} and {second}"
        raise UsageError(message, hint="name the video after them")
    [(record, before, after)] = pairs
    if before is after:
        raise UsageError(f"{first} and {second} are the same run", hint=_offer(found))
    return record, before, after


def _matching(found: Sequence[VideoFindings], typed: str) -> dict[int, list[RunFindings]]:
    """The runs that `typed` names, by video."""
    matching = {
        each.video.video_id: [run for run in each.runs if typed in _names(run)] for each in found
    }
    if not any(matching.values()):
        known = {name for each in found for run in each.runs for name in _names(run)}
        raise UnknownNameError("run", typed, known)
    return matching


def _names(found: RunFindings) -> tuple[str, str, str]:
    identity = found.run.identity
    return str(found.run.run_id), identity.name, f"{identity.name}@{identity.version}"


def _newest(runs: Sequence[RunFindings]) -> RunFindings:
    return max(runs, key=lambda each: each.run.run_id)


def _offer(found: Sequence[VideoFindings]) -> str:
    runs = [each.run for video in found for each in video.runs]
    told = [f"{run.run_id} ({run.identity.name} {run.identity.version})" for run in runs]
    return f"there are: {', '.join(told)}"
