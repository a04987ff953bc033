from __future__ import annotations

import pytest

from tests.contract import examples
from tests.contract.examples import GoodExporter, GoodReporter, Plugin, registry
from vidtag.contract import check, check_exporter, check_reporter
from vidtag.errors import UnknownNameError
from vidtag.types import Reporter

BROKEN: list[tuple[str, type[Reporter], str]] = [
    ("names", examples.OddSuffix, "the suffix 'txt' is not a dot and lower-case letters or digits"),
    ("empty report", examples.Silent, "it wrote nothing for a report without videos"),
    ("nasty report", examples.FirstOfAll, "it raised IndexError: tuple index out of range ("),
    ("output stays open", examples.Closing, "it closed the output, which belongs to the caller"),
    ("deterministic", examples.Stamped, "the same report was written differently the second time"),
    ("no side effects", examples.Noisy, "it printed 'written'"),
]


def broken(made: Reporter) -> dict[str, str]:
    findings = check_reporter(made.name, registry=registry(Plugin(reporters=[made])))
    return {finding.check: finding.message for finding in findings if not finding.passed}


def test_a_good_reporter_passes_every_check() -> None:
    findings = check_reporter("good", registry=registry(Plugin(reporters=[GoodReporter()])))

    assert {(finding.subject, finding.passed) for finding in findings} == {("reporter good", True)}
    assert [finding.check for finding in findings] == [rule for rule, *_ in BROKEN]


@pytest.mark.parametrize(
    ("rule", "make", "message"), BROKEN, ids=[make.__name__ for _, make, _ in BROKEN]
)
def test_what_breaks_one_rule_fails_that_check(
    rule: str, make: type[Reporter], message: str
) -> None:
    found = broken(make())

    assert found[rule].startswith(message)
    # A reporter that fails on the nasty report cannot show that it keeps the rules tried with it.
    allowed = {"output stays open", "deterministic"} if rule == "nasty report" else set()
    assert set(found) - allowed == {rule}


def test_an_unknown_reporter() -> None:
    with pytest.raises(UnknownNameError, match="unknown format 'goood'; did you mean good"):
        check_reporter("goood", registry=registry(Plugin(reporters=[GoodReporter()])))


def broken_exporter(made: GoodExporter) -> dict[str, str]:
    findings = check_exporter("good", registry=registry(Plugin(exporters=[made])))
    return {finding.check: finding.message for finding in findings if not finding.passed}


def test_a_good_exporter_passes_every_check() -> None:
    findings = check_exporter("good", registry=registry(Plugin(exporters=[GoodExporter()])))

    assert {(finding.subject, finding.passed) for finding in findings} == {("exporter good", True)}
    assert [finding.check for finding in findings] == [
        "names", "nasty report", "output stays open", "deterministic", "no side effects", "losses",
    ]  # fmt: skip


def test_an_exporter_tells_losses_in_one_line() -> None:
    broken = broken_exporter(examples.Wordy())

    assert list(broken) == ["losses"]
    assert broken["losses"].startswith("'two\\nlines' is not a sentence of one line")


def test_an_exporter_copes_with_as_many_videos_as_it_says() -> None:
    broken = broken_exporter(examples.OneTooMany())

    assert broken["nasty report"].startswith("it raised ValueError")


def test_a_reporter_and_an_exporter_of_one_name_are_both_checked() -> None:
    plugin = Plugin(names=(), reporters=[GoodReporter()], exporters=[GoodExporter()])

    subjects = {finding.subject for finding in check("good", registry=registry(plugin))}

    assert {"reporter good", "exporter good"} <= subjects
