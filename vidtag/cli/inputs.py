"""From what was typed to the files that are meant, and the episodes that they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from vidtag.errors import UsageError, VidtagError
from vidtag.types import Episode

VIDEO_SUFFIXES = frozenset({
    ".3gp", ".asf", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg",
    ".mts", ".mxf", ".ogv", ".ts", ".webm", ".wmv",
})  # fmt: skip

_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}|/0*[1-9][0-9]{0,8})?")
_EPISODE_CODE = re.compile(
    r"s\d+[ ._-]*e\d|\bseason\b.*\bepisode\b|(?<!\d)\d{1,2}x\d{1,3}(?!\d)", re.IGNORECASE
)


def find_videos(paths: Sequence[Path]) -> list[Path]:
    """The files meant by `paths`: files as they are, folders with all videos below them.

    Raises:
        VidtagError: a folder has no videos in it.
    """
    return list(
        dict.fromkeys(file for path in paths for file in _expand(path, "videos", VIDEO_SUFFIXES))
    )


def find_pictures(paths: Sequence[Path]) -> list[Path]:
    """The files meant by `paths`: files as they are, folders with all pictures below them.

    Raises:
        VidtagError: a folder has no pictures in it.
    """
    from vidtag.dataset.pictures import SUFFIXES

    return list(
        dict.fromkeys(file for path in paths for file in _expand(path, "pictures", SUFFIXES))
    )


def check_person_name(name: str) -> None:
    """See that `name` can be somebody's, and a label.

    Raises:
        UsageError: saying why not.
    """
    from vidtag.dataset import unsafe_reason

    if reason := unsafe_reason(name):
        raise UsageError(f"{name!r} is no good name: {reason}", hint="choose another")


def _expand(path: Path, what: str, suffixes: Collection[str]) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    found = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in suffixes and file.is_file() and not _hidden(file, path)
    )
    if not found:
        raise VidtagError(
            f"{path}: the folder has no {what} in it",
            hint=f"looked for {', '.join(sorted(suffixes))}",
        )
    yield from found


def _hidden(file: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(below).parts)


def episode_from_name(path: Path) -> Episode | None:
    """Series, season and episode as the file name tells them, or `None` where it is unclear.

    Clear means that the name writes a season and a single episode as such (`S03E02`, `3x02`): a
    bare number (`clip_270`) may be anything.
    """
    if not _EPISODE_CODE.search(path.name):
        return None
    from guessit import guessit

    guess = guessit(path.name, {"type": "episode"})
    series, season, number = guess.get("title"), guess.get("season"), guess.get("episode")
    if not (isinstance(series, str) and isinstance(season, int) and isinstance(number, int)):
        return None
    title = guess.get("episode_title")
    return Episode(
        series=series,
        season=season,
        episode=number,
        title=title if isinstance(title, str) else None,
    )


def complete_episode(path: Path, given: Episode, *, ask: bool) -> Episode:
    """What was given on the command line, then what the file name says, then what a person says.

    Args:
        path: the video.
        given: from options; always wins.
        ask: whether a person may be asked for what is still open.
    """
    guess = episode_from_name(path)
    if guess is None and ask and given.series is None:
        guess = _ask(path)
    if guess is None:
        return given
    return replace(
        given,
        series=given.series if given.series is not None else guess.series,
        season=given.season if given.season is not None else guess.season,
        episode=given.episode if given.episode is not None else guess.episode,
        title=given.title if given.title is not None else guess.title,
    )


def _ask(path: Path) -> Episode:
    click.echo(f"{path.name}: the name does not tell the episode (Enter leaves it open)", err=True)
    series = click.prompt("  series", default="", show_default=False, err=True).strip()
    code = click.prompt("  episode, as S03E02", default="", show_default=False, err=True)
    season, number = parse_code(code)
    return Episode(series=series or None, season=season, episode=number)


def parse_code(code: str) -> tuple[int | None, int | None]:
    """`S03E02`, `3x2` or an empty text as (season, episode).

    Raises:
        UsageError: `code` is none of these.
    """
    if not code.strip():
        return None, None
    match = re.fullmatch(r"\s*(?:s(\d+)\s*e(\d+)|(\d+)x(\d+))\s*", code, re.IGNORECASE)
    if match is None:
        raise UsageError(f"{code!r} is no episode", hint="write it as S03E02 or 3x2")
    season, number = (group for group in match.groups() if group is not None)
    return int(season), int(number)


def frames_a_second(text: str) -> Fraction:
    """A rate as it is typed, exact: `4`, `0.5` or `30000/1001`.

    Raises:
        click.BadParameter: it is none, or not above zero.
    """
    rate = Fraction(text) if _RATE.fullmatch(text) else Fraction(0)
    if not rate:
        raise click.BadParameter(
            f"{text!r} is no number of frames a second above 0; write it as 4, 0.5 or 30000/1001"
        )
    return rate


class FilePath(click.Path):
    """A file or folder on this machine.

    An empty text, which a shell makes of an unset variable, is not the current folder.
    """

    name = "path"

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, if it can be one."""
        if not value:
            self.fail("it is empty; name a file or a folder", param, ctx)
        if "://" in str(value):
            self.fail(
                f"{value} is an address, not a file; download it with `vidtag fetch`", param, ctx
            )
        return super().convert(value, param, ctx)


def one_only(paths: Iterable[Path], option: str, value: object) -> None:
    """Refuse an option that says something about one video when there are several.

    Raises:
        UsageError: there are several.
    """
    count = len(list(paths))
    if value is not None and count != 1:
        raise UsageError(
            f"{option} belongs to one video, and there are {count}",
            hint="scan them one by one, or let the file names tell",
        )
