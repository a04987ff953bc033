from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pytest

from tests.contract import examples
from tests.contract.examples import Good, Plugin, registry
from vidtag.contract import Finding, check_detector
from vidtag.errors import PluginConflictError, UnknownNameError
from vidtag.hookspecs import hookimpl
from vidtag.types import Detector, Pictures, Scores, Settings

BROKEN: list[tuple[str, Callable[[str], Detector], str]] = [
    ("version", examples.OldVersion, "version '1' is offered, '0' was opened"),
    ("weights", examples.NoHash, "weights_sha256 is 'unknown', not 64 lower-case hex digits"),
    (
        "labels",
        examples.SwappedLabels,
        "labels ('red', 'green') are offered, ('green', 'red') were opened",
    ),
    (
        "labels",
        examples.DoubleLabel,
        "a label occurs twice: red, red; labels",
    ),
    ("thresholds", examples.MissingThreshold, "'green' has no threshold"),
    (
        "thresholds",
        examples.CertainThreshold,
        "the threshold of 'green' is 1.0, not between 0 and 1",
    ),
    (
        "input size",
        examples.HugeInput,
        "input_size is (4, 1000000), not (height, width) with 1 to 4096 pixels each",
    ),
    ("region", examples.OtherRegion, "region 'frame' is offered, 'face' was opened"),
    ("shape", examples.OneColumnShort, "expected scores of shape (6, 2), received (6, 1)"),
    ("type", examples.Doubles, "expected float32, received float64"),
    ("finite", examples.NotANumber, "3 of the scores are NaN or infinite"),
    ("range", examples.Logits, "scores reach from -4 to 4, expected [0, 1]"),
    ("deterministic", examples.Moody, "the same pictures got other scores the second time"),
    (
        "batch",
        examples.BatchNormalised,
        "scored one by one, pictures differ by up to 0.83; allowed is 0.0001",
    ),
    (
        "batch",
        examples.FirstCounts,
        "scored one by one, pictures differ by up to 0.5; allowed is 0.0001; scored in reverse",
    ),
    ("input untouched", examples.InPlace, "it changed the pictures it was given"),
    (
        "result kept",
        examples.OneBuffer,
        "a second call changed the scores that the first returned: return a new array",
    ),
    ("closes", examples.WillNotClose, "it raised RuntimeError: still busy (examples.py:"),
    (
        "opens again",
        examples.WeightsAtRandom,
        "scored by one opened again, pictures differ by up to 0.17; allowed is 0.0001",
    ),
    ("no side effects", examples.Prints, "it printed 'scoring 6'"),
    ("no side effects", examples.PrintsFromC, "it printed '[W:runtime] slow'"),
    ("no side effects", examples.Warns, "it warned: UserWarning: too dark"),
    ("no side effects", examples.Writes, "it wrote profile.json into the current folder"),
    ("no side effects", examples.SetsVariables, "it changed the environment: EXAMPLE_THREADS"),
    ("no side effects", examples.Moves, "it changed the current folder to /"),
    (
        "no side effects",
        examples.PhonesHome,
        "it tried to use the network: 192.0.2.1",
    ),
    ("empty batch", examples.NeedsPictures, "it raised IndexError: index 0 is out of bounds"),
]


def broken(findings: Iterable[Finding]) -> dict[str, str]:
    return {finding.check: finding.message for finding in findings if not finding.passed}


def test_a_good_detector_passes_every_check() -> None:
    findings = check_detector("good", registry=registry(Plugin()))

    assert broken(findings) == {}
    assert {finding.subject for finding in findings} == {"detector good"}
    [speed] = [finding.message for finding in findings if finding.check == "speed"]
    assert speed.endswith(" pictures of 4x6 a second (not judged)")


@pytest.mark.parametrize(
    ("rule", "make", "message"),
    BROKEN,
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_what_breaks_one_rule_fails_that_check_alone(
    rule: str, make: Callable[[str], Detector], message: str
) -> None:
    found = broken(check_detector("good", registry=registry(Plugin(make))))

    assert list(found) == [rule]
    assert found[rule].startswith(message)


def test_a_name_that_is_not_kebab_case() -> None:
    findings = check_detector("Good_1", registry=registry(Plugin(names=["Good_1"])))

    assert broken(findings) == {"name": "'Good_1' is not kebab-case"}


def test_detectors_that_change_when_opened_together() -> None:
    class Shared(Plugin):
        @hookimpl
        def vidtag_open_detectors(
            self, names: Sequence[str], settings: Settings
        ) -> Iterable[Detector]:
            return [Halved(name) if len(names) > 1 else Good(name) for name in names]

    class Halved(Good):
        def score(self, crops: Pictures) -> Scores:
            return super().score(crops) / np.float32(2)

    made = registry(Shared(names=["a", "b"]))

    assert broken(check_detector("a", registry=made)) == {
        "together": (
            "scored by one opened together with b, pictures differ by up to 0.5; allowed is 0.0001"
        )
    }


def test_one_that_does_not_open_is_judged_by_nothing_else() -> None:
    [finding] = check_detector("good", registry=registry(Plugin(examples.WillNotOpen)))

    assert (finding.check, finding.passed) == ("opens", False)
    assert finding.message.startswith(
        "it raised PluginError: plugin 'plugin' could not open good: ValueError: no weights"
    )


def test_a_score_that_raises_says_where() -> None:
    class Raises(Good):
        def score(self, crops: Pictures) -> Scores:
            raise KeyError("layer 3")

    found = broken(check_detector("good", registry=registry(Plugin(Raises))))

    assert found["shape"].startswith("it raised KeyError: 'layer 3' (test_detectors.py:")
    assert "speed" in found
    assert "closes" not in found


def test_a_clear_refusal_of_an_empty_batch_will_do() -> None:
    class Refuses(Good):
        def score(self, crops: Pictures) -> Scores:
            if not len(crops):
                raise ValueError("expected at least one crop, received none")
            return super().score(crops)

    assert broken(check_detector("good", registry=registry(Plugin(Refuses)))) == {}


def test_an_unknown_name_and_one_that_is_offered_twice() -> None:
    with pytest.raises(UnknownNameError, match="unknown detector 'goo'; did you mean good"):
        check_detector("goo", registry=registry(Plugin()))
    with pytest.raises(PluginConflictError, match="detector 'good' is offered twice"):
        check_detector("good", registry=registry(Plugin(names=["good", "good"])))


def test_every_check_has_something_that_breaks_it() -> None:
    findings = check_detector("good", registry=registry(Plugin()))
    elsewhere = {"opens", "name", "together", "speed"}  # tests of their own above

    assert {finding.check for finding in findings} == {rule for rule, *_ in BROKEN} | elsewhere
