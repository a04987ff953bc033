"""FCPXML: the video as one clip with the labels as keyword ranges, the scenes as markers.

Keywords may overlap, and Final Cut Pro makes a collection of each. Written here, since the adapter
of OpenTimelineIO rounds 29.97 frames a second to 29 and starts ffprobe on the video.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from vidtag.api import EpisodeReport, Report, one_line
from vidtag_reports.stretches import by_label, clean, frame_rate, single, stretches
from vidtag_reports.timecode import DROP, parse_timecode

HEADER = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'


class FcpxmlExporter:
    """Version 1.9; all times are whole frames, as fractions of a second."""

    name = "fcpxml"
    suffix = ".fcpxml"
    media_type = "application/xml"
    one_video = True

    def losses(self, report: Report) -> Iterator[str]:
        """Commas in names."""
        for label in sorted({label for one in report.episodes for label in by_label(one)}):
            if "," in label:
                yield f"{label}: written as {_keyword(label)}, since commas part keywords"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`.

        Raises:
            VidtagError: the frame rate varies.
            UsageError: the start timecode is none.
        """
        root = _document(single(report), report.start_timecode)
        indent(root, space=" ")
        out.write(HEADER + tostring(root, encoding="unicode").encode() + b"\n")


def _document(episode: EpisodeReport, start_timecode: str) -> Element:
    rate = frame_rate(episode, "FCPXML")
    start = round(parse_timecode(start_timecode, rate).value)
    video = episode.video
    name = clean(video.name)
    length = {"start": _time(start, rate), "duration": _time(video.frames or 0, rate)}
    root = Element("fcpxml", version="1.9")
    resources = SubElement(root, "resources")
    size = {"width": str(video.width_px), "height": str(video.height_px)}
    SubElement(resources, "format", {"id": "r1", "frameDuration": _time(1, rate), **size})
    about = {"id": "r2", "name": name, "hasVideo": "1", "format": "r1", **length}
    asset = SubElement(resources, "asset", about)
    source = one_line(video.path.as_uri())
    SubElement(asset, "media-rep", kind="original-media", src=source)
    event = SubElement(root, "event", name=name)
    counting = "DF" if DROP in start_timecode else "NDF"
    used = {"ref": "r2", "name": name, "tcFormat": counting, **length}
    clip = SubElement(event, "asset-clip", used)
    _mark(clip, episode, start, rate)
    return root


def _mark(clip: Element, episode: EpisodeReport, start: int, rate: Fraction) -> None:
    for scene in episode.scenes:
        at = _time(start + scene.start_frame, rate)
        value = f"scene {scene.number + 1}"
        SubElement(clip, "marker", start=at, duration=_time(1, rate), value=value)
    for each in stretches(episode):
        at = _time(start + each.start_frame, rate)
        duration = _time(each.end_frame - each.start_frame, rate)
        SubElement(clip, "keyword", start=at, duration=duration, value=_keyword(each.label))


def _keyword(label: str) -> str:
    return label.replace(",", ";")


def _time(frames: int, rate: Fraction) -> str:
    """`1001/24000s`: so many frames, exactly."""
    seconds = frames / rate
    return f"{seconds.numerator}/{seconds.denominator}s"
