from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from vidtag.cli.plugins_output import detector_as_text, inventory_as_text
from vidtag.hookspecs import hookimpl
from vidtag.models import Manifest, write_model
from vidtag.registry import Registry
from vidtag.types import DetectorInfo

FIGURES = {"ross recall": 0.9, "clip: frame_accuracy": 0.75, "ross f1": 0.85714, "ross brier": 0.1}
DETECTOR: dict[str, Any] = {
    "name": "ross",
    "labels": ["ross", "no\nbody"],
    "region": "frame",
    "version": "1",
    "plugin": "vgg16",
    "summary": "Ross of Friends in whole frames.",
    "source": "/models/ross",
    "figures": FIGURES,
}
INVENTORY: dict[str, Any] = {
    "detectors": [DETECTOR, {**DETECTOR, "name": "bare", "figures": {}, "summary": ""}],
    "reporters": [{"name": "text", "plugin": "reports"}, {"name": "csv", "plugin": "reports"}],
    "exporters": [],
    "fetchers": [],
    "plugins": [
        {"name": "vgg16", "origin": "bundled", "version": "1", "problem": "", "state": "in use"}
    ],
}
MANIFEST = Manifest(
    name="ross",
    kind="classifier",
    version="1",
    architecture="other",
    summary="Ross.",
    input_size=(32, 32),
    preprocessing="none",
    licence="MIT",
    created_by="tests",
    labels=("ross",),
    backbone="bundled",
    backbone_sha256="b" * 64,
    thresholds={"ross": 0.25},
    training={"recipe": "default", "pictures held out": 8},
    metrics={"ross f1": 0.5},
)


def test_a_table_where_there_is_room() -> None:
    lines = inventory_as_text(INVENTORY, None).splitlines()

    assert lines[0].split() == [
        "DETECTOR", "LABELS", "LOOKS", "AT", "VERSION", "PLUGIN", "FIGURES", "SUMMARY",
    ]  # fmt: skip
    assert lines[1] == (
        "ross      ross, no body  frame     1        vgg16   ross f1 0.857, clip: frame_accuracy "
        "0.750, ross recall 0.900, 1 more  Ross of Friends in whole frames."
    )
    assert lines[2] == "bare      ross, no body  frame     1        vgg16"
    assert lines[4] == "reporters: text (reports), csv (reports)"


def test_blocks_where_there_is_not() -> None:
    assert inventory_as_text(INVENTORY, 40) == (
        """\
DETECTORS

ross
  labels    ross, no body
  looks at  frame
  version   1
  plugin    vgg16
  figures   ross f1 0.857, clip:
            frame_accuracy 0.750, ross
            recall 0.900, 1 more
  summary   Ross of Friends in whole
            frames.

bare
  labels    ross, no body
  looks at  frame
  version   1
  plugin    vgg16

reporters: text (reports), csv (reports)
exporters: none
fetchers: none

PLUGIN  FROM     VERSION  STATE
vgg16   bundled  1        in use"""
    )


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_is_too_wide(width: int) -> None:
    lines = inventory_as_text(INVENTORY, width).splitlines()

    assert max(map(len, lines)) <= width


def test_one_detector_in_full() -> None:
    detector = {
        **DETECTOR,
        "card": "/models/ross/card.html",
        "model": {
            "thresholds": {"ross": 0.5},
            "training": {"recipe": "default", f"frames of video {'a' * 40}": 12},
        },
    }
    assert detector_as_text(detector, None) == (
        f"""\
ross
  labels    ross, no body
  looks at  frame
  version   1
  plugin    vgg16
  summary   Ross of Friends in whole frames.
  from      /models/ross
  card      /models/ross/card.html

figures
  ross recall           0.900
  clip: frame_accuracy  0.750
  ross f1               0.857
  ross brier            0.100

thresholds
  ross  0.500

learnt from
  recipe{" " * 44}default
  frames of video {"a" * 40}
    12"""
    )


def test_a_path_is_never_broken() -> None:
    detector = {**DETECTOR, "source": f"/{'long-' * 20}/ross", "card": None, "model": None}

    assert f"/{'long-' * 20}/ross" in detector_as_text(detector, 20)


@pytest.fixture
def offer(vidtag: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Offers a detector `ross` whose weights lie in a given place."""
    monkeypatch.setenv("VIDTAG_MODELS", str(tmp_path / "models"))

    def offer(source: str) -> None:
        class Plugin:
            @hookimpl
            def vidtag_detectors(self) -> Iterable[DetectorInfo]:
                yield DetectorInfo(
                    name="ross", summary="Ross.", labels=("ross",), version="1", source=source
                )

        registry = Registry()
        registry.register(Plugin(), "friends")
        monkeypatch.setattr(Registry, "load", lambda **_: registry)

    return offer


def test_a_detector_with_a_model(vidtag: Run, offer: Callable[[str], None], tmp_path: Path) -> None:
    folder = tmp_path / "models" / "ross"
    write_model(folder, MANIFEST, {"w": b"w"}, notes={"card.md": b"card"})
    offer(str(folder))

    value = vidtag("plugins", "ross", "--json").json

    assert value["card"] == str(folder / "card.md")
    assert value["model"]["training"] == dict(MANIFEST.training)
    assert value["model"]["thresholds"] == {"ross": 0.25}
    assert "  pictures held out  8\n" in vidtag("plugins", "ross").out


@pytest.mark.parametrize("source", ["", ".", "a service"])
def test_a_detector_without_a_model(vidtag: Run, offer: Callable[[str], None], source: str) -> None:
    offer(source)

    value = vidtag("plugins", "ross", "--json").json

    assert (value["name"], value["model"], value["card"]) == ("ross", None, None)
    assert vidtag("plugins", "ross").out.startswith("ross\n  labels    ross\n")


def test_an_unknown_detector_is_not_shown(vidtag: Run, offer: Callable[[str], None]) -> None:
    offer("")

    done = vidtag("plugins", "ros")

    assert (done.code, done.out) == (2, "")
    assert done.err == "vidtag: unknown detector 'ros'; did you mean ross?\n"
