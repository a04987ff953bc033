"""The rules for detectors that recognise people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract import examples, recognizers
from tests.contract.examples import registry
from tests.contract.recognizers import Good, Plugin
from vidtag.contract import check_detector, recognizing
from vidtag.types import Detector, Gallery

MANUAL = Path(__file__).parents[2] / "docs" / "plugins.md"

BROKEN: list[tuple[str, Callable[[Gallery], Detector], str]] = [
    (
        "space",
        recognizers.OtherSpace,
        "space 'mean colour' is offered, 'median colour' was opened",
    ),
    (
        "embeddings",
        recognizers.Doubles,
        "expected float32 embeddings (N, dimensions), received float64 (6, 3)",
    ),
    (
        "space",
        recognizers.OnlyScores,
        "space 'mean colour' is offered by one that cannot embed, match and group",
    ),
    ("embeddings", recognizers.NotFinite, "embeddings are not finite"),
    (
        "embeds the same",
        recognizers.Moody,
        "embedded a second time, the same faces differ; embedded one by one, the same faces differ",
    ),
    ("embeds the same", recognizers.BatchCentred, "embedded one by one, the same faces differ"),
    ("matches", recognizers.Distances, "matches are not probabilities in [0, 1]"),
    ("matches", recognizers.FirstOnly, "expected scores of shape (6, 2), received (6, 1)"),
    (
        "people in any order",
        recognizers.FirstWins,
        "who matches depends on the order of the people",
    ),
    (
        "nobody known",
        recognizers.NeedsSomebody,
        "expected (6, 0) where nobody is known, received (6, 1)",
    ),
    ("groups", recognizers.InTwoGroups, "a face is in two groups"),
    ("groups", recognizers.OneTooMany, "a group has a row that is not there"),
]

ALL_RULES = {recognizing.SPACE.name, *(rule.name for rule in recognizing.RULES)}


def broken(plugin: Plugin) -> dict[str, str]:
    findings = check_detector("good", registry=registry(plugin))
    return {finding.check: finding.message for finding in findings if not finding.passed}


def test_a_good_recognizer_passes_every_check() -> None:
    findings = check_detector("good", registry=registry(Plugin()))

    assert [str(finding) for finding in findings if not finding.passed] == []
    assert {finding.check for finding in findings} >= ALL_RULES


@pytest.mark.parametrize(
    ("rule", "make", "message"),
    BROKEN,
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_what_breaks_a_rule_is_found(
    rule: str, make: Callable[[Gallery], Detector], message: str
) -> None:
    assert broken(Plugin(make))[rule] == message


def test_a_space_without_a_name_is_none() -> None:
    class Nameless(Good):
        space = " "

    assert "space" in broken(Plugin(Nameless, space=" "))


def test_what_only_detects_has_no_space_to_offer() -> None:
    found = broken(Plugin(lambda _: examples.Good()))

    assert found["space"] == (
        "space 'mean colour' is offered by one that cannot embed, match and group"
    )


def test_every_rule_has_something_that_breaks_it_and_is_explained() -> None:
    names = {recognizing.SPACE.name, *(rule.name for rule in recognizing.RULES)}
    manual = MANUAL.read_text(encoding="utf-8")

    assert names == {rule for rule, *_ in BROKEN}
    assert [name for name in sorted(names) if f"\n| `{name}` | " not in manual] == []
