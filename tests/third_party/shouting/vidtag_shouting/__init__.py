"""A detector for bright pictures, a reporter that shouts, and a command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, BinaryIO

import click

from vidtag.api import (
    Detector,
    DetectorIdentity,
    DetectorInfo,
    Head,
    Region,
    Report,
    Settings,
    Size,
    hookimpl,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Bright:
    """Present while the picture is bright."""

    region: Region = "frame"
    input_size: Size = (8, 8)
    heads = (
        Head(
            identity=DetectorIdentity(name="bright", version="1", weights_sha256="0" * 64),
            labels=("daylight",),
            thresholds={"daylight": 0.5},
        ),
    )

    def score(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        means = crops.mean(axis=(1, 2, 3), dtype="float32", keepdims=True)
        brightness: NDArray[np.float32] = means.reshape(-1, 1) / 255
        return brightness

    def close(self) -> None:
        pass


class Shout:
    """LABELS, LOUD."""

    name = "shout"
    suffix = ".shout"
    media_type = "text/plain"

    def write(self, report: Report, out: BinaryIO) -> None:
        if not report.episodes:
            out.write(b"NOTHING!\n")
        for episode in report.episodes:
            for time in episode.screen_times:
                out.write(f"{time.label.upper()}! {time.duration_us}\n".encode())


@hookimpl
def vidtag_detectors() -> Iterable[DetectorInfo]:
    return [
        DetectorInfo(name="bright", summary="bright pictures", labels=("daylight",), version="1")
    ]


@hookimpl
def vidtag_open_detectors(names: Sequence[str], settings: Settings) -> Iterable[Detector]:
    return [Bright()] if "bright" in names else []


@hookimpl
def vidtag_reporters() -> Iterable[Shout]:
    return [Shout()]


@hookimpl
def vidtag_commands(cli: click.Group) -> None:
    @cli.command()
    def shout() -> None:
        """Shout."""
        click.echo("HELLO")
