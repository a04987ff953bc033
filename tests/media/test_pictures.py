"""Colours, alpha and turns, from frames whose samples are computed by the standards' formulas."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import ColorRange

from vidtag.media import THUMBNAIL_SIZE
from vidtag.media.pictures import Orientation, Painter, natural_size
from vidtag.types import Picture, Size

BT709, UNTAGGED, BT601, BT2020 = 1, 2, 6, 9  # as H.264 numbers them
LUMA = {BT709: (0.2126, 0.0722), BT601: (0.299, 0.114), BT2020: (0.2627, 0.0593)}  # red, blue
COLOURS = [(200, 40, 60), (20, 180, 90), (30, 60, 220), (128, 128, 128), (250, 250, 250)]


def samples(rgb: tuple[int, int, int], standard: int, *, full: bool) -> list[float]:
    """Y, Cb and Cr of one colour, in 8-bit units."""
    red, blue = LUMA[standard]
    r, g, b = (value / 255 for value in rgb)
    y = red * r + (1 - red - blue) * g + blue * b
    cb, cr = (b - y) / (2 - 2 * blue), (r - y) / (2 - 2 * red)
    if full:
        return [255 * y, 128 + 255 * cb, 128 + 255 * cr]
    return [16 + 219 * y, 128 + 224 * cb, 128 + 224 * cr]


def frame_of(
    values: list[float], *, size: Size = (48, 64), pixel_format: str = "yuv420p"
) -> VideoFrame:
    """A frame whose planes hold one value each."""
    frame = VideoFrame(size[1], size[0], pixel_format)
    deep = "10le" in pixel_format
    for plane, value in zip(frame.planes, values, strict=True):
        sample = round(value * 4) if deep else round(value)
        count = plane.buffer_size // (2 if deep else 1)
        plane.update(np.full(count, sample, np.uint16 if deep else np.uint8).tobytes())
    frame.colorspace = UNTAGGED
    return frame


def paint(frame: VideoFrame, *sizes: Size) -> list[Picture]:
    pictures = [np.zeros((*size, 3), np.uint8) for size in sizes]
    Painter(sizes, Orientation()).paint(frame, pictures)
    return pictures


def assert_colour(frame: VideoFrame, rgb: tuple[int, ...], *, tolerance: int = 4) -> None:
    """At its own size, smaller and larger; swscale's fast arithmetic is off by a few units."""
    for picture in paint(frame, (frame.height, frame.width), (24, 20), THUMBNAIL_SIZE):
        assert np.abs(picture.astype(int) - rgb).max() <= tolerance


@pytest.mark.parametrize("rgb", COLOURS, ids=str)
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("standard", [BT601, BT709, BT2020])
def test_tagged_colours(rgb: tuple[int, int, int], standard: int, full: bool) -> None:
    frame = frame_of(samples(rgb, standard, full=full))
    frame.colorspace = standard
    frame.color_range = ColorRange.JPEG if full else ColorRange.MPEG
    assert_colour(frame, rgb)


@pytest.mark.parametrize("rgb", COLOURS, ids=str)
@pytest.mark.parametrize(("height", "standard"), [(576, BT601), (720, BT709)])
def test_untagged_colours_go_by_size(rgb: tuple[int, int, int], height: int, standard: int) -> None:
    assert_colour(frame_of(samples(rgb, standard, full=False), size=(height, 64)), rgb)


@pytest.mark.parametrize("rgb", COLOURS, ids=str)
@pytest.mark.parametrize(
    ("pixel_format", "full"),
    [("yuvj420p", True), ("yuv420p10le", False), ("yuv444p", False), ("yuv422p10le", False)],
)
def test_pixel_formats(rgb: tuple[int, int, int], pixel_format: str, full: bool) -> None:
    values = samples(rgb, BT601, full=full)
    assert_colour(frame_of(values, pixel_format=pixel_format), rgb)


@pytest.mark.parametrize("alpha", [0, 51, 255])
def test_transparent_pixels_lie_on_black(alpha: int) -> None:
    values = [*samples((200, 40, 60), BT601, full=False), alpha]
    expected = tuple(round(value * alpha / 255) for value in (200, 40, 60))
    assert_colour(frame_of(values, pixel_format="yuva420p"), expected)


@pytest.mark.parametrize(
    ("pixel_format", "shape"), [("rgb24", (48, 64, 3)), ("bgr24", (48, 64, 3)), ("gray", (48, 64))]
)
def test_rgb_and_grey_keep_their_values(pixel_format: str, shape: tuple[int, ...]) -> None:
    array = np.empty(shape, np.uint8)
    array[:] = 77
    frame = VideoFrame.from_ndarray(array, pixel_format)
    if pixel_format == "gray":
        frame.color_range = ColorRange.JPEG
    assert_colour(frame, (77, 77, 77), tolerance=2)


def test_small_pictures_average_and_do_not_pick() -> None:
    """A fine chequered pattern becomes even grey."""
    pattern = np.indices((144, 256)).sum(axis=0) % 2 * 255
    frame = VideoFrame.from_ndarray(
        np.repeat(pattern.astype(np.uint8)[..., None], 3, axis=2), "rgb24"
    )
    for picture in paint(frame, (36, 64), (18, 32)):
        assert np.abs(picture.astype(int) - 127).max() <= 2


def test_picture_does_not_depend_on_the_other_sizes() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (144, 256, 3), np.uint8)
    frame = VideoFrame.from_ndarray(noise, "rgb24").reformat(format="yuv420p")
    (alone,) = paint(frame, (30, 40))
    _, among_others, _ = paint(frame, (72, 100), (30, 40), (144, 256))
    assert np.array_equal(alone, among_others)


PICTURE = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)[..., None].repeat(3, axis=2)


@pytest.mark.parametrize(
    ("orientation", "shown", "rotation_deg"),
    [
        (Orientation(), [[1, 2, 3], [4, 5, 6]], 0),
        (Orientation(transposed=True, flip_columns=True), [[4, 1], [5, 2], [6, 3]], 90),
        (Orientation(flip_rows=True, flip_columns=True), [[6, 5, 4], [3, 2, 1]], 180),
        (Orientation(transposed=True, flip_rows=True), [[3, 6], [2, 5], [1, 4]], 270),
        (Orientation(flip_columns=True), [[3, 2, 1], [6, 5, 4]], 0),
        (Orientation(flip_rows=True), [[4, 5, 6], [1, 2, 3]], 180),
    ],
)
def test_orientation(orientation: Orientation, shown: list[list[int]], rotation_deg: int) -> None:
    assert orientation.apply(PICTURE)[..., 0].tolist() == shown
    assert orientation.rotation_deg == rotation_deg


@pytest.mark.parametrize(
    ("aspect", "transposed", "expected"),
    [
        (None, False, (48, 64)),
        (Fraction(8, 9), False, (48, 57)),
        (Fraction(8, 9), True, (57, 48)),
        (Fraction(0), False, (48, 64)),
        (Fraction(10_000), False, (48, 64)),  # would be 640,000 wide: not believed
        (Fraction(1, 10_000), False, (48, 1)),
    ],
)
def test_natural_size(aspect: Fraction | None, transposed: bool, expected: Size) -> None:
    frame = VideoFrame(64, 48, "yuv420p")
    orientation = Orientation(transposed=transposed)
    assert natural_size(frame, aspect, orientation, max_pixels=1_000_000) == expected
