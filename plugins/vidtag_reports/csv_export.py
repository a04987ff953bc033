"""CSV with a line for each appearance."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, fields
from typing import BinaryIO

from vidtag.api import Report
from vidtag_reports.csv_cells import number_cell, text_cell
from vidtag_reports.rows import Row, rows


class CsvExporter:
    """RFC 4180, UTF-8, with a header; frames and microseconds."""

    name = "csv"
    suffix = ".csv"
    media_type = "text/csv"
    one_video = False

    def losses(self, report: Report) -> tuple[str, ...]:  # noqa: ARG002  it carries all
        """Nothing."""
        return ()

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out`."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(field.name for field in fields(Row))
        for row in rows(report):
            writer.writerow(map(_cell, astuple(row)))
        out.write(text.getvalue().encode(errors="replace"))


def _cell(value: str | float | None) -> str:
    return text_cell(value) if isinstance(value, str) else number_cell(value)
