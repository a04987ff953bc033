"""What `vidtag train` says when it is done."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidtag_vgg16.card import PAGE_NAME
from vidtag_vgg16.provenance import SEVERAL, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidtag.api import ModelFolder
    from vidtag_vgg16.learning import Lesson
    from vidtag_vgg16.thresholds import Interval


def as_text(model: ModelFolder, lesson: Lesson, mistakes: Path | None) -> str:
    """Lines for a person; `mistakes` is the page that shows them."""
    lines = [f"{model.manifest.name}  {readable(model.path)}", f"  {lesson.worth}"]
    lines += [f"  {name}  {value:.3f}" for name, value in lesson.metrics.items()]
    lines += [f"  {lesson.fine_tuning}"] if lesson.fine_tuning else []
    lines += _certainties(lesson)
    if skipped := len(lesson.dataset.skipped):
        lines.append(f"  {skipped} file{'' if skipped == 1 else 's'} skipped")
    if several := model.manifest.training.get(SEVERAL):
        lines.append(f"  {SEVERAL}  {several} (the largest was taken)")
    lines.append(f"  card  {readable(model.path / PAGE_NAME)}")
    if mistakes:
        lines.append(f"  worst mistakes  {readable(mistakes)}")
    return "\n".join(lines)


def _certainties(lesson: Lesson) -> Iterator[str]:
    for label, value in lesson.head.thresholds.items():
        yield f"  {label}  present from {value:.3f}"
        if label in lesson.thresholds:
            yield f"    95 % interval  {in_words(lesson.thresholds[label].interval)}"
        if label in lesson.screen_time:
            each = lesson.screen_time[label]
            yield f"  {label}  screen time wrong by {each.error:.3f} of the pictures"
            yield f"    95 % interval  {in_words(each.interval)}"


def as_json_text(model: ModelFolder, lesson: Lesson, mistakes: Path | None) -> str:
    """The same as JSON."""
    return json.dumps(_as_dict(model, lesson, mistakes), indent=2, ensure_ascii=False)


def _as_dict(model: ModelFolder, lesson: Lesson, mistakes: Path | None) -> dict[str, Any]:
    manifest = model.manifest
    return {
        "name": manifest.name,
        "path": readable(model.path),
        "labels": manifest.labels,
        "worth": lesson.worth,
        "held_out": lesson.held_out,
        "leaks": lesson.leaks,
        "metrics": dict(manifest.metrics),
        "thresholds": dict(manifest.thresholds),
        "intervals": {
            "threshold": {label: _pair(each.interval) for label, each in lesson.thresholds.items()},
            "screen-time error": {
                label: _pair(each.interval) for label, each in lesson.screen_time.items()
            },
        },
        "training": dict(manifest.training),
        "card": readable(model.path / PAGE_NAME),
        "mistakes": readable(mistakes) if mistakes else None,
        "skipped": [
            {"path": readable(path), "reason": reason} for path, reason in lesson.dataset.skipped
        ],
    }


def _pair(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def readable(path: Path) -> str:
    """`path` as text that can be printed; a name need not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")
