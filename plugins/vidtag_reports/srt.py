"""SubRip: a numbered caption for each stretch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from vidtag.api import Report
from vidtag_reports.stretches import before_zero, clock, single, stretches


class SrtExporter:
    """The name is the text; times in milliseconds. SubRip has no standard, no header, no escapes.

    Written here, since webvtt-py takes `<` for the beginning of a tag and leaves it out.
    """

    name = "srt"
    suffix = ".srt"
    media_type = "application/x-subrip"
    one_video = True

    def losses(self, report: Report) -> Iterator[str]:
        """Times before 0:00; names that players take for formatting."""
        yield from before_zero(report)
        marked = {each.label for one in report.episodes for each in stretches(one)}
        for label in sorted(each for each in marked if "<" in each or "-->" in each):
            yield f"{label}: SubRip has no way to escape it; players may take it for formatting"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`."""
        captions = [
            f"{number}\n{clock(each.start_us, ',')} --> {clock(each.end_us, ',')}\n"
            f"{each.label.replace('-->', '->')}\n"
            for number, each in enumerate(stretches(single(report)), start=1)
        ]
        out.write(("\n".join(captions) or "\n").encode())
