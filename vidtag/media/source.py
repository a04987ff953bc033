"""Opens a file as video, in the child process: only containers that are meant to be there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from vidtag.errors import VideoError
from vidtag.machine import usable_cores
from vidtag.media.clock import to_us
from vidtag.media.messages import DecodeLimits

# Demuxers of files that hold their own pictures and times. Left out on purpose: everything that
# opens other files or addresses (concat, hls, dash, image2, sdp ...) or devices (lavfi,
# x11grab ...), and raw streams, which do not say when a frame is shown.
FORMATS = "mov,matroska,avi,mpegts,mpeg,flv,asf,ogg,mxf,gif,dv,ivf,nut,rm,wtv"

_TIMECODE = re.compile(r"\d\d:\d\d:\d\d[:;]\d{2,3}", re.ASCII)
_MOST_THREADS = 16
_HD_PIXELS = 1920 * 1080

# Containers whose header states a duration. FFmpeg estimates that of others from the bit rate.
_STATES_DURATION = frozenset({"mov", "matroska", "avi", "flv", "asf", "mxf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An opened file and the stream in it that is the video."""

    container: InputContainer
    stream: VideoStream
    threads: int

    @property
    def time_base(self) -> Fraction:
        """Length of one tick of the stream's timestamps, in seconds."""
        return self.stream.time_base or Fraction(1, 1_000_000)

    @property
    def states_duration(self) -> bool:
        """Whether the duration is the header's own word, not an estimate."""
        return not _STATES_DURATION.isdisjoint(self.container.format.name.split(","))

    @property
    def claimed_duration_us(self) -> int | None:
        """Duration of the video stream, else of the whole file, as the header has it."""
        if self.stream.duration:
            return to_us(self.stream.duration, self.time_base)
        return self.container.duration or None

    @property
    def timecode(self) -> str | None:
        """SMPTE timecode of the first frame: of the stream, else of the file or another track."""
        told = [self.stream, self.container, *self.container.streams]
        tags = (tag for each in told for tag in each.metadata.items())
        texts = (text for name, text in tags if name.lower() == "timecode")
        return next(filter(_TIMECODE.fullmatch, texts), None)


def open_source(path: Path, limits: DecodeLimits, *, threads: int | None = None) -> Source:
    """Open the video stream of the file at `path` (absolute).

    Raises:
        VideoError: when there is none, or none that may be decoded.
    """
    container = _open_container(path, limits)
    stream = _choose_stream(container, path)
    codec = stream.codec_context
    _check_pixels(path, codec.width, codec.height, limits)
    codec.options = {"max_pixels": str(limits.max_pixels)}  # also holds after a change of size
    codec.thread_count = threads or _threads_for(codec.width * codec.height, limits)
    codec.thread_type = "AUTO" if codec.thread_count > 1 else "SLICE"
    return Source(container=container, stream=stream, threads=codec.thread_count)


def _threads_for(pixels: int, limits: DecodeLimits) -> int:
    """As many threads as are told, or all cores, or beside others no more than decoding needs.

    There one core decodes as fast as another scores; more threads wait for each other, which takes
    a quarter more time of the processor.
    """
    cores = usable_cores()
    if limits.threads or not limits.busy_beside:
        return limits.threads or min(_MOST_THREADS, cores)
    return max(1, min(_MOST_THREADS, cores, round(cores / 2 * pixels / _HD_PIXELS)))


def _open_container(path: Path, limits: DecodeLimits) -> InputContainer:
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": FORMATS,
        "max_pixels": str(limits.max_pixels),
    }
    try:
        return av.open(f"file:{path}", options=options, metadata_errors="replace")
    except av.error.ArgumentError as error:
        raise VideoError(
            f"cannot read {path}: its content is not a video container",
            hint="playlists are refused; put the video itself into MP4 or Matroska",
        ) from error
    except av.error.FileNotFoundError as error:  # it was there a moment ago
        raise VideoError(
            f"cannot read {path}: the file is gone", hint="put it back, and scan again"
        ) from error
    except av.error.FFmpegError as error:
        raise VideoError(
            f"cannot read {path}: it is not a video, or its beginning is damaged",
            hint="check that it plays, or convert it to MP4",
        ) from error


def _choose_stream(container: InputContainer, path: Path) -> VideoStream:
    """Prefer the stream marked as default, then the largest picture; a cover is not a video."""
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise VideoError(f"cannot read {path}: it has no video stream, only {_kinds(container)}")
    known = [stream for stream in streams if _has_decoder(stream)]
    if not known:
        raise VideoError(
            f"cannot read {path}: its video codec is unknown", hint="convert it to H.264"
        )
    return max(known, key=_preference)


def _has_decoder(stream: VideoStream) -> bool:
    return stream.codec_context is not None  # PyAV's type hints do not know about this


def _preference(stream: VideoStream) -> tuple[bool, int, int]:
    codec = stream.codec_context
    is_default = bool(stream.disposition & Disposition.default)
    return is_default, codec.width * codec.height, -stream.index


def _kinds(container: InputContainer) -> str:
    return " and ".join(sorted({stream.type for stream in container.streams})) or "nothing"


def _check_pixels(path: Path, width: int, height: int, limits: DecodeLimits) -> None:
    if width * height > limits.max_pixels:
        raise VideoError(
            f"cannot read {path}: its picture of {width}x{height} exceeds the limit of "
            f"{limits.max_pixels} pixels",
            hint="scale it down first",
        )
