"""Lays the stretches of a truth file over the frames of a video."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vidtag.errors import TruthError
from vidtag.truth.times import ROUNDING_US, FrameTimes
from vidtag.truth.values import LabelTruth, Mark, Truth, TruthFile

if TYPE_CHECKING:
    from numpy.typing import NDArray


def place(file: TruthFile, times: FrameTimes) -> Truth:
    """What `file` says, frame by frame.

    Where stretches of one label overlap they count once, with a note; where one of them is unsure
    the frames are not counted. A stretch may end one frame beyond the video: the end of the last
    frame is written in many ways.

    Args:
        file: from `parse_truth`.
        times: when the frames of the video are shown.

    Raises:
        TruthError: a stretch is reversed, or does not lie in the video.
    """
    try:
        placed = [_placed(mark, times) for mark in file.marks]
    except TruthError as error:
        raise TruthError(f"{file.path}: {error.message}", hint=error.hint) from error
    unseen = _unseen(file, times)
    return Truth(
        labels=_labels(file.labels, placed, unseen),
        notes=(*file.notes, *_notes(placed, int(unseen.sum()))),
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A mark on the frames `[start, end)`."""

    mark: Mark
    start: int
    end: int


def _placed(mark: Mark, times: FrameTimes) -> _Placed:
    try:
        start, start_us = mark.start.locate(times)
        end, end_us = mark.end.locate(times)
        _check(mark, start_us, end_us, times)
    except TruthError as error:
        raise TruthError(f"{mark.place}: {error.message}", hint=error.hint) from error
    return _Placed(mark, min(start, times.count), min(end, times.count))


def _check(mark: Mark, start_us: int, end_us: int, times: FrameTimes) -> None:
    if end_us < start_us:
        raise TruthError(f"{mark.label} ends at {mark.end}, before it starts at {mark.start}")
    if start_us < min(0, int(times.pts_us[0])) - ROUNDING_US:
        raise TruthError(f"{mark.label} starts at {mark.start}, before the video")
    beyond_us = end_us - times.end_us
    if beyond_us > times.last_duration_us + ROUNDING_US:
        raise TruthError(
            f"{mark.label} ends at {mark.end}, {beyond_us / 1e6:.2f} s beyond the end of the video "
            f"({times.count} frames, {times.end_us / 1e6:.2f} s)",
            hint="is it the truth of another video?",
        )


def _unseen(file: TruthFile, times: FrameTimes) -> NDArray[np.bool_]:
    """(n,) True for frames that nobody looked at."""
    unseen = np.full(times.count, file.looked_at is not None)
    for start, end in file.looked_at or ():
        unseen[start:end] = False
    return unseen


def _labels(
    labels: Sequence[str], placed: Sequence[_Placed], unseen: NDArray[np.bool_]
) -> dict[str, LabelTruth]:
    present = {label: np.zeros_like(unseen) for label in labels}
    unknown = {label: unseen.copy() for label in labels}
    for each in placed:
        flags = unknown if each.mark.unsure else present
        flags[each.mark.label][each.start : each.end] = True
    return {
        label: LabelTruth(
            label=label, present=present[label] & ~unknown[label], unknown=unknown[label]
        )
        for label in labels
    }


def _notes(placed: Sequence[_Placed], unseen: int) -> Iterator[str]:
    if unseen:
        yield f"{unseen} frames are not in the file and are not counted"
    for each in placed:
        if each.start == each.end:
            yield f"{each.mark.place}: {each.mark.label} covers no frame"
    last: dict[tuple[str, bool], _Placed] = {}
    for each in sorted(placed, key=lambda one: one.start):
        key = (each.mark.label, each.mark.unsure)
        before = last.get(key)
        if before and each.start < min(before.end, each.end):
            yield f"{each.mark.place}: {each.mark.label} overlaps {before.mark.place}; counted once"
        if before is None or each.end > before.end:
            last[key] = each
