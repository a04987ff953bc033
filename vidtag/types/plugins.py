"""What reporters, exporters and fetchers are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from vidtag.types.report import Report


@runtime_checkable
class Reporter(Protocol):
    """Writes a report in one format.

    A reporter may say `needs_scenes = False`: it then gets episodes without `scenes` and
    `frame_rate`, and the report is made in less time.
    """

    @property
    def name(self) -> str:
        """What `--format` selects, kebab-case."""

    @property
    def suffix(self) -> str:
        """File name ending, with the dot."""

    @property
    def media_type(self) -> str:
        """IANA media type."""

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the whole of `report` to `out`; never closes it."""


@runtime_checkable
class Exporter(Reporter, Protocol):
    """A reporter whose file is for another program: it says who is where, not for how long.

    Its episodes were all scanned to their end. It may raise `VidtagError` for what its format
    cannot carry at all.
    """

    @property
    def one_video(self) -> bool:
        """Whether a file tells of one video only; such an exporter gets one episode at a time."""

    def losses(self, report: Report) -> Iterable[str]:
        """What the format cannot carry of `report`, each a sentence of one line."""


@runtime_checkable
class Fetcher(Protocol):
    """Downloads a video from an address."""

    @property
    def name(self) -> str:
        """What `--with` selects, kebab-case."""

    def accepts(self, url: str) -> bool:
        """Whether this fetcher would try `url`. Asks no network."""

    def fetch(self, url: str, folder: Path, progress: FetchProgress) -> Path:
        """Download `url` into `folder` and return the file's path inside it.

        Raises:
            FetchError: with what went wrong and what to do.
        """


class FetchProgress(Protocol):
    """Told how far a download is."""

    def __call__(self, done_bytes: int, total_bytes: int | None) -> None:
        """`total_bytes` is `None` as long as nobody knows."""
