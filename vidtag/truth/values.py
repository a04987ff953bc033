"""Truth as it is written, and as it lies over the frames of a video."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.errors import TruthError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.truth.times import Moment

QUOTED_CHARACTERS = 40
UNSURE = "?"  # `ross?`: nobody can say; these frames are not counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Someone is on screen in `[start, end)`, or, if `unsure`, nobody can say."""

    label: str
    start: Moment
    end: Moment
    place: str  # where in the file, for a person: `line 3`
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthFile:
    """What a truth file says, as it is written."""

    path: Path
    marks: tuple[Mark, ...]
    looked_at: tuple[tuple[int, int], ...] | None = None  # frames somebody saw; None: all
    notes: tuple[str, ...] = ()  # what a person should know, each a short sentence

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it mentions, in order of first mention."""
        return tuple(dict.fromkeys(mark.label for mark in self.marks))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelTruth:
    """One label, frame by frame."""

    label: str
    present: NDArray[np.bool_]  # (n,) on screen; False where unknown
    unknown: NDArray[np.bool_]  # (n,) not to be counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Truth over the frames of one video. A label that it does not mention was not looked for."""

    labels: Mapping[str, LabelTruth] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def make_mark(written: str, start: Moment, end: Moment, place: str) -> Mark:
    """A mark with the label `written`; a `?` at its end means unsure.

    Raises:
        TruthError: there is no label, or none that can be printed.
    """
    label = " ".join(unicodedata.normalize("NFC", written).split())
    unsure = label.endswith(UNSURE)
    label = label.removesuffix(UNSURE).rstrip()
    if not label:
        raise TruthError(f"{place}: there is no label")
    if not label.isprintable():
        raise TruthError(f"{place}: the label {quote(label)} cannot be printed")
    return Mark(label=label, start=start, end=end, place=place, unsure=unsure)


def require_one_video(names: Iterable[str]) -> None:
    """Refuse a file whose stretches are of several videos.

    Raises:
        TruthError: there are different `names`.
    """
    found = sorted(set(names))
    if len(found) > 1:
        raise TruthError(
            f"it speaks of {len(found)} videos: {quote(found[0])}, {quote(found[1])} ...",
            hint="keep the rows of one video",
        )


def quote(text: str) -> str:
    """`text` as a message shows it: in quotes, on one line, and not all of it if it is long."""
    return repr(text if len(text) <= QUOTED_CHARACTERS else f"{text[: QUOTED_CHARACTERS - 1]}…")
