"""What the decoding child and its parent say to each other."""

from __future__ import annotations

import math
import pickle
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

from vidtag.media.ring import Layout
from vidtag.types import Size, VideoInfo

# What cuts are found in: the same ones as in four times the area, in half the time.
THUMBNAIL_SIZE: Size = (72, 128)


@dataclass(frozen=True, slots=True)
class AtMost:
    """The size as shown, scaled down in proportion if it has more than `pixels`."""

    pixels: int

    def of(self, natural: Size) -> Size:
        """The size (height, width) that a picture of `natural` size gets."""
        scale = min(1.0, math.sqrt(self.pixels / (natural[0] * natural[1])))
        return max(1, round(natural[0] * scale)), max(1, round(natural[1] * scale))


# What a picture may be asked for at; `None` is the size as shown: upright, with square pixels.
WantedSize: TypeAlias = Size | AtMost | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeLimits:
    """What decoding one video may cost.

    `max_pixels` bounds width times height; the default is a little more than 8K. After `stall_s`
    seconds without any progress the decoder is stopped. `threads` is the number of threads that
    decode, `None` for as many as there are processors (at most 16); or if others are `busy_beside`,
    as many as the size of the picture calls for: half of the processors for 1920x1080.
    """

    max_pixels: int = 8192 * 4320
    stall_s: float = 60.0
    threads: int | None = None
    busy_beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The parent's order: decode this."""

    path: Path  # absolute
    sizes: tuple[WantedSize, ...]
    limits: DecodeLimits
    parts: tuple[tuple[int, int], ...] = ()  # (first, last) time in microseconds; none: all of it


@dataclass(frozen=True, slots=True)
class Opened:
    """The first frame is there; `layout` says how the shared memory is divided."""

    info: VideoInfo  # without the content hash
    layout: Layout


class Decoded(NamedTuple):  # made faster than a dataclass, for every frame
    """The next frame lies in the next slot."""

    pts_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class Alive:
    """No frame yet, but the file is being read."""


@dataclass(frozen=True, slots=True)
class Finished:
    """There are no more frames."""

    damaged_packets: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The file cannot be read as video: the parts of a `VideoError`."""

    message: str
    hint: str


Message: TypeAlias = Opened | Decoded | Alive | Finished | Refused

_DECODED = struct.Struct("<cqq")
_IS_DECODED = b"D"  # no pickle begins so


def dump(message: Message) -> bytes:
    """What is sent: a pickle, except that there is a `Decoded` for every frame."""
    if isinstance(message, Decoded):
        return _DECODED.pack(_IS_DECODED, *message)
    return pickle.dumps(message)


def load(sent: bytes) -> Message:
    """The message that was made into these bytes."""
    if sent.startswith(_IS_DECODED):
        _, pts_us, end_us = _DECODED.unpack(sent)
        return Decoded(pts_us, end_us)
    message: Message = pickle.loads(sent)  # noqa: S301 - by our own child, which has our rights
    return message
