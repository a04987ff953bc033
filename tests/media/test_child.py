"""What the child does, in this process: its two threads, and what it says to its parent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import TypeAlias

import pytest
from av.video.frame import VideoFrame

from vidtag.errors import VideoError
from vidtag.media import DecodeLimits, child, ring
from vidtag.media.messages import Alive, Decoded, Finished, Job, Message, Opened, Refused, load
from vidtag.media.packets import PacketDecoder
from vidtag.media.pictures import Painter

Ends: TypeAlias = tuple[Connection, child._Line]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Both ends of a pipe: the parent's, the child's."""
    parent, other = Pipe()
    with parent, other:
        yield parent, child._Line(other)


def decode(path: Path, ends: Ends, *, frames_let_go: int) -> None:
    """Do a job, with so many frames let go of beforehand."""
    parent, line = ends
    parent.send_bytes(bytes(frames_let_go))
    job = Job(path=path, sizes=((8, 8),), limits=DecodeLimits(threads=1))
    child._decode(job, line, ring.create())


def received(parent: Connection) -> list[Message]:
    messages = []
    while parent.poll():
        messages.append(load(parent.recv_bytes()))
    return messages


def no_decoding_thread() -> bool:
    return "vidtag-ahead" not in {thread.name for thread in threading.enumerate()}


def test_both_threads_speak_and_frames_come_in_order(
    clip: Path, ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_ALIVE_EVERY_S", 0)
    decode(clip, ends, frames_let_go=40)
    messages = received(ends[0])
    news = [message for message in messages if not isinstance(message, Alive)]
    assert len(messages) - len(news) == 40  # one for each packet
    assert isinstance(news[0], Opened)
    assert news[1:-1] == [Decoded(40_000 * n, 40_000 * (n + 1)) for n in range(40)]
    assert news[-1] == Finished(0, ())
    assert no_decoding_thread()


@pytest.mark.parametrize("error", [VideoError("lost"), RuntimeError("broken")], ids=repr)
def test_error_of_the_decoder_ends_the_child_after_the_frames_before_it(
    clip: Path, ends: Ends, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    whole = PacketDecoder.__iter__

    def broken(decoder: PacketDecoder) -> Iterator[VideoFrame]:
        for _, frame in zip(range(3), whole(decoder), strict=False):
            yield frame
        raise error

    monkeypatch.setattr(PacketDecoder, "__iter__", broken)
    with pytest.raises(type(error)) as caught:
        decode(clip, ends, frames_let_go=0)
    assert caught.value is error
    assert received(ends[0])[1:] == [Decoded(40_000 * n, 40_000 * (n + 1)) for n in range(3)]
    assert no_decoding_thread()


def test_error_of_the_painter_ends_the_decoding_thread(
    clip: Path, ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Painter, "paint", fail)
    with pytest.raises(MemoryError):
        decode(clip, ends, frames_let_go=0)
    assert no_decoding_thread()


def test_parent_that_has_gone_ends_the_decoding_thread(clip: Path, ends: Ends) -> None:
    parent, line = ends
    parent.close()
    job = Job(path=clip, sizes=((8, 8),), limits=DecodeLimits(threads=1))
    with pytest.raises(BrokenPipeError):
        child._decode(job, line, ring.create())
    assert no_decoding_thread()


def test_messages_of_two_threads_stay_whole(ends: Ends) -> None:
    parent, line = ends
    messages = [Refused(letter * 100_000, "") for letter in "ab"]  # sent in several pieces

    def send(message: Message) -> None:
        for _ in range(50):
            line.send(message)

    threads = [threading.Thread(target=send, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    got = [load(parent.recv_bytes()) for _ in range(100)]
    for thread in threads:
        thread.join()
    assert [got.count(message) for message in messages] == [50, 50]
