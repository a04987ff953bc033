"""WebVTT: a cue for each stretch, for players and web pages."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import BinaryIO

from vidtag.api import Report, one_line
from vidtag_reports.stretches import before_zero, clock, single, stretches


class WebVttExporter:
    """The name is the cue's text, escaped; times in milliseconds."""

    name = "webvtt"
    suffix = ".vtt"
    media_type = "text/vtt"
    one_video = True

    def losses(self, report: Report) -> Iterator[str]:
        """Times before 0:00."""
        return before_zero(report)

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`."""
        from webvtt import Caption, WebVTT

        episode = single(report)
        captions = [
            Caption(clock(each.start_us, "."), clock(each.end_us, "."), html.escape(each.label))
            for each in stretches(episode)
        ]
        notes = (episode.video.name, report.generator, report.definition)
        # A note must not have what begins a cue.
        comments = [one_line(note).replace("-->", "->") for note in notes]
        content = WebVTT(captions=captions, header_comments=comments).content
        out.write(content.rstrip("\n").encode() + b"\n")
