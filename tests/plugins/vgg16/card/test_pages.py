"""Golden files: `pytest --update-golden` writes them anew; read the diff before committing."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.plugins.vgg16.card.making import HOSTILE
from vidtag_vgg16.card.mistakes import LabelMistakes, Mistake
from vidtag_vgg16.card.pages import card_as_markdown, card_as_page, mistakes_as_page
from vidtag_vgg16.card.values import Card, Plot, Section, Table

GOLDEN = Path(__file__).parent / "golden"
CARD = Card(
    name="friends",
    summary="ross <3 & مريم",
    sections=(
        Section(title="Use", paragraphs=("One.", "Two | *three*."), command="vidtag scan VIDEO"),
        Section(
            title="Worth",
            tables=(
                Table(
                    title="Figures",
                    header=("label", "f1", "recall"),
                    rows=(("ross|_<b>", "0.500", "1.000"), ("\u2068مريم\u2069", "-", "0.250")),
                ),
            ),
            plots=(
                Plot(name="roc.png", title="ROC", alt='area "0.9"', png=b"PNG 1", caption="[dot]"),
                Plot(name="a_b.png", title="Curves", alt="falls", png=b"PNG 2"),
            ),
        ),
    ),
)
MISTAKES = (
    LabelMistakes(
        label="<i>ross",
        threshold=0.5,
        false_alarms=(
            Mistake(file="no_ross/<b>1.jpg", score=0.9375, jpeg=b"JPEG"),
            Mistake(file="no_ross/2.jpg", score=0.75, jpeg=b""),
        ),
        false_alarm_count=14,
        misses=(),
        miss_count=0,
    ),
)
PAGES = {
    "card.md": card_as_markdown(CARD),
    "card.html": card_as_page(CARD),
    "mistakes.html": mistakes_as_page("friends", "c" * 64, MISTAKES),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_the_golden_one(name: str, update_golden: bool) -> None:
    if update_golden:
        (GOLDEN / name).write_text(PAGES[name], encoding="utf-8")

    assert PAGES[name] == (GOLDEN / name).read_text(encoding="utf-8")


class Elements(HTMLParser):
    """Collects the elements of a page, and sees that they are closed in order."""

    VOID = ("meta", "img", "br")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["card.html", "mistakes.html"])
def test_page_stands_alone(name: str) -> None:
    page = Elements(PAGES[name])

    tags = {tag for tag, _ in page.found}
    assert page.open == []
    assert not tags & {"script", "link", "iframe", "b", "i"}
    addresses = [v for _, attrs in page.found for k, v in attrs.items() if k in ("src", "href")]
    assert all(address and address.startswith(("data:image/", "#")) for address in addresses)
    assert all("alt" in attrs for tag, attrs in page.found if tag == "img")


@pytest.mark.parametrize("label", HOSTILE)
def test_names_are_text_and_nothing_else(label: str) -> None:
    card = Card(name="x", summary=label, sections=(Section(title=label, paragraphs=(label,)),))
    plain = Card(name="x", summary="n", sections=(Section(title="n", paragraphs=("n",)),))

    assert Elements(card_as_page(card)).found == Elements(card_as_page(plain)).found


def test_markdown_is_escaped() -> None:
    card = Card(name="x", summary="a$b$|_*`[x](y)<b>&#1;~\\", sections=())

    assert card_as_markdown(card).splitlines()[2] == (r"a\$b\$\|\_\*\`\[x\](y)\<b\>\&\#1;\~\\")
