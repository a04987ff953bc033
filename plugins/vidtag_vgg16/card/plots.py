"""The plots of what scores are worth: ROC, precision and recall, calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vidtag_vgg16.card.drawing import (
    BLUE,
    GREY,
    ORANGE,
    panels,
    shown_name,
    style,
    to_png,
)  # fmt: skip
from vidtag_vgg16.card.judged import Judged, judge, weakest
from vidtag_vgg16.card.values import Plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from vidtag_vgg16.record import Judgement

_STRIP = (0.0, -0.32, 1.0, 0.26)  # left, bottom, width, height of the counts, in panels
_MARK = "The dot is the threshold."


def draw_judgement(judgement: Judgement, thresholds: Mapping[str, float]) -> tuple[Plot, ...]:
    """The three plots, with a panel for each label."""
    labels = judge(judgement, thresholds)
    chosen = weakest(labels)
    caption = _caption(chosen, len(labels))
    with style():
        return (
            _draw_roc(chosen, caption),
            _draw_precision_recall(chosen, caption),
            _draw_calibration(chosen, caption),
        )


def _caption(chosen: Sequence[Judged], count: int) -> str:
    names = [f"“{_shown(one)}” is {one.label}." for one in chosen if _shown(one) != one.label]
    if len(chosen) == count:
        return " ".join(names)
    return " ".join((
        f"Drawn are the {len(chosen)} of {count} labels with the lowest average precision.",
        *names,
    ))  # fmt: skip


def _shown(one: Judged) -> str:
    return shown_name(one.label, one.number)


def _draw_roc(labels: Sequence[Judged], caption: str) -> Plot:
    def draw(panel: Axes, one: Judged) -> None:
        panel.plot([0, 1], [0, 1], color=GREY, linestyle=":")
        panel.plot(one.points.false_alarm_rate, one.points.recall, color=BLUE)
        _mark(panel, one.false_alarm_rate, one.recall)

    told = [
        f"{one.label}: area under the curve {one.points.area:.3f}; at the threshold recall "
        f"{one.recall:.3f}, false alarms {one.false_alarm_rate:.3f}"
        for one in labels
    ]
    return Plot(
        name="roc.png",
        title="ROC curves",
        alt=f"Recall against false alarms, by threshold. {'. '.join(told)}.",
        png=_draw_panels(
            labels,
            draw,
            value=lambda one: f"area {one.points.area:.3f}",
            x="false alarms (share of the pictures without the label)",
            y="recall (share of the pictures with it)",
        ),
        caption=f"{_MARK} {caption}".rstrip(),
    )


def _draw_precision_recall(labels: Sequence[Judged], caption: str) -> Plot:
    def draw(panel: Axes, one: Judged) -> None:
        share = one.points.present / (one.points.present + one.points.absent)
        panel.axhline(share, color=GREY, linestyle=":")
        # Between two points precision is no straight line; a step promises nothing.
        panel.step(one.points.recall, one.points.precision, where="pre", color=BLUE)
        _mark(panel, one.recall, one.precision)

    told = [
        f"{one.label}: average precision {one.average_precision:.3f}; at the threshold precision "
        f"{one.precision:.3f}, recall {one.recall:.3f}"
        for one in labels
    ]
    return Plot(
        name="precision_recall.png",
        title="Precision and recall",
        alt=f"Precision against recall, by threshold. {'. '.join(told)}.",
        png=_draw_panels(
            labels,
            draw,
            value=lambda one: f"average precision {one.average_precision:.3f}",
            x="recall (share of the pictures with the label)",
            y="precision (share of what is found)",
        ),
        caption=f"{_MARK} Dotted: the precision of guessing. {caption}".rstrip(),
    )


def _draw_calibration(labels: Sequence[Judged], caption: str) -> Plot:
    told = [
        f"{one.label}: off by {one.reliability.error:.3f}; share of pictures with it by score: "
        + ", ".join(_bins(one))
        for one in labels
    ]
    return Plot(
        name="calibration.png",
        title="Calibration",
        alt=f"Share of pictures with the label against their score. {'. '.join(told)}.",
        png=_draw_panels(
            labels,
            _draw_reliability,
            value=lambda one: f"off by {one.reliability.error:.3f}",
            x="score; below, the number of pictures with about that score",
            y="share of the pictures that have the label",
            below=-_STRIP[1],
        ),
        caption=(
            f"“Off by” is the expected calibration error; thin lines are 95 % intervals. {caption}"
        ).rstrip(),
    )


def _bins(one: Judged) -> list[str]:
    bins = one.reliability
    return [
        f"{share:.2f} at {score:.2f} ({count})"
        for score, share, count in zip(bins.score, bins.share, bins.count, strict=True)
    ]


def _draw_reliability(panel: Axes, one: Judged) -> None:
    bins = one.reliability
    panel.plot([0, 1], [0, 1], color=GREY, linestyle=":")
    panel.errorbar(
        bins.score,
        bins.share,
        yerr=np.stack([bins.share - bins.low, bins.high - bins.share]),
        color=BLUE,
        marker="o",
        markersize=3,
        elinewidth=0.8,
    )
    panel.tick_params(labelbottom=False)
    counts = panel.inset_axes(_STRIP, sharex=panel)
    counts.bar(bins.middle, bins.count, width=0.09, color=GREY)
    counts.locator_params(axis="y", nbins=2, integer=True)


def _draw_panels(
    labels: Sequence[Judged],
    draw: Callable[[Axes, Judged], None],
    *,
    value: Callable[[Judged], str],
    x: str,
    y: str,
    below: float = 0.0,
) -> bytes:
    """A panel for each label, under its name and `value`, with room for `below` panels more."""
    titles = [f"{_shown(one)}\n{value(one)}" for one in labels]
    figure, axes = panels(titles, x=x, y=y, below=below)
    for panel, one in zip(axes, labels, strict=True):
        draw(panel, one)
    return to_png(figure)


def _mark(panel: Axes, x: float, y: float) -> None:
    """Where the threshold lies; on the edge of the panel the dot must not be cut off."""
    panel.plot(x, y, color=ORANGE, marker="o", clip_on=False, zorder=3)
