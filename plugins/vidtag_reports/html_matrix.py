"""Matrices of times: who with whom, and who in which episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vidtag.api import CoPresence, EpisodeReport
from vidtag_reports.html_text import clock
from vidtag_reports.html_values import Cell, Matrix, MatrixRow
from vidtag_reports.stretches import clean


def copresence_matrix(together: CoPresence, colors: Mapping[str, int]) -> Matrix | None:
    """Who is on screen with whom for how long; `None` for fewer than two labels.

    The shade of a cell is the share of the row's screen time.
    """
    if len(together.labels) < 2:
        return None
    rows = []
    for at, (label, times_us) in enumerate(zip(together.labels, together.together_us, strict=True)):
        own_us = times_us[at]
        cells = tuple(
            Cell(
                text=clock(us) if us else "–",  # noqa: RUF001  nothing
                weight=0 if column == at else round(100 * us / own_us) if own_us else 0,
                own=column == at,
            )
            for column, us in enumerate(times_us)
        )
        row = MatrixRow(color=colors.get(label, 0), label=clean(label), anchor="", cells=cells)
        rows.append(row)
    columns = tuple((colors.get(label, 0), clean(label)) for label in together.labels)
    return Matrix(columns=columns, rows=tuple(rows))


def overview_matrix(
    episodes: Sequence[EpisodeReport], anchors: Sequence[str], colors: Mapping[str, int]
) -> Matrix:
    """Who is in which episode for how long; the shade is the share of the episode."""
    labels = list(colors)
    rows = tuple(
        MatrixRow(
            color=None,
            label=clean(episode.video.name),
            anchor=anchor,
            cells=_cells(episode, labels),
        )
        for episode, anchor in zip(episodes, anchors, strict=True)
    )
    return Matrix(columns=tuple((colors[label], clean(label)) for label in labels), rows=rows)


def _cells(episode: EpisodeReport, labels: Sequence[str]) -> tuple[Cell, ...]:
    times_us = {time.label: time.duration_us for time in episode.screen_times}
    whole_us = episode.video.duration_us
    return tuple(
        Cell(
            text=clock(times_us[label]) if times_us.get(label) else "–",  # noqa: RUF001  nothing
            weight=round(100 * times_us.get(label, 0) / whole_us) if whole_us else 0,
        )
        for label in labels
    )
