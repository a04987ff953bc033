"""What people said overrides what detectors found, frame by frame.

    frame       0 1 2 3 4 5 6 7 8 9
    detector    . # # # # . . . # #
    oldest          - - - -              she is not there
    newest              + + +            she is there
    corrected   . # . . # # # . # #

Where two speak of a frame, the newest wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from vidtag.types import Appearance, Correction


@dataclass(frozen=True, slots=True)
class Said:
    """What holds in the end: the label is there, or is not, in `[start_frame, end_frame)`."""

    start_frame: int
    end_frame: int
    present: bool


def latest(corrections: Iterable[Correction], frames: int) -> tuple[Said, ...]:
    """What the corrections of one label in one video come to.

    Args:
        corrections: oldest first.
        frames: of the video; what lies beyond them is ignored.

    Returns:
        In order, without overlap; what touches differs in `present`.
    """
    inside = [each for each in corrections if each.start_frame < frames]
    bounds = [(each.start_frame, min(each.end_frame, frames)) for each in inside]
    edges = np.unique(np.array(bounds, dtype=np.int64))
    last = np.full(max(len(edges) - 1, 0), -1)  # between edges: which correction spoke last
    for number, (start, end) in enumerate(bounds):
        last[np.searchsorted(edges, start) : np.searchsorted(edges, end)] = number
    said: list[Said] = []
    for (start, end), number in zip(pairwise(edges.tolist()), last.tolist(), strict=True):
        if number >= 0:
            _append(said, Said(start, end, inside[number].present))
    return tuple(said)


def _append(said: list[Said], new: Said) -> None:
    if said and (said[-1].end_frame, said[-1].present) == (new.start_frame, new.present):
        new = replace(new, start_frame=said.pop().start_frame)
    said.append(new)


def corrected(
    appearances: Sequence[Appearance],
    corrections: Iterable[Correction],
    *,
    frames: int,
    frame_us: Mapping[int, int],
    shot_starts: Iterable[int],
) -> tuple[Appearance, ...]:
    """The appearances of one label in one video, after what people said.

    A corrected frame counts as if it had scored 1. What is left of an appearance that was cut keeps
    its mean score, and its peak or, where that is gone, its first frame.

    Args:
        appearances: in order, never across a cut.
        corrections: of this label and video, oldest first.
        frames: of the video.
        frame_us: when frames start: those in which corrections start or end, those that begin a
            shot, and for `frames` the end of the video.
        shot_starts: frames that begin a shot.

    Returns:
        In order, never across a cut. Without corrections just `appearances`.
    """
    said = latest(corrections, frames)
    if not said:
        return tuple(appearances)
    cuts = sorted(shot_starts)
    added = [each for one in said if one.present for each in _shown(one, cuts, frame_us)]
    parts = [*_left(appearances, said, frame_us), *added]
    return tuple(_joined(sorted(parts, key=lambda each: each.start_frame), set(cuts)))


def _shown(said: Said, cuts: Sequence[int], frame_us: Mapping[int, int]) -> Iterator[Appearance]:
    """What a person saw, as appearances: divided at the cuts."""
    inside = [cut for cut in cuts if said.start_frame < cut < said.end_frame]
    for start, end in pairwise([said.start_frame, *inside, said.end_frame]):
        yield Appearance(
            start_frame=start,
            end_frame=end,
            start_us=frame_us[start],
            end_us=frame_us[end],
            mean_score=1.0,
            peak_frame=start,
        )


def _left(
    appearances: Iterable[Appearance], said: Sequence[Said], frame_us: Mapping[int, int]
) -> Iterator[Appearance]:
    """What no correction speaks about of the appearances."""
    starts = np.array([each.start_frame for each in said])
    ends = np.array([each.end_frame for each in said])
    for whole in appearances:
        first = int(np.searchsorted(ends, whole.start_frame, side="right"))
        last = int(np.searchsorted(starts, whole.end_frame))
        at = whole.start_frame
        for one in said[first:last]:
            if at < one.start_frame:
                yield _part(whole, at, one.start_frame, frame_us)
            at = one.end_frame
        if at < whole.end_frame:
            yield _part(whole, at, whole.end_frame, frame_us)


def _part(whole: Appearance, start: int, end: int, frame_us: Mapping[int, int]) -> Appearance:
    return replace(
        whole,
        start_frame=start,
        end_frame=end,
        start_us=whole.start_us if start == whole.start_frame else frame_us[start],
        end_us=whole.end_us if end == whole.end_frame else frame_us[end],
        peak_frame=whole.peak_frame if start <= whole.peak_frame < end else start,
    )


def _joined(parts: Iterable[Appearance], cuts: set[int]) -> Iterator[Appearance]:
    """Join what touches, but for a cut between them."""
    group: list[Appearance] = []
    for part in parts:
        if group and (group[-1].end_frame != part.start_frame or part.start_frame in cuts):
            yield _one(group)
            group = []
        group.append(part)
    if group:
        yield _one(group)


def _one(group: Sequence[Appearance]) -> Appearance:
    """Parts that follow each other as one appearance."""
    frames = [each.end_frame - each.start_frame for each in group]
    score = sum(each.mean_score * n for each, n in zip(group, frames, strict=True)) / sum(frames)
    return replace(
        group[0],
        end_frame=group[-1].end_frame,
        end_us=group[-1].end_us,
        mean_score=min(1.0, score) if len(group) > 1 else group[0].mean_score,
        peak_frame=max(group, key=lambda each: each.mean_score).peak_frame,
    )
