"""COCO: an image for each frame, an annotation for each label on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from vidtag.api import EpisodeReport, Report
from vidtag_reports.stretches import by_label, clean, single


class CocoExporter:
    """`frame_index` counts from 0. COCO labels boxes: each is the whole picture."""

    name = "coco"
    suffix = ".json"
    media_type = "application/json"
    one_video = True

    def losses(self, report: Report) -> tuple[str, ...]:
        """Where in the picture somebody is."""
        if any(episode.screen_times for episode in report.episodes):
            return ("COCO needs a box for each label: each is the whole picture",)
        return ()

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`, a line for each image and annotation."""
        episode = single(report)
        lists = {
            "categories": _categories(episode),
            "images": _images(episode),
            "annotations": _annotations(episode),
        }
        info = {"description": clean(episode.video.name), "contributor": report.generator}
        out.write(b'{"info": ' + _json(info))
        for name, values in lists.items():
            out.write(f',\n"{name}": [\n'.encode() + b",\n".join(map(_json, values)) + b"\n]")
        out.write(b"}\n")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _categories(episode: EpisodeReport) -> Iterator[dict[str, Any]]:
    for number, label in enumerate(by_label(episode), start=1):
        yield {"id": number, "name": label, "supercategory": "character"}


def _images(episode: EpisodeReport) -> Iterator[dict[str, Any]]:
    video = episode.video
    for frame in range(video.frames or 0):
        yield {
            "id": frame + 1,
            "file_name": f"frame_{frame:06d}.jpg",
            "width": video.width_px,
            "height": video.height_px,
            "frame_index": frame,
        }


def _annotations(episode: EpisodeReport) -> Iterator[dict[str, Any]]:
    width, height = episode.video.width_px, episode.video.height_px
    number = 0
    for category, found in enumerate(by_label(episode).values(), start=1):
        for frame in (n for each in found for n in range(each.start_frame, each.end_frame)):
            number += 1
            yield {
                "id": number,
                "image_id": frame + 1,
                "category_id": category,
                "bbox": [0, 0, width, height],
                "area": width * height,
                "iscrowd": 0,
            }
