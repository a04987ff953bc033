from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.truth.frames import FILM, NTSC, constant, varying
from vidtag.errors import TruthError
from vidtag.truth.times import FrameTimes, PresentationTime, parse_frame, parse_time


def frame_of(text: str, times: FrameTimes) -> int:
    return parse_time(text).locate(times)[0]


@pytest.mark.parametrize(
    ("text", "expected_us"),
    [
        ("12", 12_000_000),
        (" 12.5 ", 12_500_000),
        ("0,041708", 41_708),
        ("-0.08", -80_000),
        ("0.0000005", 0),
        ("02:03", 123_000_000),
        ("01:02:03.250", 3_723_250_000),
        ("1:02:03,25", 3_723_250_000),
    ],
)
def test_seconds_and_clock_times(text: str, expected_us: int) -> None:
    assert parse_time(text) == PresentationTime(expected_us)


@pytest.mark.parametrize(
    "text", ["", "abc", "1e3", "nan", "inf", "1:2:3:4:5", "00:60:00", "00:00:75", "٣", "1.", "--1"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(TruthError, match="is no time"):
        parse_time(text)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "x", "1" * 10])
def test_what_is_no_frame_number(text: str) -> None:
    with pytest.raises(TruthError, match="is no frame number"):
        parse_frame(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4.713041", 113),
        ("4.713042", 113),
        ("4.713", 113),  # rounded to milliseconds: the frame it was taken from
        ("4.712", 113),
        ("4.714", 114),
        ("4.671", 112),
        ("0", 0),
    ],
)
def test_a_time_is_the_first_frame_from_then_on(text: str, expected: int) -> None:
    """Frame 113 at 23.976 frames a second begins at 4.713042 s."""
    assert frame_of(text, constant(589, FILM)) == expected


@given(
    st.lists(st.integers(2, 400), min_size=1, max_size=40),
    st.integers(-2000, 2000),
    st.integers(-499, 499),
)
def test_a_pts_in_milliseconds_is_its_own_frame(
    durations_ms: list[int], start_ms: int, off_us: int
) -> None:
    edges_us = np.cumsum([start_ms, *durations_ms]) * 1000 + off_us
    times = FrameTimes(edges_us[:-1], int(edges_us[-1]))

    written = [f"{edge / 1e6:.3f}" for edge in times.pts_us]

    assert [frame_of(text, times) for text in written] == list(range(times.count))


@pytest.mark.parametrize(
    ("text", "rate", "expected"),
    [
        ("00:00:00:00", FILM, 0),
        ("00:00:10:00", FILM, 240),  # 10.01 s: timecode counts frames
        ("00:00:10:23", FILM, 263),
        ("00:01:00:00", NTSC, 1800),
        ("00:00:59;29", NTSC, 1799),
        ("00:01:00;02", NTSC, 1800),  # ;00 and ;01 are left out
        ("00:02:00;02", NTSC, 3598),
        ("00:10:00;00", NTSC, 17982),
        ("01:00:00;00", NTSC, 107892),
        ("00:01:00;04", 2 * NTSC, 3600),
        ("00:00:01:49", Fraction(50), 99),
    ],
)
def test_timecode_counts_frames(text: str, rate: Fraction, expected: int) -> None:
    assert frame_of(text, constant(2000, rate)) == expected


def test_drop_frame_timecode_follows_the_clock() -> None:
    """An hour of it lasts an hour but 3.6 ms."""
    assert parse_time("01:00:00;00").locate(constant(108_000, NTSC)) == (107_892, 3_599_996_400)


@pytest.mark.parametrize(
    ("text", "rate", "message"),
    [
        ("00:00:01:24", FILM, "timecode 00:00:01:24 has no meaning at 23.976 frames a second"),
        ("00:01:00;00", NTSC, "drop-frame timecode 00:01:00;00 does not exist: it is left out"),
        ("00:01:00;02", FILM, "needs 29.97 or 59.94 frames a second, not 23.976"),
        ("00:01:00;02", Fraction(30), "needs 29.97 or 59.94 frames a second, not 30.000"),
    ],
)
def test_timecode_that_does_not_exist(text: str, rate: Fraction, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        frame_of(text, constant(2000, rate))
    assert message in str(raised.value)


def test_timecode_needs_a_constant_rate() -> None:
    with pytest.raises(TruthError, match="means nothing in a video of variable frame rate"):
        frame_of("00:00:00:01", varying(0, 20, 40, 60, 400, 420))


def test_clock_times_in_a_video_of_variable_rate() -> None:
    times = varying(0, 100, 110, 400, 1000)

    found = [frame_of(text, times) for text in ("0", "0.05", "0.1", "0.11", "0.111", "0.9")]

    assert found == [0, 1, 1, 2, 3, 4]


@pytest.mark.parametrize(("count", "end_us"), [(0, 10), (2, 40_000)], ids=["no frames", "no end"])
def test_frame_times_must_make_sense(count: int, end_us: int) -> None:
    with pytest.raises(ValueError, match="at least one frame, and an end after the last"):
        FrameTimes(np.arange(count, dtype=np.int64) * 40_000, end_us)
