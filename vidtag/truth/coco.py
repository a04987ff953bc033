"""COCO: a label is on screen in an image that has an annotation of its category.

An image is the frame that its `frame_index` says, else the number in its `file_name`. Frames
without an image were not looked at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from vidtag.errors import TruthError
from vidtag.truth.ranges import Ranges, joined
from vidtag.truth.times import FrameNumber
from vidtag.truth.values import Mark, make_mark

LISTS = ("images", "annotations", "categories")


def is_coco(value: object) -> bool:
    """Whether `value`, from a JSON file, looks like COCO."""
    return isinstance(value, dict) and all(isinstance(value.get(name), list) for name in LISTS)


def read_coco(value: Mapping[str, list[Any]]) -> tuple[tuple[Mark, ...], Ranges]:
    """The stretches, and the frames that were looked at.

    Raises:
        TruthError: naming the image, category or annotation that is wrong.
    """
    frames = {_id(image, "image"): _frame(image) for image in value["images"]}
    names = {_id(each, "category"): str(each.get("name", "")) for each in value["categories"]}
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for annotation in value["annotations"]:
        place = f"annotation {_id(annotation, 'annotation')}"
        image, category = annotation.get("image_id"), annotation.get("category_id")
        if image not in frames or category not in names:
            raise TruthError(f"{place}: its image or its category is not in the file")
        found[names[category]].append((frames[image], frames[image] + 1))
    marks = tuple(
        make_mark(label, FrameNumber(start), FrameNumber(end), f"images from frame {start}")
        for label, ranges in found.items()
        for start, end in joined(ranges)
    )
    return marks, _seen(frames.values())


def _seen(frames: Iterable[int]) -> Ranges:
    return joined((frame, frame + 1) for frame in frames)


def _id(entry: object, kind: str) -> int:
    number = entry.get("id") if isinstance(entry, dict) else None
    if type(number) is not int:
        raise TruthError(f"an {kind} has no 'id'" if kind[0] in "ai" else f"a {kind} has no 'id'")
    return number


def _frame(image: Mapping[str, Any]) -> int:
    index = image.get("frame_index")
    if type(index) is int and index >= 0:
        return index
    match = re.fullmatch(r"(?:.*/)?\D*(\d{1,9})(?:\.\w+)?", str(image.get("file_name", "")))
    if match is None:
        raise TruthError(f"image {image['id']}: neither 'frame_index' nor its name tells the frame")
    return int(match[1])
