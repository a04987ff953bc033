"""The whole report: which videos, whom, added up how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from vidtag import __version__
from vidtag.errors import UnknownNameError
from vidtag.report import groups
from vidtag.report.definition import definition
from vidtag.report.episodes import Answered, answer
from vidtag.report.scenes import scenes
from vidtag.types import Group, Grouping, Report, VideoFindings

if TYPE_CHECKING:
    from pathlib import Path

    from vidtag.store import Database

_GROUPS: dict[Grouping, Callable[[Iterable[Answered]], Iterator[Group]]] = {
    "scene": scenes,
    "episode": groups.episodes,
    "season": groups.seasons,
    "series": groups.series,
}


def build_report(
    database: Database,
    *,
    series: str | None = None,
    season: int | None = None,
    episode: int | None = None,
    path: Path | None = None,
    characters: tuple[str, ...] = (),
    detectors: tuple[str, ...] = (),
    by: Grouping = "episode",
    correct: bool = True,
    detail: bool = True,
) -> Report:
    """Screen time per character and episode, season and series.

    Args:
        database: what was scanned.
        series: this series only.
        season: this season only.
        episode: this episode only.
        path: this file only.
        characters: these labels only; all when empty.
        detectors: runs of these detectors only; all when empty.
        by: what `Report.groups` are.
        correct: whether what people said is applied.
        detail: whether episodes have scenes and frame rates; implied by `by="scene"`.

    Raises:
        UnknownNameError: nobody knows one of `characters`, or no finished run is of one of
            `detectors`.
    """
    found = database.findings(
        series=series, season=season, episode=episode, path=path, detail=detail or by == "scene"
    )
    _check_known(found, characters, detectors)
    answered = [
        answer(
            database,
            each,
            characters=characters,
            detectors=detectors,
            correct=correct,
            in_scenes=by == "scene",
        )
        for each in found
    ]
    known = [each for each in answered if each.report.video.episode.series is not None]
    return Report(
        episodes=tuple(each.report for each in answered),
        generator=f"vidtag {__version__}",
        definition=definition(
            [each.report for each in answered], correct=correct, detectors=detectors
        ),
        by=by,
        groups=tuple(_GROUPS[by](answered)),
        seasons=tuple(each for each in groups.seasons(known) if each.season is not None),
        series=tuple(groups.series(known)),
        total=groups.everything(answered) if answered else None,
        corrected=correct,
    )


def _check_known(
    found: Iterable[VideoFindings], characters: Sequence[str], detectors: Sequence[str]
) -> None:
    found = list(found)
    runs = [run.run for each in found for run in each.runs]
    people = {said.label for each in found for said in each.corrections}
    labels = {label for run in runs for label in run.labels} | people
    names = {run.identity.name for run in runs}
    for kind, asked, known in (("label", characters, labels), ("detector", detectors, names)):
        for name in asked:
            if name not in known:
                raise UnknownNameError(kind, name, known)
