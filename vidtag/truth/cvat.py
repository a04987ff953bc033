"""CVAT XML 1.1, of both kinds.

    for images  <image id="7" name="frame_000007"><tag label="ross"/></image>
    for video   <track label="ross"><box frame="7" outside="0"/> ... </track>

A label is on screen in an image that has a tag or a shape of it, and in a track from each shape
that is not `outside` to the next shape. Frames that have no <image> (the task had a frame step)
and frames before and after the task's were not looked at, and are not counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vidtag.errors import TruthError
from vidtag.truth.ranges import Ranges, joined
from vidtag.truth.times import FrameNumber
from vidtag.truth.values import Mark, make_mark, quote

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOT = "annotations"


def read_cvat(root: Element) -> tuple[tuple[Mark, ...], Ranges | None]:
    """The stretches, and the frames that were looked at (`None`: all).

    Raises:
        TruthError: naming the image or track that is wrong.
    """
    if root.find("image") is not None:
        return _read_images(root)
    marks = tuple(mark for track in root.iterfind("track") for mark in _track_marks(track))
    return marks, _task_frames(root)


def _read_images(root: Element) -> tuple[tuple[Mark, ...], Ranges]:
    frames = defaultdict(list)
    seen = []
    for image in root.iterfind("image"):
        frame = _image_frame(image)
        seen.append((frame, frame + 1))
        for shape in image:
            if "label" in shape.attrib:
                frames[shape.attrib["label"]].append((frame, frame + 1))
    marks = tuple(
        make_mark(label, FrameNumber(start), FrameNumber(end), f"images from frame {start}")
        for label, ranges in frames.items()
        for start, end in joined(ranges)
    )
    return marks, joined(seen)


def _image_frame(image: Element) -> int:
    """CVAT names the pictures of a video after their frame; `id` may count the task's alone."""
    match = re.fullmatch(r"(?:.*/)?frame_(\d{1,9})(?:\.\w+)?", image.get("name", ""))
    place = f"image {image.get('id', '')}"
    return int(match[1]) if match else _frame(image.get("id", ""), place)


def _track_marks(track: Element) -> Iterator[Mark]:
    place = f"track {track.get('id', '')}"
    shapes = sorted(
        (_frame(shape.get("frame", ""), place), shape.get("outside") == "1") for shape in track
    )
    ends = [frame for frame, _ in shapes[1:]] + [frame + 1 for frame, _ in shapes[-1:]]
    inside = [
        (start, end)
        for (start, outside), end in zip(shapes, ends, strict=True)
        if not outside and start < end
    ]
    for start, end in joined(inside):
        yield make_mark(track.get("label", ""), FrameNumber(start), FrameNumber(end), place)


def _task_frames(root: Element) -> Ranges | None:
    """`stop_frame` is the last one, itself included."""
    start, stop = (root.findtext(f"meta/task/{name}_frame") for name in ("start", "stop"))
    if not start or not stop:
        return None
    return ((_frame(start, "start_frame"), _frame(stop, "stop_frame") + 1),)


def _frame(text: str, place: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise TruthError(f"{place}: {quote(text)} is no frame number")
    return int(text)
