"""Plugins in modules of their own: they are listed in another process."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from vidtag.contract import Finding, check, check_listing
from vidtag.errors import PluginError, UnknownNameError
from vidtag.registry import Registry

LIGHT = """
from vidtag.api import hookimpl

@hookimpl
def vidtag_detectors():
    return []
"""


def listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: str, *, name: str = "light"
) -> Finding:
    """What is found of a plugin whose module holds `code`."""
    (folder / f"{name}_plugin.py").write_text(code)
    monkeypatch.syspath_prepend(folder)
    registry = Registry()
    registry.register(importlib.import_module(f"{name}_plugin"), name)
    [finding] = check_listing(name, registry=registry)
    return finding


def test_a_light_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = listed(tmp_path, monkeypatch, LIGHT)

    assert finding == Finding(
        subject="plugin light",
        check="cheap listing",
        passed=True,
        message="listing it imports nothing heavy",
    )


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        (
            "top",
            f"import numpy\n{LIGHT}",
            "it imports numpy to be listed: do so inside vidtag_open_detectors",
        ),
        (
            "hook",
            LIGHT.replace("return []", "import cv2; return []"),
            "it imports numpy, cv2 to be listed: do so inside vidtag_open_detectors",
        ),
        ("noisy", LIGHT.replace("return []", "print('hello'); return []"), "it printed 'hello'"),
        (
            "failing",
            LIGHT.replace("return []", "raise OSError('no manifest')"),
            "it cannot be listed: OSError: no manifest",
        ),
    ],
    ids=lambda value: value if value.isidentifier() else "",
)
def test_a_heavy_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str, message: str
) -> None:
    finding = listed(tmp_path, monkeypatch, code, name=name)

    assert (finding.passed, finding.message) == (False, message)


def test_unknown_and_broken_plugins() -> None:
    registry = Registry()
    registry.register(object(), "empty")
    with pytest.raises(UnknownNameError, match="unknown plugin 'emty'; did you mean empty"):
        check_listing("emty", registry=registry)
    with pytest.raises(
        UnknownNameError, match="unknown detector, reporter, exporter or plugin 'emty'"
    ):
        check("emty", registry=registry)


def test_a_plugin_that_is_not_in_use() -> None:
    class Misspelled:
        from vidtag.hookspecs import hookimpl

        @hookimpl
        def vidtag_detectorz(self) -> None: ...

    registry = Registry()
    registry.register(Misspelled(), "oops")

    with pytest.raises(PluginError, match="plugin 'oops' is not in use: PluginValidationError"):
        check("oops", registry=registry)
