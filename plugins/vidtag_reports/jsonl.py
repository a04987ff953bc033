"""JSON Lines with an object for each appearance."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import BinaryIO

from vidtag.api import Report
from vidtag_reports.rows import rows


class JsonlExporter:
    """The same columns as CSV."""

    name = "jsonl"
    suffix = ".jsonl"
    media_type = "application/jsonl"
    one_video = False

    def losses(self, report: Report) -> tuple[str, ...]:  # noqa: ARG002  it carries all
        """Nothing."""
        return ()

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out`."""
        lines = [json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows(report)]
        out.write(("".join(lines) or "\n").encode(errors="replace"))
