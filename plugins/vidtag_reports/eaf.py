"""ELAN: a tier for each label."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from vidtag.api import EpisodeReport, Report, one_line
from vidtag_reports.stretches import before_zero, by_label, milliseconds, single

if TYPE_CHECKING:
    from pympi import Eaf

NO_DATE = "1970-01-01T00:00:00+00:00"  # the same report gives the same file


class EafExporter:
    """Each stretch is an annotation with the label as its text, in milliseconds."""

    name = "eaf"
    suffix = ".eaf"
    media_type = "application/xml"
    one_video = True

    def losses(self, report: Report) -> Iterator[str]:
        """Times before 0:00."""
        return before_zero(report)

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`."""
        from pympi.Elan import to_string

        document = _document(single(report), one_line(report.generator))
        out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(to_string(document).encode() + b"\n")


def _document(episode: EpisodeReport, author: str) -> Eaf:
    from pympi import Eaf

    document = Eaf(author=author)
    document.adocument["DATE"] = NO_DATE
    document.header = {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"}
    _link(document, episode)
    document.remove_tier("default")
    for label, found in by_label(episode).items():
        document.add_tier(label)
        for each in found:
            start, end = milliseconds(each.start_us), milliseconds(each.end_us)
            if start < end:
                document.add_annotation(label, start, end, label)
    return document


def _link(document: Eaf, episode: EpisodeReport) -> None:
    path = episode.video.path
    kind = mimetypes.guess_type(path.name)[0] or "video/mp4"
    document.add_linked_file(one_line(path.as_uri()), mimetype=kind)
