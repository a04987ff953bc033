"""The options that say how detectors compute, and what they look at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from vidtag.registry import Registry
from vidtag.types import Detector, Settings


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], Settings(device="auto")),
        (["--device", "cpu", "--threads", "2"], Settings(device="cpu", threads=2)),
        (["--device", "cuda", "--offline"], Settings(device="cuda", offline=True)),
        (["--runtime", "keras"], Settings(device="auto", runtime="keras")),
    ],
    ids=["default", "cpu", "cuda", "keras"],
)
def test_detectors_are_told_how_to_compute(
    vidtag: Run,
    clip: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    expected: Settings,
) -> None:
    told = []
    real = Registry.open_detectors

    def spy(self: Registry, names: Sequence[str], settings: Settings) -> list[Detector]:
        told.append(settings)
        return real(self, names, settings)

    monkeypatch.setattr(Registry, "open_detectors", spy)
    assert vidtag("scan", clip, "-p", "r", *options).code == 0
    assert told == [expected]


@pytest.mark.parametrize(
    "command", [["scan"], ["evaluate", "--truth", "none.csv"]], ids=["scan", "evaluate"]
)
def test_keras_chooses_its_device_itself(vidtag: Run, clip: Path, command: list[str]) -> None:
    outcome = vidtag(*command, clip, "-p", "r", "--runtime", "keras", "--device", "cuda")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "vidtag: --device cuda is not for --runtime keras; "
        "TensorFlow chooses its device itself; leave one of them out\n"
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], "adaptive-2 1/2"),
        (["--accuracy", "high"], "adaptive-2 2"),
        (["--shared"], "shared 1/2 with "),
        (["--accuracy", "high", "--shared"], "shared 2 with "),
        (["--rate", "3"], "rate 3"),
        (["--every", "2"], "every 2"),
    ],
    ids=" ".join,
)
def test_runs_say_what_was_looked_at(
    vidtag: Run, clip: Path, options: list[str], expected: str
) -> None:
    [video] = json.loads(vidtag("scan", clip, "-p", "r", "-p", "g", "--json", *options).out)

    samplers = {run["sampler"] for run in video["runs"]}
    assert len(samplers) == 1
    assert samplers.pop().startswith(expected)
