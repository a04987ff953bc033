"""Reports as text, JSON and CSV: bundled reporters of vidtag, one file each."""

from __future__ import annotations

from vidtag.api import Reporter, hookimpl


@hookimpl
def vidtag_reporters() -> list[Reporter]:
    """Offer the bundled formats."""
    from vidtag_reports.csv_report import CsvReporter
    from vidtag_reports.json_report import JsonReporter
    from vidtag_reports.text import TextReporter

    return [TextReporter(), JsonReporter(), CsvReporter()]
