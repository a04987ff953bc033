"""Makes tiny real videos for tests, and spoils them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from vidtag.types import Picture

HEIGHT_PX, WIDTH_PX = 48, 64


def plain(colour: Sequence[int], *, height: int = HEIGHT_PX, width: int = WIDTH_PX) -> Picture:
    """One picture of one RGB colour."""
    return np.full((height, width, 3), colour, np.uint8)


def grey_steps(frames: int, *, height: int = HEIGHT_PX, width: int = WIDTH_PX) -> list[Picture]:
    """Pictures that tell their number: frame n (of at most 40) is grey 8 + 6 n."""
    texture = np.random.default_rng(0).integers(0, 4, (height, width, 3), np.uint8)
    return [
        plain([8 + 6 * (n % 40)] * 3, height=height, width=width) + texture for n in range(frames)
    ]


def number_of(picture: Picture) -> int:
    """The number that `grey_steps` gave to `picture`."""
    return round((float(picture.mean()) - 9.5) / 6)


def write_video(
    path: Path,
    pictures: Sequence[Picture],
    *,
    codec: str = "libx264",
    rate: int = 25,
    pixel_format: str = "yuv420p",
    pts: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    b_frames: int = 0,
    keyframe_every: int = 12,
    aspect: Fraction | None = None,
    rotation_deg: int = 0,
    timecode: str | None = None,
    colour: Mapping[str, int] | None = None,
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
) -> Path:
    """Encode `pictures`.

    Args:
        path: the file to write; its ending chooses the container.
        pictures: (height, width, 3) RGB, all of one size.
        codec: FFmpeg's name of the encoder.
        rate: frames per second.
        pixel_format: FFmpeg's name.
        pts: of each frame, in ticks of `time_base`; evenly spaced if `None`.
        time_base: seconds per tick; needed with `pts`.
        b_frames: how many may stand in a row.
        keyframe_every: frames.
        aspect: width of a pixel divided by its height.
        rotation_deg: how far players must turn the picture clockwise.
        timecode: of the first frame.
        colour: `colorspace` and `color_range` to convert to and to tag.
        options: for the encoder.
        container_options: for the container.
    """
    colour = colour or {}
    with av.open(str(path), "w", options=dict(container_options or {})) as container:
        stream: Any = container.add_stream(codec, rate=rate, options=dict(options or {}))
        context = stream.codec_context
        context.max_b_frames, context.gop_size = b_frames, keyframe_every
        stream.pix_fmt = pixel_format
        if time_base is not None:
            context.time_base = time_base
        if timecode is not None:
            stream.metadata["timecode"] = timecode
        if rotation_deg:
            stream.set_display_rotation(-rotation_deg)  # FFmpeg turns the other way round
        for name, value in colour.items():
            setattr(context, name, value)
        if aspect is not None:
            context.sample_aspect_ratio = aspect
        stream.height, stream.width = pictures[0].shape[:2]
        for number, picture in enumerate(pictures):
            frame = _frame(picture, pixel_format, colour)
            frame.pts = number if pts is None else pts[number]
            frame.time_base = time_base or Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _frame(picture: Picture, pixel_format: str, colour: Mapping[str, int]) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(picture, "rgb24")
    return frame.reformat(
        format=pixel_format,
        dst_colorspace=colour.get("colorspace"),
        dst_color_range=colour.get("color_range"),
    )


def packets(path: Path) -> list[tuple[int, int]]:
    """(position, length) in bytes of each video packet of the file, in decoding order."""
    with av.open(str(path)) as container:
        found = container.demux(video=0)
        return [(packet.pos or 0, packet.size) for packet in found if packet.size]


def damage(source: Path, path: Path, numbers: Iterable[int]) -> Path:
    """Copy a video and spoil the beginning of the packets with these numbers."""
    content = bytearray(source.read_bytes())
    places = packets(source)
    for number in numbers:
        position, _ = places[number]
        content[position : position + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    return path
