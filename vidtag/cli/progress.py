"""Progress bars, on stderr, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from vidtag.types import VideoInfo


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()


class _ShortName(TextColumn):
    """What a line is about, in two fifths of its width, so that a long name leaves room."""

    def __init__(self, console: Console) -> None:
        super().__init__("{task.description}", markup=False)
        self._console = console

    def render(self, task: Task) -> Text:
        text = super().render(task)
        text.truncate(self._console.width * 2 // 5, overflow="ellipsis")
        return text


class ScanBars(_Bar):
    """Shows how far scans are, one line for each that is going on.

    Args:
        console: where to; standard error if nothing is said.
    """

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        super().__init__(
            Progress(
                _ShortName(console),
                BarColumn(bar_width=None),
                TextColumn("{task.fields[frames]} frames"),
                TimeRemainingColumn(),
                console=console,
                transient=True,
            )
        )

    def add(self) -> ScanBar:
        """A line for one video after the other."""
        return ScanBar(self._progress)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the lines away for a while."""
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()


class ScanBar:
    """Shows how far a scan is, by time in the video when its length is known."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._frames = 0

    def begin(self, info: VideoInfo, names: Sequence[str]) -> None:
        """A video was opened, or opened again."""
        self._frames = 0
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(
            f"{info.path.name}  {', '.join(names)}", total=info.claimed_duration_us, frames=0
        )

    def advance(self, frames: int, pts_us: int) -> None:
        """`frames` more frames are labelled, up to the time `pts_us`."""
        if self._task is not None:
            self._frames += frames
            self._progress.update(self._task, completed=pts_us, frames=self._frames)

    def wait(self) -> None:
        """Another scan of the same video is at what is left."""
        if self._task is not None:
            self._progress.update(self._task, description="waiting for another scan of this video")


class CountBar(_Bar):
    """Shows how many of a known number of things are done.

    Args:
        what: is done with them.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=None),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
        )
        self._what = what

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` are done."""
        if self._task is None:
            self._task = self._progress.add_task(self._what, total=total)
        self._progress.update(self._task, completed=done)


class FetchBar(_Bar):
    """Shows how far a download is."""

    def __init__(self) -> None:
        super().__init__(
            Progress(
                TextColumn("downloading"),
                BarColumn(bar_width=None),
                DownloadColumn(),
                TransferSpeedColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
        )

    def __call__(self, done_bytes: int, total_bytes: int | None) -> None:
        """`total_bytes` is `None` as long as nobody knows."""
        if self._task is None:
            self._task = self._progress.add_task("download", total=total_bytes)
        self._progress.update(self._task, completed=done_bytes, total=total_bytes)
