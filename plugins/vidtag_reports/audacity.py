"""Audacity label track: start, end and name with tabs between."""

from __future__ import annotations

from typing import BinaryIO

from vidtag.api import Report
from vidtag_reports.stretches import decimal_seconds, single, stretches


class AudacityExporter:
    """Seconds with six decimals."""

    name = "audacity"
    suffix = ".txt"
    media_type = "text/plain"
    one_video = True

    def losses(self, report: Report) -> tuple[str, ...]:  # noqa: ARG002  it carries all
        """Nothing."""
        return ()

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`."""
        lines = [
            f"{decimal_seconds(each.start_us)}\t{decimal_seconds(each.end_us)}\t{each.label}\n"
            for each in stretches(single(report))
        ]
        out.write(("".join(lines) or "\n").encode())
