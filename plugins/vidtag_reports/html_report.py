"""One page that needs nothing else: it opens offline, prints, and runs no script."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, BinaryIO

from vidtag.api import Report
from vidtag_reports.html_page import build_page

if TYPE_CHECKING:
    from jinja2 import Template


class HtmlReporter:
    """Timeline, totals, co-presence and provenance of each episode, in one file."""

    name = "html"
    suffix = ".html"
    media_type = "text/html"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out` in UTF-8."""
        content = _template().render(page=build_page(report))
        out.write(content.encode(errors="replace") + b"\n")


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("vidtag_reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")
