from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path
from threading import Barrier, Event
from types import SimpleNamespace

import psutil
import pytest

from vidtag.cli import side_by_side
from vidtag.cli.side_by_side import StoppedError, Stopping, each, sensible_jobs
from vidtag.errors import VidtagError
from vidtag.types import VideoInfo

INFO = VideoInfo(
    path=Path("a.mp4"),
    sha256="0" * 64,
    container="mp4",
    codec="h264",
    pixel_format="yuv420p",
    width_px=640,
    height_px=360,
)


@pytest.mark.parametrize("tools", ["a", "ab", "abcd"])
def test_results_come_in_order_and_errors_in_their_place(tools: str) -> None:
    def do(number: int, tool: str) -> int:
        assert tool in tools
        if number == 3:
            raise VidtagError("three")
        return number * number

    found: list[int | str] = []
    with closing(each(range(6), tools, do, stop=Event())) as outcomes:
        for outcome in outcomes:
            try:
                found.append(outcome())
            except VidtagError as error:
                found.append(error.message)

    assert found == [0, 1, 4, "three", 16, 25]


def test_as_many_are_done_at_once_as_there_are_tools() -> None:
    meeting = Barrier(3)

    def do(_number: int, tool: str) -> str:
        meeting.wait(10)
        return tool

    with closing(each(range(3), "abc", do, stop=Event())) as outcomes:
        assert sorted(outcome() for outcome in outcomes) == ["a", "b", "c"]


def test_one_set_of_tools_is_used_by_the_thread_that_asks() -> None:
    with closing(each([1], ["a"], lambda _, __: threading.current_thread(), stop=Event())) as one:
        assert next(one)() is threading.main_thread()


def test_leaving_early_stops_what_goes_on_and_begins_nothing_more() -> None:
    stop, begun = Event(), list[int]()

    def do(number: int, _tool: str) -> None:
        begun.append(number)
        assert stop.wait(10)
        raise StoppedError

    outcomes = each(range(50), "ab", do, stop=stop)
    next(outcomes)
    outcomes.close()

    assert begun in ([0, 1], [1, 0])
    assert not [thread for thread in threading.enumerate() if "vidtag-scan" in thread.name]


def test_a_scan_is_ended_where_it_reports_its_progress() -> None:
    told: list[object] = []
    inner = SimpleNamespace(
        begin=lambda info, names: told.append((info.path, names)),
        advance=lambda frames, pts_us: told.append((frames, pts_us)),
        wait=lambda: told.append("waits"),
    )
    stop = Event()
    progress = Stopping(stop, inner)
    progress.begin(INFO, ["ross"])
    progress.advance(5, 40)
    progress.wait()

    stop.set()
    with pytest.raises(StoppedError):
        progress.advance(6, 80)
    with pytest.raises(StoppedError):
        progress.wait()
    with pytest.raises(StoppedError):
        Stopping(stop, None).begin(INFO, [])
    assert told == [(INFO.path, ["ross"]), (5, 40), "waits"]


@pytest.mark.parametrize(
    ("videos", "cores", "free_gb", "jobs"),
    [
        (10, 2, 16, 1),
        (10, 8, 16, 2),
        (10, 64, 16, 10),
        (30, 64, 6, 4),
        (10, 8, 1, 1),
        (1, 64, 64, 1),
    ],
)
def test_by_default_there_are_as_many_jobs_as_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, videos: int, cores: int, free_gb: int, jobs: int
) -> None:
    monkeypatch.setattr(side_by_side, "usable_cores", lambda: cores)
    memory = SimpleNamespace(available=free_gb * 1_000_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    assert sensible_jobs(videos) == jobs
