from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.detectors import Channels
from vidtag.cli.main import main
from vidtag.hookspecs import hookimpl
from vidtag.registry import Registry
from vidtag.types import Detector, DetectorInfo, Exporter, Reporter, Settings
from vidtag_reports import vidtag_exporters, vidtag_reporters


class ChannelsPlugin:
    """Offers a detector for each colour channel."""

    @hookimpl
    def vidtag_detectors(self) -> Iterable[DetectorInfo]:
        for name in "rgb":
            yield DetectorInfo(name=name, summary="a channel", labels=(f"{name}-on",), version="1")

    @hookimpl
    def vidtag_open_detectors(self, names: Sequence[str], settings: Settings) -> Iterable[Detector]:
        return [Channels("".join(names))]

    @hookimpl
    def vidtag_reporters(self) -> Iterable[Reporter]:
        return vidtag_reporters()

    @hookimpl
    def vidtag_exporters(self) -> Iterable[Exporter]:
        return vidtag_exporters()


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def vidtag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Runs the command line in an empty folder, with the channels plugin."""
    registry = Registry()
    registry.register(ChannelsPlugin(), "channels")
    monkeypatch.setattr(Registry, "load", lambda **_: registry)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIDTAG_DB", raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object) -> Outcome:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, out, err)

    return run
