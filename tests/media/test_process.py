"""What happens when a process is killed, stopped, interrupted or left: with real signals."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.videos import grey_steps, write_video
from vidtag.errors import VideoError, VidtagError
from vidtag.media import DecodeLimits, open_video
from vidtag.media.messages import Job
from vidtag.media.process import DecoderProcess

PATIENCE_S = 20  # for a busy machine; nothing waits that long


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 frames: more than fit between the two processes."""
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    return write_video(path, grey_steps(40) * 5)


def child_of(reader: Any) -> int:
    pid: int = reader._process.pid
    return pid


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(pid: int) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while is_alive(pid):
        assert time.monotonic() < deadline_s, "the decoder outlived its parent"
        time.sleep(0.02)


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """Nothing may be left in this process: descriptors, children."""
    me = psutil.Process()
    before = me.num_fds()
    yield
    assert me.children() == []
    assert me.num_fds() == before


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGKILL, "was killed (SIGKILL)"),
        (signal.SIGSEGV, "crashed (SIGSEGV)"),
        (signal.SIGABRT, "crashed (SIGABRT)"),
        (signal.SIGSTOP, "made no progress for 3 s and was stopped"),
    ],
)
def test_decoder_that_dies_or_hangs_leaves_a_partial_video(
    long_clip: Path, number: signal.Signals, words: str
) -> None:
    limits = DecodeLimits(stall_s=3)  # the start takes part of that on a busy machine
    with nothing_left_open(), open_video(long_clip, sizes=[None], limits=limits) as reader:
        frames = []
        for frame in reader:
            frames.append(frame.pts_us)
            if frame.number == 20:
                os.kill(child_of(reader), number)
            del frame  # its pictures keep the shared memory
        assert frames == [40_000 * n for n in range(len(frames))]
        assert 21 <= len(frames) < 200
        assert reader.summary.problems == (f"the decoder {words} after frame {len(frames) - 1}",)
        assert reader.summary.frames == len(frames)
        assert reader.summary.end_us == 40_000 * len(frames)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGKILL, "was killed (SIGKILL)"),
        (signal.SIGSTOP, "made no progress for 0.4 s and was stopped"),
    ],
)
def test_decoder_that_dies_or_hangs_at_once_is_an_error(
    long_clip: Path, number: signal.Signals, words: str
) -> None:
    limits = DecodeLimits(stall_s=0.4)
    with nothing_left_open():
        process = DecoderProcess()
        process.begin(Job(path=long_clip, sizes=(None,), limits=limits))
        os.kill(process.pid, number)
        with pytest.raises(VideoError) as caught:
            process.opened()
        process.close()
    assert str(caught.value) == (
        f"cannot read {long_clip}: the decoder {words} before the first frame; "
        "the file is damaged, or memory ran out"
    )


def test_consumer_that_stops_early_ends_the_decoder(long_clip: Path) -> None:
    with nothing_left_open():
        with open_video(long_clip, sizes=[None]) as reader:
            for frame in reader:
                if frame.number == 3:
                    del frame
                    break
        assert not is_alive(child_of(reader))


def test_consumer_that_raises_ends_the_decoder(long_clip: Path) -> None:
    with nothing_left_open():
        with pytest.raises(ZeroDivisionError), open_video(long_clip, sizes=[None]) as reader:
            _ = [1 // frame.number for frame in reader]
        assert not is_alive(child_of(reader))


def test_whole_video_leaves_nothing(long_clip: Path) -> None:
    with nothing_left_open(), open_video(long_clip, sizes=[None]) as reader:
        assert sum(1 for _ in reader) == 200


def test_decoder_started_ahead_of_time_is_as_good(clip: Path) -> None:
    with open_video(clip, sizes=[(8, 8)]) as reader:
        expected = [(frame.pts_us, frame.pictures[0].tobytes()) for frame in reader]
    with nothing_left_open():
        decoder = DecoderProcess()
        with open_video(clip, sizes=[(8, 8)], decoder=decoder) as reader:
            assert child_of(reader) == decoder.pid
            frames = [(frame.pts_us, frame.pictures[0].tobytes()) for frame in reader]
        decoder.close()  # as whoever started it does
    assert frames == expected


def test_decoder_decodes_one_video(clip: Path) -> None:
    decoder = DecoderProcess()
    with (
        open_video(clip, sizes=[(8, 8)], decoder=decoder),
        pytest.raises(RuntimeError, match="one video"),
    ):
        decoder.begin(Job(path=clip, sizes=(), limits=DecodeLimits()))


def test_decoder_that_cannot_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", fail)
    with nothing_left_open(), pytest.raises(VidtagError) as caught:
        DecoderProcess()
    assert str(caught.value) == (
        "cannot start the decoder: Resource temporarily unavailable; end other programs"
    )


def test_decoder_that_nobody_needs_leaves_nothing() -> None:
    with nothing_left_open():
        decoder = DecoderProcess()
        decoder.close()
        decoder.close()


def test_two_videos_at_once(long_clip: Path, clip: Path) -> None:
    with (
        open_video(long_clip, sizes=[(8, 8)]) as first,
        open_video(clip, sizes=[(8, 8)]) as second,
    ):
        pairs = list(zip(first, second, strict=False))
        assert [a.pts_us == b.pts_us for a, b in pairs] == [True] * 40


IDLE = """
import time
from vidtag.media import DecoderProcess

decoder = DecoderProcess()
print(decoder.pid, flush=True)
{then}
"""

SCRIPT = """
import sys, time
from pathlib import Path
from vidtag.media import open_video

with open_video(Path(sys.argv[1]), sizes=[None]) as reader:  # no `if __name__ == "__main__"`
    frames = iter(reader)
    next(frames)
    print(reader._process.pid, flush=True)
    {then}
"""


@contextmanager
def script(
    path: Path, then: str, *, code: str = SCRIPT
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A program that reads `path`, in a process group as a terminal makes them; its decoder."""
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-c", code.format(then=then), str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
        process.kill()


def test_ctrl_c_ends_both_quietly(long_clip: Path) -> None:
    with script(long_clip, "time.sleep(60)") as (program, decoder):
        os.killpg(program.pid, signal.SIGINT)
        _, errors = program.communicate(timeout=PATIENCE_S)
    assert errors.splitlines()[-1] == "KeyboardInterrupt"
    assert errors.count("Traceback") == 1  # the program's own
    assert not is_alive(decoder)


@pytest.mark.parametrize("code", [SCRIPT, IDLE], ids=["at work", "idle"])
def test_decoder_ends_when_its_parent_is_killed(long_clip: Path, code: str) -> None:
    with script(long_clip, "time.sleep(60)", code=code) as (program, decoder):
        assert is_alive(decoder)
        program.kill()
        wait_until_gone(decoder)


def test_stuck_decoder_ends_when_its_parent_is_killed(long_clip: Path) -> None:
    """It waits for a slot then, in the middle of writing to its parent."""
    with script(long_clip, "time.sleep(60)") as (program, decoder):
        os.kill(decoder, signal.SIGSTOP)
        program.kill()
        program.wait()
        os.kill(decoder, signal.SIGCONT)
        wait_until_gone(decoder)


@pytest.mark.parametrize(
    ("then", "status", "last_line"),
    [
        ("print(sum(1 for _ in frames))", 0, ""),
        ("sys.exit(5)", 5, ""),
        ("raise ValueError('mine')", 1, "ValueError: mine"),
    ],
    ids=["whole", "exit", "error"],
)
def test_no_warning_about_leaks(long_clip: Path, then: str, status: int, last_line: str) -> None:
    with script(long_clip, then) as (program, decoder):
        _, errors = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == status
    assert "".join(errors.splitlines()[-1:]) == last_line
    assert "Warning" not in errors
    assert not is_alive(decoder)
