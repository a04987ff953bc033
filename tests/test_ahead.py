from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from threading import Event

import pytest

from vidtag.ahead import Ahead


def test_everything_comes_in_order() -> None:
    with Ahead(range(20), room=3) as ahead:
        assert list(ahead) == list(range(20))
        assert list(ahead.take(1, wait=True)) == []


def test_things_are_made_by_another_thread_no_more_than_there_is_room_for() -> None:
    made: list[int] = []
    makers: set[str] = set()
    full = Event()

    def things() -> Iterator[int]:
        for number in range(10):
            makers.add(threading.current_thread().name)
            made.append(number)
            if number == 2:
                full.set()
            yield number

    with Ahead(things(), room=2) as ahead:
        assert full.wait(10)
        assert made == [0, 1, 2]  # two wait, one is at hand
        assert list(ahead) == list(range(10))
    assert makers == {"vidtag-ahead"}


def test_without_waiting_only_what_is_there_is_taken() -> None:
    going = Event()

    def things() -> Iterator[int]:
        going.wait(10)
        yield 1

    with Ahead(things(), room=1) as ahead:
        assert list(ahead.take(5, wait=False)) == []
        assert list(ahead.take(0, wait=True)) == []
        going.set()
        assert list(ahead.take(1, wait=True)) == [1]


def test_an_error_is_raised_after_what_came_before_it() -> None:
    def things() -> Iterator[int]:
        yield 1
        raise KeyError("lost")

    with Ahead(things(), room=5) as ahead:
        taken = list(ahead.take(1, wait=True))
        with pytest.raises(KeyError, match="lost"):
            list(ahead.take(1, wait=True))
        assert (taken, ahead.exhausted) == ([1], True)


def test_leaving_early_ends_the_thread_though_it_has_no_room() -> None:
    with suppress(KeyboardInterrupt), Ahead(iter(int, 1), room=1) as ahead:
        assert list(ahead.take(1, wait=True)) == [0]
        raise KeyboardInterrupt
    assert "vidtag-ahead" not in {thread.name for thread in threading.enumerate()}
