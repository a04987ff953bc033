"""When an expression holds in one video.

    frames      0     3     5     8     9        the edges of all spans, and the ends of the video
    ross        | yes | yes | no  | yes |        between two edges nothing changes,
    rachel      | no  | yes | yes | yes |        so one truth value for each is exact
    and         | no  | yes | no  | yes |
    spans             [-----)     [-----)

Who was never looked for is neither there nor away: `not monica` holds only where it is known that
she is not on screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vidtag.query.expression import And, Anyone, Expression, Name, Not, Or
from vidtag.query.spans import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Presence:
    """Who is on screen in one video, and when.

    Args:
        whole: all frames that were looked at.
        present: label -> (n, 4) rows start_frame, end_frame, start_us, end_us inside `whole`, in
            any order; they may overlap.
        looked_for: labels whose absence is known too: where they are not present they are away.
    """

    whole: Span
    present: Mapping[str, NDArray[np.int64]]
    looked_for: frozenset[str]


class _Truth(NamedTuple):
    """Between which edges something holds, and between which it is known not to."""

    holds: NDArray[np.bool_]
    fails: NDArray[np.bool_]


def evaluate(expression: Expression, presence: Presence) -> list[Span]:
    """The spans of the video in which `expression` holds.

    Args:
        expression: bound to the labels as `presence` writes them.
        presence: of one video.

    Returns:
        Maximal spans in order; a cut does not end one.
    """
    return _Grid(presence).spans(expression)


class _Grid:
    """A video, divided where somebody appears or goes."""

    def __init__(self, presence: Presence) -> None:
        whole = presence.whole
        frames, times = _columns(presence.present.values())
        ends = [whole.start_frame, whole.end_frame], [whole.start_us, whole.end_us]
        self._frames, at = np.unique(np.append(frames, ends[0]), return_index=True)
        self._times = np.append(times, ends[1])[at]
        self._looked_for = presence.looked_for
        self._holds = {label: self._cells(rows) for label, rows in presence.present.items()}

    def spans(self, expression: Expression) -> list[Span]:
        """Where `expression` holds."""
        holds = np.concatenate(([False], self._truth(expression).holds, [False]))
        edges = np.flatnonzero(holds[1:] != holds[:-1])
        frames, times = self._frames[edges].tolist(), self._times[edges].tolist()
        return [
            Span(*bounds)
            for bounds in zip(frames[::2], frames[1::2], times[::2], times[1::2], strict=True)
        ]

    def _cells(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """The cells that `rows` cover: +1 where one begins, -1 where one ends, summed up."""
        changes = np.zeros(len(self._frames), np.int64)
        np.add.at(changes, np.searchsorted(self._frames, rows[:, 0]), 1)
        np.subtract.at(changes, np.searchsorted(self._frames, rows[:, 1]), 1)
        covered: NDArray[np.bool_] = changes.cumsum()[:-1] > 0
        return covered

    def _truth(self, expression: Expression) -> _Truth:
        match expression:
            case Name(label):
                return self._name(label)
            case Anyone(besides):
                return self._anyone({name.label for name in besides})
            case Not(operand):
                truth = self._truth(operand)
                return _Truth(holds=truth.fails, fails=truth.holds)
            case And(operands):
                return reduce(_both, map(self._truth, operands))
            case Or(operands):
                return reduce(_either, map(self._truth, operands))

    def _name(self, label: str) -> _Truth:
        nowhere = np.zeros(len(self._frames) - 1, np.bool_)
        holds = self._holds.get(label, nowhere)
        return _Truth(holds, ~holds if label in self._looked_for else nowhere)

    def _anyone(self, besides: set[str]) -> _Truth:
        others = [holds for label, holds in self._holds.items() if label not in besides]
        holds = reduce(np.logical_or, others, np.zeros(len(self._frames) - 1, np.bool_))
        return _Truth(holds, ~holds)


def _columns(
    rows: Iterable[NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All frames that begin or end a row, and their times."""
    table = np.concatenate([np.empty((0, 4), np.int64), *rows])
    return table[:, :2].ravel(), table[:, 2:].ravel()


def _both(left: _Truth, right: _Truth) -> _Truth:
    return _Truth(left.holds & right.holds, left.fails | right.fails)


def _either(left: _Truth, right: _Truth) -> _Truth:
    return _Truth(left.holds | right.holds, left.fails & right.fails)
