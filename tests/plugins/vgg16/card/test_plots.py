from __future__ import annotations

import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.plugins.vgg16.card.making import HISTORY, HOSTILE, judgement_of
from vidtag.api import ModelError
from vidtag_vgg16.card.drawing import check_matplotlib, shown_name
from vidtag_vgg16.card.epochs import draw_history
from vidtag_vgg16.card.plots import draw_judgement
from vidtag_vgg16.card.values import Plot
from vidtag_vgg16.record import History

LARGEST_BYTES = 60_000


@pytest.fixture
def blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws nothing: the words of a plot do not need it."""
    monkeypatch.setattr("vidtag_vgg16.card.plots._draw_panels", lambda *_, **__: b"")


def draw(*labels: str) -> tuple[Plot, ...]:
    return draw_judgement(judgement_of(*labels), dict.fromkeys(labels, 0.5))


def size_px(plot: Plot) -> tuple[int, int]:
    """(width, height)."""
    assert plot.png.startswith(b"\x89PNG\r\n")
    picture = cv2.imdecode(np.frombuffer(plot.png, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    height, width = picture.shape[:2]
    return width, height


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (1, [(480, 516), (480, 516), (480, 654)]),
        (2, [(624, 372), (624, 372), (624, 464)]),
        (30, [(912, 1020), (912, 1020), (912, 1296)]),  # the nine weakest
    ],
)
def test_plots_have_a_panel_for_each_label(count: int, sizes: list[tuple[int, int]]) -> None:
    plots = draw(*(f"label-{number}" for number in range(count)))

    assert [plot.name for plot in plots] == ["roc.png", "precision_recall.png", "calibration.png"]
    assert [size_px(plot) for plot in plots] == sizes
    assert max(len(plot.png) for plot in plots) < LARGEST_BYTES


@pytest.mark.usefixtures("blank")
def test_a_plot_says_its_figures_in_words() -> None:
    roc, precision_recall, calibration = draw("ross")

    assert roc.alt == (
        "Recall against false alarms, by threshold. ross: area under the curve 0.375; at the "
        "threshold recall 0.500, false alarms 0.500."
    )
    assert precision_recall.alt == (
        "Precision against recall, by threshold. ross: average precision 0.500; at the threshold "
        "precision 0.500, recall 0.500."
    )
    assert calibration.alt.startswith(
        "Share of pictures with the label against their score. ross: off by 0.564; share of "
        "pictures with it by score: 1.00 at 0.05 (1), 0.00 at 0.18 (1), "
    )


@pytest.mark.usefixtures("blank")
def test_of_many_labels_the_weakest_are_drawn() -> None:
    labels = tuple(f"label-{number}" for number in range(12))
    judgement = judgement_of(*labels)
    scores = judgement.scores.copy()
    scores[:, :3] = judgement.present[:, :3]  # the first three are always right

    roc, *_ = draw_judgement(replace(judgement, scores=scores), dict.fromkeys(labels, 0.5))

    assert "Drawn are the 9 of 12 labels with the lowest average precision." in roc.caption
    assert "label-2:" not in roc.alt
    assert "label-3:" in roc.alt


@pytest.mark.usefixtures("blank")
def test_names_that_cannot_be_drawn_are_numbered() -> None:
    roc, *_ = draw(*HOSTILE)

    assert "“label 2” is مريم." in roc.caption
    assert f"“{'x' * 23}…” is {'x' * 60}." in roc.caption
    assert "a$b$" not in roc.caption  # is drawn as it is


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Zoë", "Zoë"),
        ("$x$", "$x$"),
        ("<b>", "<b>"),
        ("עברית", "label 7"),
        ("漢字", "label 7"),
        ("x" * 24, "x" * 24),
        ("x" * 25, f"{'x' * 23}…"),
    ],
)
def test_shown_name(label: str, shown: str) -> None:
    assert shown_name(label, 7) == shown


def test_the_curves_say_which_epoch_was_kept() -> None:
    plot = draw_history(HISTORY, held_out=True)

    assert plot.name == "curves.png"
    assert size_px(plot) == (864, 348)
    assert plot.caption == ""
    assert plot.alt.startswith(
        "Loss and accuracy over 6 epochs. Kept was epoch 5: training loss 0.200, validation loss "
        "0.220, training accuracy 0.920, validation accuracy 0.900. At the end: training loss"
    )


def test_the_curves_say_from_where_on_the_last_block_was_trained() -> None:
    history = replace(HISTORY, fine_tuned_from=4)

    plot = draw_history(history, held_out=True)

    assert plot.caption == "From epoch 5 on the last block was trained too."


def test_a_single_epoch_can_be_seen() -> None:
    """A line of one point cannot: the marker must be there."""
    single = History(epochs=HISTORY.epochs[:1], best=0)
    plot = draw_history(single, held_out=False)

    picture = cv2.imdecode(np.frombuffer(plot.png, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert picture is not None
    below_legend = picture[60:]
    assert (below_legend == (0x00, 0x72, 0xB2)).all(axis=-1).sum() > 20
    assert plot.caption == "No picture was held out: both lines are of the same pictures."


def test_the_same_figures_give_the_same_bytes() -> None:
    assert draw("ross") == draw("ross")
    assert draw_history(HISTORY, held_out=True) == draw_history(HISTORY, held_out=True)


def test_drawing_leaves_no_setting_behind() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    with mpl.rc_context({"lines.linewidth": 9.0, "axes.facecolor": "red"}):
        plots = draw("ross")

    assert plots == draw("ross")
    assert dict(mpl.rcParams) == before


def test_missing_matplotlib_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)

    with pytest.raises(ModelError) as raised:
        check_matplotlib()

    assert str(raised.value) == (
        "Matplotlib is needed and not installed; pip install 'vidtag[train]'"
    )
