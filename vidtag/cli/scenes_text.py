"""How the command line writes shots and scenes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from vidtag.cli.format import clock, seconds
from vidtag.text import one_line

if TYPE_CHECKING:
    from vidtag.types import EpisodeReport, LabelTime, SceneReport, ShotReport

NARROW = 60  # below that, a stretch is told by its beginning alone
LEAST_FOR_NAMES = 12
NOBODY = "-"


def as_text(episode: EpisodeReport, *, width: int) -> str:
    """A line for each scene and one for each of its shots, `width` columns wide if it can be."""
    shots = len(episode.shots)
    title = f"{one_line(episode.video.name)}  {clock(episode.video.duration_us)}"
    counted = f"{_count(len(episode.scenes), 'scene')}, {_count(shots, 'shot')}"
    rows = [row for scene in episode.scenes for row in _scene_rows(scene, narrow=width < NARROW)]
    return "\n".join([title, counted, *([""] if rows else []), *_lines(rows, width)])


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _scene_rows(scene: SceneReport, *, narrow: bool) -> Iterator[tuple[list[str], list[str]]]:
    """(cells, names) of a scene and its shots."""
    yield _cells(f"scene {scene.number + 1}", scene, narrow=narrow), _names(scene.present)
    for shot in scene.shots:
        yield _cells(f"  shot {shot.number + 1}", shot, narrow=narrow), _names(shot.present)


def _cells(name: str, part: SceneReport | ShotReport, *, narrow: bool) -> list[str]:
    if narrow:
        return [name.replace("scene ", "").replace("shot ", ""), clock(part.start_us)]
    length = seconds(part.end_us - part.start_us)
    return [name, clock(part.start_us), clock(part.end_us), length]


def _names(present: Sequence[LabelTime]) -> list[str]:
    return [f"{one_line(each.label)} {seconds(each.duration_us)}" for each in present]


def _lines(rows: Sequence[tuple[list[str], list[str]]], width: int) -> Iterator[str]:
    if not rows:
        return
    columns = zip(*(cells for cells, _ in rows), strict=True)
    widths = [max(map(len, column)) for column in columns]
    left = sum(widths) + 2 * len(widths)
    for cells, names in rows:
        first, *others = cells
        shown = [first.ljust(widths[0])]
        shown += [cell.rjust(size) for cell, size in zip(others, widths[1:], strict=True)]
        beside = list(_wrapped(names, max(width - left, LEAST_FOR_NAMES)))
        yield "  ".join([*shown, beside[0]])
        yield from (" " * left + line for line in beside[1:])


def _wrapped(names: Sequence[str], width: int) -> Iterator[str]:
    """The names, separated by commas, in lines of at most `width` columns where that can be."""
    if not names:
        yield NOBODY
        return
    line = ""
    for number, name in enumerate(names):
        part = name if number == len(names) - 1 else f"{name},"
        if line and cell_len(line) + 1 + cell_len(part) > width:
            yield line
            line = ""
        line = f"{line} {part}" if line else part
    yield line
