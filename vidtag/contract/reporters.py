"""The rules for reporters."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from vidtag.contract.examples import EMPTY, nasty_report
from vidtag.contract.findings import Finding, Rule, is_kebab_case
from vidtag.contract.watch import SideEffects, watch
from vidtag.registry import Registry
from vidtag.types import Report, Reporter

_SUFFIX = re.compile(r"\.[a-z0-9]+")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


def check_reporter(name: str, *, registry: Registry | None = None) -> list[Finding]:
    """Hold the reporter called `name` against every rule for reporters.

    Args:
        name: what `vidtag report --format` would select.
        registry: the plugins in use; default: those that are installed.

    Raises:
        UnknownNameError: nobody offers it.
    """
    reporter = (registry or Registry.load()).reporter(name)
    subject = f"reporter {name}"
    with watch() as effects:
        findings = [rule.judge(subject, reporter) for rule in RULES]
    return [*findings, NO_SIDE_EFFECTS.judge(subject, effects)]


def _names(reporter: Reporter) -> Iterator[str]:
    if not is_kebab_case(reporter.name):
        yield f"the name {reporter.name!r} is not kebab-case"
    if not _SUFFIX.fullmatch(reporter.suffix):
        yield f"the suffix {reporter.suffix!r} is not a dot and lower-case letters or digits"
    if not _MEDIA_TYPE.fullmatch(reporter.media_type):
        yield f"{reporter.media_type!r} is no media type such as 'text/plain'"


def _empty(reporter: Reporter) -> Iterator[str]:
    if not _written(reporter, EMPTY):
        yield "it wrote nothing for a report without videos"


def _nasty(reporter: Reporter) -> Iterator[str]:
    if not _written(reporter, nasty_report()):
        yield "it wrote nothing for a report with three videos"


def _stays_open(reporter: Reporter) -> Iterator[str]:
    out = io.BytesIO()
    reporter.write(nasty_report(), out)
    if out.closed:
        yield "it closed the output, which belongs to the caller"


def _deterministic(reporter: Reporter) -> Iterator[str]:
    if _written(reporter, nasty_report()) != _written(reporter, nasty_report()):
        yield "the same report was written differently the second time"


class _Kept(io.BytesIO):
    """Keeps what was written, whoever closes it."""

    def close(self) -> None:
        """Stay readable."""


def _written(reporter: Reporter, report: Report) -> bytes:
    out = _Kept()
    reporter.write(report, out)
    return out.getvalue()


RULES: tuple[Rule[Reporter], ...] = (
    Rule("names", "name, suffix and media type are well-formed", _names),
    Rule("empty report", "it says something about a report without videos", _empty),
    Rule("nasty report", "it copes with any label, name and time", _nasty),
    Rule("output stays open", "the output is left open", _stays_open),
    Rule("deterministic", "the same report is written the same", _deterministic),
)
NO_SIDE_EFFECTS: Rule[SideEffects] = Rule(
    "no side effects", "it prints, writes, changes and fetches nothing", SideEffects.problems
)
