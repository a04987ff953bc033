"""RTTM (Rich Transcription Time Marked): what speaker diarisation tools compare and score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from vidtag.api import Report
from vidtag_reports.stretches import by_label, clean, decimal_seconds, single, stretches

SPACE = "_"


class RttmExporter:
    """`SPEAKER file 1 start duration <NA> <NA> name <NA> <NA>`, seconds with six decimals."""

    name = "rttm"
    suffix = ".rttm"
    media_type = "text/plain"
    one_video = True

    def losses(self, report: Report) -> Iterator[str]:
        """Blanks in names."""
        for label in sorted({label for one in report.episodes for label in by_label(one)}):
            if " " in label:
                yield f"{label}: written as {_field(label)}, since RTTM has no blanks in names"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`."""
        episode = single(report)
        file = _field(clean(episode.video.path.stem))
        lines = [
            f"SPEAKER {file} 1 {decimal_seconds(each.start_us)} "
            f"{decimal_seconds(each.end_us - each.start_us)} <NA> <NA> {_field(each.label)} "
            "<NA> <NA>\n"
            for each in stretches(episode)
        ]
        out.write(("".join(lines) or "\n").encode())


def _field(text: str) -> str:
    return text.replace(" ", SPACE)
