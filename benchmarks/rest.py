"""What a scan costs beside its network, on top of decoding: shots, windows, sampling, the store.

Each way decodes the whole video, with as many threads as a scan does, in a process of its own;
what counts begins when that has imported everything. The scan is that of a detector that costs
nothing, at the input size of `kiosk`, into a new database.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from benchmarks.processor import children_s, own_s
from vidtag import media
from vidtag.media.source import Source, open_source
from vidtag.scan import scan
from vidtag.store import Database
from vidtag.types import DetectorIdentity, Head, Pictures, Region, Scores, Size

SIZE: Size = (160, 288)  # what `kiosk` sees

_LIMITS = media.DecodeLimits(busy_beside=True)  # as in a scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one way took."""

    seconds: float
    processor_s: float  # of all processes
    decoder_s: float  # of this that of the processes that it started


class Nobody:
    """A detector that costs nothing, and never sees anybody."""

    region: Region = "frame"
    input_size = SIZE
    heads = (
        Head(
            identity=DetectorIdentity(name="nobody", version="1", weights_sha256="0" * 64),
            labels=("nobody",),
            thresholds={"nobody": 0.5},
        ),
    )

    def score(self, crops: Pictures) -> Scores:
        """Nearly 0 for all."""
        return np.full((len(crops), 1), 0.01, np.float32)

    def close(self) -> None:
        """Holds nothing."""


def decode(video: Path, _database: Path) -> None:
    source = _opened(video)
    for _ in source.container.decode(source.stream):
        pass


def decode_and_scale(video: Path, _database: Path) -> None:
    source, reformatter = _opened(video), VideoReformatter()
    height, width = SIZE
    for frame in source.container.decode(source.stream):
        reformatter.reformat(
            frame,
            width=width,
            height=height,
            format="rgb24",
            interpolation=Interpolation.AREA,
            threads=1,
        )


def read(video: Path, _database: Path) -> None:
    sizes = [SIZE, media.THUMBNAIL_SIZE]
    with media.open_video(video, sizes=sizes, limits=_LIMITS) as reader:
        for _ in reader:
            pass


def scan_for_nobody(video: Path, database: Path) -> None:
    with Database.open(database) as opened:
        scan(video, [Nobody()], opened)


DECODE, SCALE, READ, SCAN = (
    "decode",
    "decode, and scale to 160x288",
    "vidtag's reader, with thumbnails",
    "scan for nobody",
)
WAYS: dict[str, Callable[[Path, Path], None]] = {
    DECODE: decode,
    SCALE: decode_and_scale,
    READ: read,
    SCAN: scan_for_nobody,
}


def cost(way: str, video: Path, database: Path) -> Cost:
    """What one of `WAYS` takes, in a fresh process; `database` is replaced."""
    database.unlink(missing_ok=True)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(_measure, way, video, database).result()


def _measure(way: str, video: Path, database: Path) -> Cost:
    before_own_s, before_children_s = own_s(), children_s()
    start = time.perf_counter()
    WAYS[way](video, database)
    seconds = time.perf_counter() - start
    decoder_s = children_s() - before_children_s
    processor_s = own_s() - before_own_s + decoder_s
    return Cost(seconds=seconds, processor_s=processor_s, decoder_s=decoder_s)


def _opened(video: Path) -> Source:
    return open_source(video.resolve(), _LIMITS)
