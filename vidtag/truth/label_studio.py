"""Label Studio JSON exports of video timelines (`TimelineLabels`).

Label Studio counts frames from 1, and a range has its last frame in it. It takes the frame rate
from the labelling configuration: where `frameRate` was not set to the video's, the ranges are off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from vidtag.errors import TruthError
from vidtag.truth.times import FrameNumber
from vidtag.truth.values import Mark, make_mark

TIMELINE = "timelinelabels"

T = TypeVar("T")


def read_label_studio(value: object) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
    """The ranges of the one annotation in a JSON file, and notes about what was left out.

    Raises:
        TruthError: it is no export of Label Studio, or speaks of several videos.
    """
    results = _field(_annotation(_task(value)), "result", list, "the annotation")
    others = sum(not _is_timeline(result) for result in results)
    marks = tuple(
        mark
        for number, result in enumerate(results, start=1)
        if _is_timeline(result)
        for mark in _marks(result, f"result {number}")
    )
    return marks, (f"results that are no timeline labels are left out: {others}",) if others else ()


def _task(value: object) -> dict[str, Any]:
    tasks = value if isinstance(value, list) else [value]
    if len(tasks) != 1:
        raise TruthError(f"it has {len(tasks)} tasks", hint="export this video's task alone")
    [task] = tasks
    if not isinstance(task, dict) or not isinstance(task.get("annotations"), list):
        raise TruthError("no Label Studio export", hint="choose the format JSON, not JSON-MIN")
    return task


def _annotation(task: dict[str, Any]) -> object:
    """The one that was not cancelled."""
    valid = [
        each
        for each in task["annotations"]
        if not (isinstance(each, dict) and each.get("was_cancelled"))
    ]
    if len(valid) != 1:
        raise TruthError(f"the task has {len(valid)} annotations", hint="keep the one that counts")
    return valid[0]


def _is_timeline(result: object) -> bool:
    return isinstance(result, dict) and result.get("type") == TIMELINE


def _marks(result: object, place: str) -> Iterator[Mark]:
    value = _field(result, "value", dict, place)
    for label in _field(value, TIMELINE, list, place):
        for stretch in _field(value, "ranges", list, place):
            first = _field(stretch, "start", int, place)
            last = _field(stretch, "end", int, place)
            if first < 1:
                raise TruthError(f"{place}: Label Studio counts frames from 1, not from {first}")
            yield make_mark(str(label), FrameNumber(first - 1), FrameNumber(last), place)


def _field(value: object, name: str, kind: type[T], place: str) -> T:
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, kind):
        raise TruthError(f"{place}: {name!r} is missing or no {kind.__name__}")
    return found
