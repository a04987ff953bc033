"""Drawing panels, one for each label, as PNG. Matplotlib without pyplot: nothing global is kept.

Panels keep many labels readable where one plot with many lines does not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from vidtag.api import ModelError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours can be told apart by everybody, and these two also in grey.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#767676"

_INK = "#000000"
_FONT = "DejaVu Sans"  # comes with Matplotlib, so that a plot looks the same everywhere
_COLUMNS = 3
_PANEL_IN = 2.4  # width and height
_ALONE_IN = 3.6  # of a panel that is the only one
_TITLE_IN = 0.3
_LONGEST_NAME = 24
_STEPS = 5  # from a colour to white
_TICKS = (0, 0.5, 1)
_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.family": _FONT,
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "figure.labelsize": 8,
    "grid.color": "#dcdcdc",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "savefig.dpi": 120,
    "text.parse_math": False,  # a dollar in a name is a dollar
}


def check_matplotlib() -> None:
    """See that plots can be drawn.

    Raises:
        ModelError: if Matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise ModelError(
            "Matplotlib is needed and not installed", hint="pip install 'vidtag[train]'"
        ) from error


@contextmanager
def style() -> Iterator[None]:
    """Draw in our style, whatever the user's own settings of Matplotlib are."""
    import matplotlib.style

    with matplotlib.style.context(["default", _STYLE]):
        yield


def blank(*, rows: int, columns: int, width_in: float, height_in: float) -> tuple[Figure, Any]:
    """An empty figure and its (rows, columns) axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False)


def panels(
    titles: Sequence[str], *, x: str, y: str, below: float = 0.0
) -> tuple[Figure, list[Axes]]:
    """A figure with a square panel from 0 to 1 under each of `titles`, in rows.

    Args:
        titles: at least one.
        x: what is on the horizontal axes.
        y: what is on the vertical axes.
        below: room to leave below each panel, in heights of a panel.
    """
    columns = min(len(titles), _COLUMNS)
    rows = -(-len(titles) // columns)
    side = _ALONE_IN if len(titles) == 1 else _PANEL_IN
    figure, grid = blank(
        rows=rows,
        columns=columns,
        width_in=side * columns + 0.4,
        height_in=(side * (1 + below) + _TITLE_IN) * rows + 0.4,
    )
    figure.supxlabel(x)
    figure.supylabel(y)
    axes = list(grid.flat)
    for unused in axes[len(titles) :]:
        unused.remove()
    for panel, title in zip(axes, titles, strict=False):
        panel.set_title(title)
        panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
        panel.set(xticks=_TICKS, yticks=_TICKS)
    return figure, axes[: len(titles)]


def to_png(figure: Figure) -> bytes:
    """The bytes of `figure`: the same for the same figure, without a date or a program.

    Only our colours and their mixtures with white are drawn, so a palette of them shows the same
    and takes a third of the room.
    """
    from PIL import Image

    drawn, out = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png")
    palette = Image.new("P", (1, 1))
    palette.putpalette(_mixtures())
    with Image.open(drawn) as picture:
        reduced = picture.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE)
        reduced.save(out, format="png", optimize=True)
    return out.getvalue()


def _mixtures() -> list[int]:
    """Red, green, blue, red ... of every colour of ours, from itself to white."""
    return [
        round(level + (255 - level) * step / _STEPS)
        for colour in (_INK, BLUE, ORANGE, GREY)
        for step in range(_STEPS + 1)
        for level in bytes.fromhex(colour[1:])
    ]


def shown_name(label: str, number: int) -> str:
    """`label` as it can be drawn, or `label 3` where the font lacks letters or their order."""
    if not _is_drawable(label):
        return f"label {number}"
    return label if len(label) <= _LONGEST_NAME else f"{label[: _LONGEST_NAME - 1]}…"


def _is_drawable(label: str) -> bool:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties(family=_FONT)))
    return all(
        font.get_char_index(ord(char)) and unicodedata.bidirectional(char) not in ("R", "AL", "AN")
        for char in label
    )
