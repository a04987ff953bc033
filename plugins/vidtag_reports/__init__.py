"""Reports and files for other programs: bundled reporters and exporters, one file each."""

from __future__ import annotations

from vidtag.api import Exporter, Reporter, hookimpl


@hookimpl
def vidtag_reporters() -> list[Reporter]:
    """Offer the bundled formats of reports."""
    from vidtag_reports.csv_report import CsvReporter
    from vidtag_reports.html_report import HtmlReporter
    from vidtag_reports.json_report import JsonReporter
    from vidtag_reports.text import TextReporter

    return [TextReporter(), JsonReporter(), CsvReporter(), HtmlReporter()]


@hookimpl
def vidtag_exporters() -> list[Exporter]:
    """Offer the bundled formats of other programs."""
    from vidtag_reports.audacity import AudacityExporter
    from vidtag_reports.coco import CocoExporter
    from vidtag_reports.csv_export import CsvExporter
    from vidtag_reports.cvat import CvatExporter
    from vidtag_reports.eaf import EafExporter
    from vidtag_reports.edl import EdlExporter
    from vidtag_reports.fcpxml import FcpxmlExporter
    from vidtag_reports.jsonl import JsonlExporter
    from vidtag_reports.label_studio import LabelStudioExporter
    from vidtag_reports.otio_export import OtioExporter
    from vidtag_reports.parquet import ParquetExporter
    from vidtag_reports.rttm import RttmExporter
    from vidtag_reports.srt import SrtExporter
    from vidtag_reports.webvtt_export import WebVttExporter

    return [
        WebVttExporter(),
        SrtExporter(),
        CsvExporter(),
        JsonlExporter(),
        ParquetExporter(),
        EafExporter(),
        OtioExporter(),
        EdlExporter(),
        FcpxmlExporter(),
        CvatExporter(),
        LabelStudioExporter(),
        CocoExporter(),
        RttmExporter(),
        AudacityExporter(),
    ]
