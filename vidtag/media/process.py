"""The decoding child process as its parent sees it: started, listened to, ended.

A plain new interpreter, not one of `multiprocessing`'s: that would run the caller's main module
again, and leave another process behind to watch over it.
"""

from __future__ import annotations

import logging
import math
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.errors import VideoError, VidtagError
from vidtag.media import ring
from vidtag.media.messages import Alive, Decoded, Finished, Job, Message, Opened, Refused, load

if TYPE_CHECKING:
    from vidtag.types import Picture

_log = logging.getLogger(__name__)

_CODE = "from vidtag.media.child import main; main()"
# Patience is counted in slices: a program that was stopped and goes on loses one of them, not all.
_SLICE_S = 1.0
_END_S = 5.0  # a killed process is gone at once, unless the kernel waits for a broken disk
_LOG_CHUNK_BYTES = 1 << 16


class DecoderProcess:
    """One child process that decodes one video. `close` it, whatever happens.

    It takes a while to start, and may be started before it is known what there is to decode.
    """

    def __init__(self) -> None:
        self._path: Path | None = None  # None until there is a job
        self._stall_s = 0.0
        self._memory: int | None = ring.create()
        self._connection, child_end = Pipe()
        self._poll = select.poll()  # much cheaper than `Connection.poll`
        self._poll.register(self._connection, select.POLLIN)
        self._log, child_log = os.pipe()
        # What is not read in time is lost, rather than hold up the one who reads or writes.
        os.set_blocking(self._log, False)
        os.set_blocking(child_log, False)
        try:
            self._process = _start(child_end.fileno(), self._memory, child_log)
        except OSError as error:
            self._let_go()
            raise VidtagError(
                f"cannot start the decoder: {error.strerror}", hint="end other programs"
            ) from error
        finally:
            child_end.close()
            os.close(child_log)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def begin(self, job: Job) -> None:
        """Tell the child what to decode.

        Raises:
            RuntimeError: it was told before.
        """
        if self._path:
            raise RuntimeError("a decoder decodes one video")
        self._path, self._stall_s = job.path, job.limits.stall_s
        with suppress(BrokenPipeError, ConnectionResetError):
            self._connection.send(job)

    def opened(self) -> Opened:
        """Wait until the file is open and its first frame is there.

        Raises:
            VideoError: when there will be none.
        """
        message = self._receive()
        if isinstance(message, Opened):
            return message
        if isinstance(message, Refused):
            raise VideoError(message.message, hint=message.hint)
        raise VideoError(
            f"cannot read {self._path}: the decoder {message} before the first frame",
            hint="the file is damaged, or memory ran out",
        )

    def map_slots(self, layout: ring.Layout) -> Sequence[tuple[Picture, ...]]:
        """The slots of the shared memory, which the child fills in turn."""
        if self._memory is None:
            raise RuntimeError("the memory is mapped already")
        descriptor, self._memory = self._memory, None
        return layout.views(ring.map_memory(descriptor, layout.total_bytes))

    def next(self, *, number: int) -> Decoded | Finished:
        """Wait for frame `number`, or for the news that there is none."""
        message = self._receive()
        if isinstance(message, Decoded | Finished):
            return message
        if isinstance(message, Refused):  # it had to open the file again, and could not
            return Finished(0, (message.message,))
        when = f"after frame {number - 1}" if number else "before the first frame"
        return Finished(0, (f"the decoder {message} {when}",))

    def release(self, frames: int) -> None:
        """Let the child use the slots of the oldest `frames` again."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._connection.send_bytes(bytes(frames))

    def close(self) -> None:
        """End the child and let go of everything. May be called again."""
        if self._connection.closed:
            return
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.communicate(timeout=_END_S)
        self._relay_log()
        self._let_go()

    def _let_go(self) -> None:
        self._connection.close()
        os.close(self._log)
        if self._memory is not None:
            os.close(self._memory)

    def _receive(self) -> Message | str:
        """The next message that matters, or in words what has become of the child."""
        message: Message | str = Alive()
        while isinstance(message, Alive):
            message = self._receive_any()
            self._relay_log()
        return message

    def _receive_any(self) -> Message | str:
        if not self._wait():
            self._process.kill()
            return f"made no progress for {self._stall_s:g} s and was stopped"
        try:
            return load(self._connection.recv_bytes())
        except (EOFError, ConnectionResetError):
            return self._last_words()

    def _wait(self) -> bool:
        slices = math.ceil(self._stall_s / _SLICE_S)
        slice_s = self._stall_s / slices
        return any(self._poll.poll(slice_s * 1000) for _ in range(slices))

    def _last_words(self) -> str:
        try:
            code = self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            return "closed its end"
        if code >= 0:
            return f"ended (exit status {code})"
        name = signal.Signals(-code).name
        return f"was killed ({name})" if name in ("SIGKILL", "SIGTERM") else f"crashed ({name})"

    def _relay_log(self) -> None:
        """Pass on what FFmpeg says to those who want to know; nobody reads it otherwise."""
        if not _log.isEnabledFor(logging.DEBUG):
            return
        with suppress(BlockingIOError):
            while chunk := os.read(self._log, _LOG_CHUNK_BYTES):
                for line in chunk.decode(errors="replace").splitlines():
                    _log.debug("%s: %s", self._path and self._path.name, line)


def _start(connection: int, memory: int, log: int) -> subprocess.Popen[bytes]:
    """Start the child with these descriptors.

    It has a process group of its own, so that Ctrl-C does not reach it, and it ends when its
    standard input does: when this process closes it or is no more.
    """
    command = [sys.executable, "-P", "-c", _CODE, str(connection), str(memory)]
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)  # noqa: PTH109 - a string
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=log,
        pass_fds=(connection, memory),
        # It computes no matrices, and is there sooner without threads for them.
        env=os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
        process_group=0,
    )
