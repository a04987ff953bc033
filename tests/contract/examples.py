"""A plugin that keeps the contract, and parts that break one rule each."""

from __future__ import annotations

import os
import socket
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import BinaryIO

import numpy as np

from vidtag.hookspecs import hookimpl
from vidtag.registry import Registry
from vidtag.types import (
    Detector,
    DetectorIdentity,
    DetectorInfo,
    Exporter,
    Head,
    Pictures,
    Region,
    Report,
    Reporter,
    Scores,
    Settings,
    Size,
)

LABELS = ("red", "green")
THRESHOLDS = {"red": 0.5, "green": 0.5}


class Good:
    """Scores the mean of red and of green."""

    region: Region = "frame"
    input_size: Size = (4, 6)
    labels = LABELS
    thresholds: Mapping[str, float] = THRESHOLDS
    version = "1"
    sha256 = "0" * 64

    def __init__(self, name: str = "good") -> None:
        self.name = name

    @property
    def heads(self) -> tuple[Head, ...]:
        identity = DetectorIdentity(
            name=self.name, version=self.version, weights_sha256=self.sha256
        )
        return (Head(identity=identity, labels=self.labels, thresholds=self.thresholds),)

    def score(self, crops: Pictures) -> Scores:
        means: Scores = crops.mean(axis=(1, 2), dtype=np.float32) / np.float32(255)
        return means[:, :2]

    def close(self) -> None:
        """Holds nothing."""


class Plugin:
    """Offers the detectors `names`, made by `make`, and the reporters and exporters given."""

    def __init__(
        self,
        make: Callable[[str], Detector] = Good,
        *,
        names: Sequence[str] = ("good",),
        reporters: Sequence[Reporter] = (),
        exporters: Sequence[Exporter] = (),
    ) -> None:
        self.make = make
        self.names = names
        self.reporters = reporters
        self.exporters = exporters

    @hookimpl
    def vidtag_detectors(self) -> Iterable[DetectorInfo]:
        for name in self.names:
            yield DetectorInfo(name=name, summary="", labels=LABELS, version="1")

    @hookimpl
    def vidtag_open_detectors(self, names: Sequence[str], settings: Settings) -> Iterable[Detector]:
        return [self.make(name) for name in names]

    @hookimpl
    def vidtag_reporters(self) -> Iterable[Reporter]:
        return self.reporters

    @hookimpl
    def vidtag_exporters(self) -> Iterable[Exporter]:
        return self.exporters


def registry(plugin: object) -> Registry:
    made = Registry()
    made.register(plugin, "plugin")
    return made


# --- detectors that break one rule each -------------------------------------------------------


class OldVersion(Good):
    version = "0"


class NoHash(Good):
    sha256 = "unknown"


class SwappedLabels(Good):
    labels = ("green", "red")


class DoubleLabel(Good):
    labels = ("red", "red")
    thresholds: Mapping[str, float] = {"red": 0.5}


class MissingThreshold(Good):
    thresholds: Mapping[str, float] = {"red": 0.5}


class CertainThreshold(Good):
    thresholds: Mapping[str, float] = {"red": 0.5, "green": 1.0}


class HugeInput(Good):
    input_size: Size = (4, 10**6)


class OtherRegion(Good):
    region: Region = "face"


class OneColumnShort(Good):
    def score(self, crops: Pictures) -> Scores:
        return super().score(crops)[:, :1] if len(crops) else super().score(crops)


class Doubles(Good):
    def score(self, crops: Pictures) -> Scores:
        return super().score(crops).astype(np.float64)


class NotANumber(Good):
    def score(self, crops: Pictures) -> Scores:
        scores = super().score(crops)
        return np.where(scores == 0, np.float32("nan"), scores)


class Logits(Good):
    def score(self, crops: Pictures) -> Scores:
        return super().score(crops) * 8 - 4


class Moody(Good):
    """Another score each time, by less than scores may differ for other reasons."""

    calls = count()

    def score(self, crops: Pictures) -> Scores:
        return super().score(crops) * np.float32(1 - 1e-6 * (next(self.calls) % 50))


class BatchNormalised(Good):
    """What a picture gets depends on its company."""

    def score(self, crops: Pictures) -> Scores:
        return super().score(crops) / np.float32(len(crops) or 1)


class FirstCounts(Good):
    """What a picture gets depends on its place."""

    def score(self, crops: Pictures) -> Scores:
        scores = super().score(crops)
        scores[1:] *= np.float32(0.5)
        return scores


class InPlace(Good):
    def score(self, crops: Pictures) -> Scores:
        scores = super().score(crops)
        crops //= 2
        return scores


class OneBuffer(Good):
    """Returns the same memory each time."""

    def __init__(self, name: str = "good") -> None:
        super().__init__(name)
        self.buffer = np.zeros((64, 2), dtype=np.float32)

    def score(self, crops: Pictures) -> Scores:
        self.buffer[: len(crops)] = super().score(crops)
        return self.buffer[: len(crops)]


class NeedsPictures(Good):
    def score(self, crops: Pictures) -> Scores:
        crops[0]
        return super().score(crops)


class WillNotClose(Good):
    """The first of its kind: the rule "opens again" is another."""

    opened = count()

    def __init__(self, name: str = "good") -> None:
        super().__init__(name)
        self.number = next(self.opened)

    def close(self) -> None:
        if self.number == 0:
            raise RuntimeError("still busy")


class WeightsAtRandom(Good):
    """Other weights whenever it is opened."""

    opened = count(1)

    def __init__(self, name: str = "good") -> None:
        super().__init__(name)
        self.factor = np.float32(1 / next(self.opened))

    def score(self, crops: Pictures) -> Scores:
        return super().score(crops) * self.factor


class Prints(Good):
    def score(self, crops: Pictures) -> Scores:
        print("scoring", len(crops))  # noqa: T201
        return super().score(crops)


class PrintsFromC(Good):
    def score(self, crops: Pictures) -> Scores:
        os.write(2, b"[W:runtime] slow\n")
        return super().score(crops)


class Warns(Good):
    def score(self, crops: Pictures) -> Scores:
        warnings.warn("too dark", UserWarning, stacklevel=1)
        return super().score(crops)


class Writes(Good):
    def score(self, crops: Pictures) -> Scores:
        Path("profile.json").touch()
        return super().score(crops)


class SetsVariables(Good):
    def score(self, crops: Pictures) -> Scores:
        os.environ["EXAMPLE_THREADS"] = "1"
        return super().score(crops)


class Moves(Good):
    def score(self, crops: Pictures) -> Scores:
        os.chdir(sys.prefix)
        return super().score(crops)


class PhonesHome(Good):
    """Quietly, so that nobody notices when it fails."""

    def close(self) -> None:
        try:
            socket.create_connection(("192.0.2.1", 443), timeout=0.01).close()
        except OSError:
            return


class WillNotOpen(Good):
    def __init__(self, name: str = "good") -> None:
        raise ValueError("no\nweights")


# --- reporters --------------------------------------------------------------------------------


class GoodReporter:
    name = "good"
    suffix = ".txt"
    media_type = "text/plain"

    def write(self, report: Report, out: BinaryIO) -> None:
        out.write(f"{len(report.episodes)} videos\n".encode())


class OddSuffix(GoodReporter):
    suffix = "txt"


class Silent(GoodReporter):
    def write(self, report: Report, out: BinaryIO) -> None:
        if report.episodes:
            super().write(report, out)


class FirstOfAll(GoodReporter):
    """Forgets that a label may never be on screen."""

    def write(self, report: Report, out: BinaryIO) -> None:
        super().write(report, out)
        for episode in report.episodes:
            for time in episode.screen_times:
                out.write(f"{time.label} from {time.segments[0].start_us}\n".encode())


class Closing(GoodReporter):
    def write(self, report: Report, out: BinaryIO) -> None:
        super().write(report, out)
        out.close()


class Stamped(GoodReporter):
    numbers = count()

    def write(self, report: Report, out: BinaryIO) -> None:
        out.write(f"report {next(self.numbers)}\n".encode())


class Noisy(GoodReporter):
    def write(self, report: Report, out: BinaryIO) -> None:
        super().write(report, out)
        print("written")  # noqa: T201


class GoodExporter(GoodReporter):
    """Tells of one video, and is lost on more."""

    one_video = True

    def losses(self, report: Report) -> Iterable[str]:
        return ("all but the number of videos",)

    def write(self, report: Report, out: BinaryIO) -> None:
        [_] = report.episodes
        super().write(report, out)


class Wordy(GoodExporter):
    def losses(self, report: Report) -> Iterable[str]:
        return ("two\nlines",)


class OneTooMany(GoodExporter):
    """Says that it tells of several videos, and does not."""

    one_video = False
