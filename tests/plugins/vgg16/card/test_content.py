from __future__ import annotations

from dataclasses import replace

import pytest

from tests.plugins.vgg16.card.making import HOSTILE, lesson_of, manifest_of, without_judgement
from tests.plugins.vgg16.making import random_block5
from vidtag.api import Region
from vidtag_vgg16.block5 import Block5
from vidtag_vgg16.card.content import isolated, make_card
from vidtag_vgg16.card.values import Card, Plot, Section, Table
from vidtag_vgg16.learning import Lesson

PLOT = Plot(name="curves.png", title="Training curves", alt="falls", png=b"png")


def card_of(lesson: Lesson, *, labels: tuple[str, ...] = ("ross",), mistakes: str = "") -> Card:
    return make_card(manifest_of(*labels), lesson, curves=PLOT, judged=(), mistakes=mistakes)


def section(card: Card, title: str) -> Section:
    [found] = [section for section in card.sections if section.title == title]
    return found


def test_thresholds_have_intervals() -> None:
    card = card_of(lesson_of("ross"))

    assert section(card, "How it decides").tables == (
        Table(
            title="Thresholds",
            header=("label", "threshold", "95 % interval"),
            rows=(("ross", "0.500", "not known: fewer than 5 shots were held out"),),
        ),
    )
    assert section(card, "What it is worth").tables[1].rows == (
        ("ross", "0.125", "0.000 to 0.250"),
    )


@pytest.mark.parametrize(
    ("block5", "network"),
    [
        (None, f"A frozen VGG16 (bundled, SHA-256 {'b' * 64})"),
        (
            random_block5(),
            (f"A VGG16 (bundled, SHA-256 {'b' * 64}) whose last block was trained with the head"),
        ),
    ],
    ids=["frozen", "fine-tuned"],
)
def test_it_is_said_what_was_trained(block5: Block5 | None, network: str) -> None:
    card = card_of(replace(lesson_of("ross"), block5=block5))

    [text] = section(card, "How it decides").paragraphs
    assert text.startswith(f"{network} looks at the whole frame, scaled to 224x224 pixels; ")


def test_what_is_not_known_is_not_said() -> None:
    manifest = replace(manifest_of("ross"), metrics={})
    card = make_card(manifest, without_judgement("ross"), curves=PLOT, judged=(), mistakes="")
    worth = section(card, "What it is worth")

    assert worth.paragraphs == (
        (
            "Too few pictures to hold any back: how well it does on others is not known; collect "
            "more, from several shots."
        ),
    )
    assert (worth.tables, worth.plots) == ((), ())
    assert section(card, "How it decides").tables[0].header == ("label", "threshold")
    assert "Its worst mistakes" not in [section.title for section in card.sections]


def test_a_head_that_is_not_calibrated_is_not_called_so() -> None:
    card = card_of(replace(lesson_of("ross"), thresholds={}))

    assert section(card, "What it is worth").paragraphs[1] == (
        "The held-out pictures are shots that were not learnt from. They also served to choose the "
        "epoch, so expect a little less on other videos."
    )


@pytest.mark.parametrize(("region", "words"), [("frame", "the whole frame"), ("face", "each face")])
def test_what_it_looks_at(region: Region, words: str) -> None:
    manifest = replace(manifest_of("ross"), region=region)
    card = make_card(manifest, lesson_of("ross"), curves=PLOT, judged=(), mistakes="")

    assert f"looks at {words}, scaled to 224x224" in section(card, "How it decides").paragraphs[0]


def test_the_mistakes_are_named_not_shown() -> None:
    card = card_of(lesson_of("ross"), mistakes="mistakes/ross/mistakes.html")

    [text] = section(card, "Its worst mistakes").paragraphs
    assert "mistakes/ross/mistakes.html in the cache of vidtag, on the machine where it" in text


def test_a_figure_belongs_to_the_longest_label_that_it_begins_with() -> None:
    manifest = replace(
        manifest_of("ann", "ann b"),
        metrics={"ann f1": 0.25, "ann b f1": 0.5, "ann b recall": 1.0, "loss": 0.125},
    )
    card = make_card(manifest, lesson_of("ann", "ann b"), curves=PLOT, judged=(), mistakes="")

    assert section(card, "What it is worth").tables[0] == Table(
        title="Figures",
        header=("label", "f1", "recall", "loss"),
        rows=(
            ("ann", "0.250", "-", "-"),
            ("ann b", "0.500", "1.000", "-"),
            ("all labels", "-", "-", "0.125"),
        ),
    )


def test_every_label_is_in_the_card() -> None:
    card = card_of(lesson_of(*HOSTILE), labels=HOSTILE)

    rows = section(card, "How it decides").tables[0].rows
    assert [row[0] for row in rows] == [isolated(label) for label in HOSTILE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ross", "ross"),
        ("مريم", "\u2068مريم\u2069"),
        ("a\nb\u202ec", "a b c"),
    ],
)
def test_isolated(text: str, expected: str) -> None:
    assert isolated(text) == expected
