"""The rules for reporters and exporters."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace

from vidtag.contract.examples import EMPTY, example_exports, nasty_report
from vidtag.contract.findings import Finding, Rule, is_kebab_case
from vidtag.contract.watch import SideEffects, watch
from vidtag.registry import Registry
from vidtag.types import Exporter, Report, Reporter

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
    return _judged(f"reporter {name}", reporter, [EMPTY_RULE])


def check_exporter(name: str, *, registry: Registry | None = None) -> list[Finding]:
    """Hold the exporter called `name` against every rule for exporters.

    Args:
        name: what `vidtag export --format` would select.
        registry: the plugins in use; default: those that are installed.

    Raises:
        UnknownNameError: nobody offers it.
    """
    exporter = (registry or Registry.load()).exporter(name)
    findings = _judged(f"exporter {name}", exporter, [])
    return [*findings, LOSSES.judge(f"exporter {name}", exporter)]


def _judged(subject: str, reporter: Reporter, more: list[Rule[Reporter]]) -> list[Finding]:
    with watch() as effects:
        findings = [rule.judge(subject, reporter) for rule in (RULES[0], *more, *RULES[1:])]
    return [*findings, NO_SIDE_EFFECTS.judge(subject, effects)]


def _tried(reporter: Reporter) -> list[Report]:
    """What it is tried on: exporters get what was scanned to its end, some one video at a time."""
    if not isinstance(reporter, Exporter):
        return [nasty_report()]
    whole = example_exports()
    if not reporter.one_video:
        return [whole]
    return [replace(whole, episodes=(episode,)) for episode in whole.episodes]


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
    for report in _tried(reporter):
        if not _written(reporter, report):
            yield f"it wrote nothing for a report of {len(report.episodes)} videos"


def _stays_open(reporter: Reporter) -> Iterator[str]:
    out = io.BytesIO()
    reporter.write(_tried(reporter)[0], out)
    if out.closed:
        yield "it closed the output, which belongs to the caller"


def _deterministic(reporter: Reporter) -> Iterator[str]:
    first, second = (_tried(reporter)[0] for _ in range(2))
    if _written(reporter, first) != _written(reporter, second):
        yield "the same report was written differently the second time"


def _losses(exporter: Exporter) -> Iterator[str]:
    for report in _tried(exporter):
        for loss in exporter.losses(report):
            if not loss.strip() or not loss.isprintable():
                yield f"{loss!r} is not a sentence of one line"


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
    Rule("nasty report", "it copes with any label, name and time", _nasty),
    Rule("output stays open", "the output is left open", _stays_open),
    Rule("deterministic", "the same report is written the same", _deterministic),
)
EMPTY_RULE: Rule[Reporter] = Rule(
    "empty report", "it says something about a report without videos", _empty
)
LOSSES: Rule[Exporter] = Rule(
    "losses", "what the format cannot carry is told in sentences of one line", _losses
)
NO_SIDE_EFFECTS: Rule[SideEffects] = Rule(
    "no side effects", "it prints, writes, changes and fetches nothing", SideEffects.problems
)
