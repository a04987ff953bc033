"""CVAT XML 1.1 for images: a tag for each label on each frame."""

from __future__ import annotations

from typing import BinaryIO
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from vidtag.api import EpisodeReport, Report
from vidtag_reports.stretches import by_label, clean, single


class CvatExporter:
    """Frames are counted from 0; all of them are in the file, with tags or without."""

    name = "cvat"
    suffix = ".xml"
    media_type = "application/xml"
    one_video = True

    def losses(self, report: Report) -> tuple[str, ...]:  # noqa: ARG002  it carries all
        """Nothing."""
        return ()

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`."""
        root = _document(single(report))
        indent(root, space=" ")
        ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
        out.write(b"\n")


def _document(episode: EpisodeReport) -> Element:
    found = by_label(episode)
    root = Element("annotations")
    SubElement(root, "version").text = "1.1"
    _add_task(root, episode, list(found))
    images = [_add_image(root, episode, frame) for frame in range(episode.video.frames or 0)]
    for label, each in found.items():
        for one in each:
            for image in images[one.start_frame : one.end_frame]:
                SubElement(image, "tag", label=label, source="auto")
    return root


def _add_task(root: Element, episode: EpisodeReport, labels: list[str]) -> None:
    task = SubElement(SubElement(root, "meta"), "task")
    SubElement(task, "name").text = clean(episode.video.name)
    SubElement(task, "size").text = str(episode.video.frames)
    listed = SubElement(task, "labels")
    for label in labels:
        entry = SubElement(listed, "label")
        SubElement(entry, "name").text = label
        SubElement(entry, "type").text = "tag"


def _add_image(root: Element, episode: EpisodeReport, frame: int) -> Element:
    size = {"width": str(episode.video.width_px), "height": str(episode.video.height_px)}
    return SubElement(root, "image", {"id": str(frame), "name": f"frame_{frame:06d}", **size})
