"""Turns decoded frames into RGB pictures of the sizes wanted, in the child process.

Scaling is swscale's area averaging: every source pixel counts, so that small pictures do not
flicker. Only the thumbnail takes single pixels: cuts show all the same, in a fifth of the time.
Each picture is made from the frame itself, so that other sizes asked for along do not change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from vidtag.media.messages import THUMBNAIL_SIZE
from vidtag.types import Size

if TYPE_CHECKING:
    from vidtag.types import Picture

# AVColorSpace -> swscale's coefficients; what is missing here is decided by size.
_COEFFICIENTS = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
_FULL, _LIMITED = ColorRange.JPEG.value, ColorRange.MPEG.value
_HD_HEIGHT_PX = 720  # untagged video of at least this height is BT.709, below it BT.601


@dataclass(frozen=True, slots=True)
class Orientation:
    """What turns a coded picture upright: exchange the axes, then mirror them."""

    transposed: bool = False
    flip_rows: bool = False
    flip_columns: bool = False

    @classmethod
    def of(cls, frame: VideoFrame) -> Orientation:
        """Read the display matrix that comes with `frame`."""
        side_data: Any = frame.side_data  # PyAV's type hints know only motion vectors
        matrix = side_data.get("DISPLAYMATRIX")
        if matrix is None:
            return cls()
        # x' = a x + c y, y' = b x + d y, as 16.16 fixed point
        a, b, _, c, d = np.frombuffer(matrix, np.int32)[:5].tolist()
        if abs(b) > abs(a):
            return cls(transposed=True, flip_rows=b < 0, flip_columns=c < 0)
        return cls(flip_rows=d < 0, flip_columns=a < 0)

    @property
    def rotation_deg(self) -> int:
        """The clockwise turn: 0, 90, 180 or 270."""
        if self.transposed:
            return 270 if self.flip_rows else 90
        return 180 if self.flip_rows else 0

    def coded(self, size: Size) -> Size:
        """The size before turning of a picture that is shown at `size`."""
        return (size[1], size[0]) if self.transposed else size

    def apply(self, picture: Picture) -> Picture:
        """Turn `picture`; returns a view."""
        turned = picture.transpose(1, 0, 2) if self.transposed else picture
        rows = slice(None, None, -1 if self.flip_rows else 1)
        columns = slice(None, None, -1 if self.flip_columns else 1)
        return turned[rows, columns]


def natural_size(
    frame: VideoFrame, aspect: Fraction | None, orientation: Orientation, max_pixels: int
) -> Size:
    """(height, width) of `frame` as shown: square pixels, upright.

    An aspect ratio that would make the picture larger than `max_pixels` is not believed.
    """
    width = max(1, round(frame.width * aspect)) if aspect and aspect > 0 else frame.width
    if width * frame.height > max_pixels:
        width = frame.width
    return orientation.coded((frame.height, width))


class Painter:
    """Scales, converts and turns frames into arrays of fixed sizes."""

    def __init__(self, sizes: Sequence[Size], orientation: Orientation) -> None:
        self._orientation = orientation
        self._scalers = [_Scaler(orientation.coded(size), _method(size)) for size in sizes]

    def paint(self, frame: VideoFrame, pictures: Sequence[Picture]) -> None:
        """Write `frame` into `pictures`, which have the sizes that were announced."""
        coding = _Coding.of(frame)
        for scaler, picture in zip(self._scalers, pictures, strict=True):
            np.copyto(picture, self._orientation.apply(_pixels(scaler.scale(frame, coding))))


@dataclass(frozen=True, slots=True)
class _Coding:
    """How the colours of a frame are coded, and the formats it is scaled in and ends in.

    Colour spaces and ranges are swscale's numbers: PyAV takes longer to look into an `Enum`.
    """

    coefficients: int
    range: int
    scaled_format: str
    final_format: str

    @classmethod
    def of(cls, frame: VideoFrame) -> _Coding:
        is_hd = frame.height >= _HD_HEIGHT_PX
        return _coding(frame.format.name, frame.colorspace, frame.color_range, is_hd=is_hd)


@cache
def _coding(name: str, colorspace: int, color_range: int, *, is_hd: bool) -> _Coding:
    pixels = VideoFormat(name)
    by_size = Colorspace.ITU709 if is_hd else Colorspace.ITU601
    coefficients = _COEFFICIENTS.get(colorspace, by_size)
    full = pixels.is_rgb or name.startswith("yuvj") or color_range == ColorRange.JPEG
    final = "rgba" if any(part.is_alpha for part in pixels.components) else "rgb24"
    return _Coding(
        coefficients=coefficients.value,
        range=_FULL if full else _LIMITED,
        scaled_format="yuv420p" if final == "rgb24" and _is_420(pixels) else final,
        final_format=final,
    )


class _Scaler:
    """Makes RGB pictures of one size.

    Video with a quarter of the colour samples is scaled as such and converted then, which takes
    two thirds of the time of doing both at once.
    """

    def __init__(self, size: Size, method: Interpolation) -> None:
        self._size = size
        self._method = method.value
        self._scaler = VideoReformatter()
        self._converter = VideoReformatter()

    def scale(self, frame: VideoFrame, coding: _Coding) -> VideoFrame:
        if (frame.height, frame.width) != self._size:
            frame = self._reformat(self._scaler, frame, coding, coding.scaled_format)
        return self._reformat(self._converter, frame, coding, coding.final_format)

    def _reformat(
        self, reformatter: VideoReformatter, frame: VideoFrame, coding: _Coding, name: str
    ) -> VideoFrame:
        done = frame.format.name == coding.final_format
        return reformatter.reformat(
            frame,
            width=self._size[1],
            height=self._size[0],
            format=name,
            src_colorspace=coding.coefficients,
            dst_colorspace=coding.coefficients,
            src_color_range=_FULL if done else coding.range,
            dst_color_range=_FULL if name == coding.final_format else coding.range,
            interpolation=self._method,
            threads=1,
        )


def _method(size: Size) -> Interpolation:
    return Interpolation.FAST_BILINEAR if size == THUMBNAIL_SIZE else Interpolation.AREA


def _is_420(pixels: VideoFormat) -> bool:
    return not pixels.is_rgb and (pixels.chroma_width(16), pixels.chroma_height(16)) == (8, 8)


def _pixels(frame: VideoFrame) -> Picture:
    """View the pixels of an rgb24 frame; lay an rgba frame on black, as players do."""
    channels = 4 if frame.format.name == "rgba" else 3
    plane = frame.planes[0]
    shape, strides = (frame.height, frame.width, channels), (plane.line_size, channels, 1)
    pixels: Picture = np.ndarray(shape, np.uint8, memoryview(plane), 0, strides)
    if channels == 3:
        return pixels
    colour, alpha = pixels[..., :3].astype(np.uint16), pixels[..., 3:]
    return ((colour * alpha + 127) // 255).astype(np.uint8)
