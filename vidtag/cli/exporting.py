"""Writes a report with an exporter: to stdout, into a file, or a file for each video."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag.cli.output import file_stem, rendered, replace_file
from vidtag.errors import EXIT_OK, EXIT_PARTIAL, UsageError, VidtagError
from vidtag.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidtag.cli.state import State
    from vidtag.registry import Registry
    from vidtag.types import EpisodeReport, Exporter, Report

LOSSES_SHOWN = 5


def choose_exporter(registry: Registry, name: str | None, output: Path | None) -> Exporter:
    """The exporter called `name`, or the one that writes files that end like `output`.

    Raises:
        UnknownNameError: nobody offers it.
        UsageError: none writes such files, or several do.
    """
    if name is not None:
        return registry.exporter(name)
    if output is None or not output.suffix:
        raise UsageError(
            "expected a format", hint=f"choose with --format: {', '.join(registry.exporters())}"
        )
    suffix = output.suffix.lower()
    fitting = {n: o.item for n, o in registry.exporters().items() if o.item.suffix == suffix}
    if len(fitting) != 1:
        known = " or ".join(fitting) or ", ".join(registry.exporters())
        raise UsageError(
            f"{len(fitting) or 'no'} formats end with {output.suffix}",
            hint=f"choose with --format: {known}",
        )
    [exporter] = fitting.values()
    return exporter


@dataclass(frozen=True)
class Export:
    """One export with `exporter` to `output`, a file or folder; `None` is stdout."""

    state: State
    exporter: Exporter
    output: Path | None
    start_timecode: str | None = None  # of each first frame; None: what the video says

    def run(self, report: Report) -> int:
        """Write what can be written; returns the exit code.

        Raises:
            UsageError: a file for each video is wanted where there is only stdout or a file.
            VidtagError: nothing could be written.
        """
        episodes = [each for each in report.episodes if each.video.frames is not None]
        for each in report.episodes:
            if each.video.frames is None:
                self.state.say_error(f"{one_line(each.video.name)}: not scanned to its end yet")
        if not episodes:
            raise VidtagError("there is nothing to export", hint="scan again")
        whole = replace(report, episodes=tuple(episodes))
        if self.exporter.one_video and (len(episodes) > 1 or self._names_folder()):
            folder = self._folder(len(episodes))
            self._tell_losses(whole)
            written = self._write_each(whole, folder)
        else:
            whole = self._timed(whole)
            self._tell_losses(whole)
            self._write(whole, self._file(whole))
            written = len(episodes)
        return EXIT_OK if written == len(report.episodes) else EXIT_PARTIAL

    def _timed(self, report: Report) -> Report:
        """With the start timecode of its only video; formats of several videos have none."""
        from vidtag.truth.timecode import ZERO

        told = report.episodes[0].video.timecode if len(report.episodes) == 1 else None
        return replace(report, start_timecode=self.start_timecode or told or str(ZERO))

    def _names_folder(self) -> bool:
        return self.output is not None and (self.output.is_dir() or not self.output.suffix)

    def _file(self, report: Report) -> Path | None:
        if self.output is None or not self.output.is_dir():
            return self.output
        stem = file_stem(report.episodes[0].video) if self.exporter.one_video else "vidtag"
        return self.output / f"{stem}{self.exporter.suffix}"

    def _folder(self, count: int) -> Path:
        if self.output is None or not self._names_folder():
            raise UsageError(
                f"{self.exporter.name} tells of one video, and there are {count}",
                hint="name a folder with -o, or choose one with --series, --season and --episode",
            )
        try:
            self.output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VidtagError(
                f"{self.output}: cannot be made: {error.strerror}", hint="choose another with -o"
            ) from error
        return self.output

    def _write_each(self, report: Report, folder: Path) -> int:
        """How many were written; what one video lacks keeps no other from being written."""
        written, failed = 0, None
        for episode, stem in zip(report.episodes, _stems(report.episodes), strict=True):
            path = folder / f"{stem}{self.exporter.suffix}"
            try:
                self._write(self._timed(replace(report, episodes=(episode,))), path)
            except UsageError:
                raise
            except VidtagError as error:
                failed = error
                self.state.say_error(str(error))
            else:
                written += 1
        if not written:
            raise VidtagError(f"{folder}: nothing was written") from failed
        self.state.say(f"{folder}: {written} file{'' if written == 1 else 's'} written")
        return written

    def _write(self, report: Report, path: Path | None) -> None:
        content = rendered(self.exporter, report)
        if path is not None:
            replace_file(path, content)
            return
        if b"\0" in content and sys.stdout.isatty():
            raise UsageError("a terminal cannot show this format", hint="name a file with -o")
        click.echo(content, nl=False)

    def _tell_losses(self, report: Report) -> None:
        losses = list(self.exporter.losses(report))
        for loss in losses[:LOSSES_SHOWN]:
            self.state.say(f"{self.exporter.name}: {one_line(loss)}")
        if len(losses) > LOSSES_SHOWN:
            more = len(losses) - LOSSES_SHOWN
            self.state.say(f"{self.exporter.name}: {more} more such losses")


def _stems(episodes: Sequence[EpisodeReport]) -> list[str]:
    """A name for each file, no two the same on a file system that ignores case."""
    stems = [file_stem(each.video) for each in episodes]
    count = Counter(stem.lower() for stem in stems)
    return [
        stem if count[stem.lower()] == 1 else f"{stem} {each.video.sha256[:8]}"
        for stem, each in zip(stems, episodes, strict=True)
    ]
