"""The plot of how a training went."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vidtag_vgg16.card.drawing import BLUE, GREY, ORANGE, blank, style, to_png
from vidtag_vgg16.card.values import Plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from vidtag_vgg16.record import Epoch, History

_FEW = 3  # epochs; fewer points do not make a line that can be seen
_NOTHING_HELD_OUT = "No picture was held out: both lines are of the same pictures."


def draw_history(history: History, *, held_out: bool) -> Plot:
    """Loss and accuracy over the epochs, with the one whose weights were kept marked."""
    with style():
        figure, [[loss, accuracy]] = blank(rows=1, columns=2, width_in=7.2, height_in=2.9)
        _draw(loss, history, lambda epoch: (epoch.loss, epoch.validation_loss))
        loss.set(ylabel="loss (cross-entropy)", ylim=(0, None))
        _draw(accuracy, history, lambda epoch: (epoch.accuracy, epoch.validation_accuracy))
        accuracy.set(ylabel="accuracy (share of labels right)", ylim=(None, 1.02))
        figure.legend(*loss.get_legend_handles_labels(), loc="outside upper center", ncols=3)
        png = to_png(figure)
    return Plot(
        name="curves.png",
        title="Training curves",
        alt=_describe(history),
        png=png,
        caption=_caption(history, held_out=held_out),
    )


def _draw(axes: Axes, history: History, values: Callable[[Epoch], tuple[float, float]]) -> None:
    train, validation = zip(*map(values, history.epochs), strict=True)
    numbers = range(1, len(history.epochs) + 1)
    marker = "o" if len(numbers) < _FEW else ""
    axes.plot(numbers, train, color=BLUE, marker=marker, label="training")
    axes.plot(numbers, validation, color=ORANGE, linestyle="--", marker=marker, label="validation")
    kept = history.best + 1
    axes.axvline(kept, color=GREY, linestyle=":", label=f"kept: epoch {kept}")
    axes.set_xlabel("epoch")
    axes.locator_params(axis="x", integer=True)


def _caption(history: History, *, held_out: bool) -> str:
    if not held_out:
        return _NOTHING_HELD_OUT
    if history.fine_tuned_from is None:
        return ""
    return f"From epoch {history.fine_tuned_from + 1} on the last block was trained too."


def _describe(history: History) -> str:
    kept, last = history.epochs[history.best], history.epochs[-1]
    return (
        f"Loss and accuracy over {len(history.epochs)} epochs. Kept was epoch {history.best + 1}: "
        f"{_figures(kept)}. At the end: {_figures(last)}."
    )


def _figures(epoch: Epoch) -> str:
    return (
        f"training loss {epoch.loss:.3f}, validation loss {epoch.validation_loss:.3f}, "
        f"training accuracy {epoch.accuracy:.3f}, "
        f"validation accuracy {epoch.validation_accuracy:.3f}"
    )
