"""The held-out pictures that a classifier was most wrong about, small enough for one page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import DatasetError, one_line, read_picture

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from vidtag_vgg16.record import Judgement

MOST = 12  # pictures of a kind

_WIDTH_PX, _HEIGHT_PX = 168, 126  # the most of a thumbnail
_QUALITY = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A picture that is on the wrong side of the threshold."""

    file: str
    score: float
    jpeg: bytes  # a thumbnail; empty if the picture cannot be read any more


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMistakes:
    """The mistakes about one label, the worst first and at most `MOST` of each kind."""

    label: str
    threshold: float
    false_alarms: tuple[Mistake, ...]  # highest score first
    false_alarm_count: int
    misses: tuple[Mistake, ...]  # lowest score first
    miss_count: int


def worst_mistakes(
    judgement: Judgement, thresholds: Mapping[str, float], *, root: Path
) -> tuple[LabelMistakes, ...]:
    """The worst mistakes about every label.

    Args:
        judgement: of the held-out pictures.
        thresholds: of every label.
        root: of the dataset; files are named from there.
    """
    return tuple(
        _of_label(judgement, i, thresholds[label], root) for i, label in enumerate(judgement.labels)
    )


def _of_label(judgement: Judgement, i: int, threshold: float, root: Path) -> LabelMistakes:
    scores, present = judgement.scores[:, i], judgement.present[:, i]
    found = scores >= threshold
    false_alarms = _ranked(found & ~present, -scores)
    misses = _ranked(~found & present, scores)

    def show(chosen: NDArray[np.intp]) -> tuple[Mistake, ...]:
        paths = [judgement.samples[n].path for n in chosen[:MOST]]
        return tuple(
            Mistake(file=_named(path, root), score=float(scores[n]), jpeg=thumbnail(path))
            for n, path in zip(chosen, paths, strict=False)
        )

    return LabelMistakes(
        label=one_line(judgement.labels[i]),
        threshold=threshold,
        false_alarms=show(false_alarms),
        false_alarm_count=len(false_alarms),
        misses=show(misses),
        miss_count=len(misses),
    )


def _ranked(chosen: NDArray[np.bool_], by: NDArray[np.float32]) -> NDArray[np.intp]:
    """Where `chosen` is true, the smallest `by` first."""
    where = np.flatnonzero(chosen)
    return where[np.argsort(by[where], kind="stable")]


def _named(path: Path, root: Path) -> str:
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return one_line(os.fsencode(shown).decode(errors="replace"))


def thumbnail(path: Path) -> bytes:
    """The picture `path` as a small JPEG; empty if it cannot be read."""
    import cv2

    try:
        picture = read_picture(path)
    except DatasetError:
        return b""
    height, width = picture.shape[:2]
    scale = min(_WIDTH_PX / width, _HEIGHT_PX / height, 1.0)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    _, content = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return content.tobytes()
