from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.types import Frame, Picture
from vidtag.windows import cut_windows, gather_windows, place_frames


class Script:
    """Knows where the cuts are, and tells `lag` frames late."""

    def __init__(self, cuts: set[int], lag: int) -> None:
        self._cuts = cuts
        self._lag = lag
        self._seen = 0

    @property
    def settled_frame(self) -> int:
        return max(0, self._seen - self._lag)

    def feed(self, frame_no: int, thumbnail: Picture) -> Sequence[int]:
        self._seen = frame_no + 1
        return [cut for cut in self._cuts if cut == self.settled_frame - 1]

    def finish(self) -> Sequence[int]:
        return sorted(cut for cut in self._cuts if self.settled_frame - 1 < cut < self._seen)


def frames(count: int) -> Iterator[Frame]:
    """Frames whose memory is reused, as the reader does it; pixel value = frame number % 256."""
    picture = np.empty((1, 1, 3), dtype=np.uint8)
    for number in range(count):
        picture[:] = number % 256
        yield Frame(number, number * 40_000, (picture, picture))


def ranges(count: int, cuts: set[int], *, lag: int, most: int) -> list[tuple[int, int]]:
    windows = cut_windows(place_frames(frames(count), Script(cuts, lag), max_frames=most))
    return [(window.start_frame, window.end_frame) for window in windows]


@pytest.mark.parametrize("lag", [0, 1, 5, 100])
def test_windows_end_at_cuts_and_when_full(lag: int) -> None:
    assert ranges(10, {4}, lag=lag, most=3) == [(0, 3), (3, 4), (4, 7), (7, 10)]


@pytest.mark.parametrize("lag", [0, 3])
def test_a_cut_where_a_window_is_full_cuts_once(lag: int) -> None:
    assert ranges(7, {3}, lag=lag, most=3) == [(0, 3), (3, 6), (6, 7)]


def test_no_frames_no_windows() -> None:
    assert ranges(0, set(), lag=2, most=3) == []


def test_pictures_are_kept_though_the_reader_reuses_their_memory() -> None:
    [window] = cut_windows(place_frames(frames(5), Script(set(), 2)))

    [pictures] = window.pictures
    assert [picture.tolist() for picture in pictures] == [[[[n, n, n]]] for n in range(5)]
    assert window.pts_us.tolist() == [0, 40_000, 80_000, 120_000, 160_000]


@given(st.integers(0, 80), st.sets(st.integers(1, 90)), st.integers(0, 9), st.integers(1, 20))
def test_windows_tile_the_video_and_do_not_depend_on_the_lag(
    count: int, cuts: set[int], lag: int, most: int
) -> None:
    found = ranges(count, cuts, lag=lag, most=most)

    assert [at for start, end in found for at in range(start, end)] == list(range(count))
    assert all(end - start <= most for start, end in found)
    assert not any(start < cut < end for start, end in found for cut in cuts)
    assert found == ranges(count, cuts, lag=0, most=most)


@pytest.mark.parametrize("lag", [0, 2, 50])
def test_frames_tell_where_windows_begin_and_end(lag: int) -> None:
    placed = list(place_frames(frames(7), Script({2}, lag), max_frames=3))

    assert [each.frame.number for each in placed] == list(range(7))
    assert [each.frame.number for each in placed if each.begins] == [0, 2, 5]
    assert [each.frame.number for each in placed if each.ends] == [1, 4, 6]


def test_frames_come_as_soon_as_they_are_certain() -> None:
    """Few pictures wait: memory is bounded by how late cuts are known, not by the window."""
    taken: list[int] = []

    def watched() -> Iterator[Frame]:
        for frame in frames(20):
            taken.append(frame.number)
            yield frame

    for frame, _, _ in place_frames(watched(), Script(set(), 2)):
        assert len(taken) - frame.number <= 4


# --- windows of which the frames come again ---


def gathered(numbers: Sequence[int], wanted: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The windows that come of frames with these numbers, of a video of 20."""
    pts_us = 40_000 * np.arange(20)
    pictures = {frame.pts_us: frame.pictures[0].copy() for frame in frames(20)}
    again = [
        Frame(index, 40_000 * number, (pictures[40_000 * number],))
        for index, number in enumerate(numbers)
    ]
    found = list(gather_windows(again, wanted, pts_us))
    for window in found:
        (shown,) = window.pictures
        expected = list(range(window.start_frame, window.end_frame))
        assert [int(picture[0, 0, 0]) for picture in shown] == expected
        assert window.pts_us.tolist() == [40_000 * number for number in expected]
    return [(window.start_frame, window.end_frame) for window in found]


def test_windows_are_gathered_of_the_frames_that_come() -> None:
    wanted = [(0, 3), (3, 5), (9, 12)]

    assert gathered([0, 1, 2, 3, 4, 9, 10, 11], wanted) == wanted
    assert gathered([0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12], wanted) == wanted
    assert gathered([], wanted) == []


@pytest.mark.parametrize(
    "numbers",
    [
        [0, 1, 2, 4, 6, 7, 8, 9, 12],
        [0, 1, 2, 5, 6, 7, 8, 9, 12],
        [0, 1, 2, 4, 5, 6, 8, 9, 12],
        [0, 1, 2, 4, 5, 5, 7, 8, 9, 12],
        [0, 1, 2, 4, 6, 5, 7, 8, 9, 12],
        [0, 1, 2, 4, 5, 6],
        [0, 1, 2],
    ],
    ids=["middle", "first", "last", "twice", "out of order", "end", "all"],
)
def test_nothing_comes_after_a_frame_that_is_missing(numbers: list[int]) -> None:
    assert gathered(numbers, [(0, 3), (4, 8), (8, 10)]) == [(0, 3)]
