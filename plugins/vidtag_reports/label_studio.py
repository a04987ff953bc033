"""Label Studio: a task with its annotation, to be imported as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from vidtag.api import Report, one_line
from vidtag_reports.stretches import Stretch, by_label, single, stretches


class LabelStudioExporter:
    """`TimelineLabels`: frames from 1, the last one included."""

    name = "label-studio"
    suffix = ".json"
    media_type = "application/json"
    one_video = True

    def losses(self, report: Report) -> Iterator[str]:
        """The frame rate, which stands in the labelling configuration."""
        for episode in report.episodes:
            rate = episode.frame_rate
            name = one_line(episode.video.name)
            if rate is None:
                yield f"{name}: Label Studio shows a varying frame rate at the wrong times"
            elif rate != 24:
                yield f'{name}: say frameRate="{float(rate):.6g}" in the labelling configuration'

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`."""
        episode = single(report)
        task = {
            "data": {"video": one_line(episode.video.path.as_uri())},
            "meta": {"generator": report.generator, "labels": list(by_label(episode))},
            "annotations": [{"result": [_result(*each) for each in _numbered(stretches(episode))]}],
        }
        out.write(json.dumps([task], indent=1, ensure_ascii=False).encode() + b"\n")


def _numbered(found: list[Stretch]) -> Iterator[tuple[int, Stretch]]:
    return enumerate(found, start=1)


def _result(number: int, each: Stretch) -> dict[str, Any]:
    return {
        "id": f"vidtag{number}",
        "type": "timelinelabels",
        "from_name": "videoLabels",
        "to_name": "video",
        "value": {
            "ranges": [{"start": each.start_frame + 1, "end": each.end_frame}],
            "timelinelabels": [each.label],
        },
    }
