"""The page: safe, whole, and the same for eyes and for ears."""

from __future__ import annotations

import random
import re
from html.parser import HTMLParser

import pytest

from tests.plugins.reports import samples
from tests.plugins.reports.test_reporters import NASTY, SEASON, written
from vidtag.types import Episode, Report
from vidtag_reports.html_page import build_page
from vidtag_reports.html_text import clock, length, spoken

VOID = {"meta", "br"}


class Parsed(HTMLParser):
    """Elements and texts, and whether the tags fit each other."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.unmatched: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unmatched.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def parsed(report: Report) -> Parsed:
    return Parsed(written("html", report).decode())


@pytest.mark.parametrize("report", [SEASON, NASTY], ids=["season", "nasty"])
def test_the_page_is_well_formed(report: Report) -> None:
    page = parsed(report)

    assert page.unmatched == []
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("report", [SEASON, NASTY], ids=["season", "nasty"])
def test_every_reference_leads_somewhere(report: Report) -> None:
    page = parsed(report)

    ids = {attributes.get("id") for _, attributes in page.elements}
    links = [str(attributes["href"]) for attributes in page.attributes("a")]
    named = [
        str(attributes[name])
        for _, attributes in page.elements
        for name in ("aria-labelledby", "aria-describedby")
        if name in attributes
    ]
    assert {link.removeprefix("#") for link in links} <= ids
    assert set(named) <= ids


def test_the_page_loads_and_runs_nothing() -> None:
    page = parsed(NASTY)

    assert {tag for tag, _ in page.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
    } == set()
    attributes = {name for _, each in page.elements for name in each}
    assert [name for name in attributes if name.startswith("on") or name == "src"] == []
    [policy] = [each["content"] for each in page.attributes("meta") if "http-equiv" in each]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_names_are_text_and_isolated() -> None:
    page = parsed(NASTY)

    assert "<b>🐱</b>" in page.texts
    assert "b" not in {tag for tag, _ in page.elements}
    source = written("html", NASTY).decode()
    assert "<bdi>נועה</bdi>" in source
    assert "<bdi>two lines</bdi>" in source
    assert "\x1b" not in source


def test_every_drawing_has_a_name_or_is_hidden() -> None:
    for attributes in parsed(SEASON).attributes("svg"):
        assert "aria-labelledby" in attributes or attributes.get("aria-hidden") == "true"


def test_the_page_tells_where_its_numbers_come_from() -> None:
    texts = " ".join(parsed(SEASON).texts)

    for known in (
        "ab" * 32,
        "0.5 mia, bo, nobody",
        "whole frames",
        "in the door",
        "2 damaged packets",
        "As defined.",
    ):
        assert known in texts
    assert "mia: 0:04.0 by rooms" in texts


def test_an_episode_with_a_thousand_appearances_is_a_small_page() -> None:
    chosen = random.Random(4)
    times = samples.constant(31_656, samples.FILM)
    cuts = sorted(chosen.sample(range(1, 31_656), 330))
    labels = {}
    for label in ("ross", "rachel", "monica", "chandler", "joey", "phoebe"):
        ends = sorted(chosen.sample(range(31_656), 334))
        labels[label] = list(zip(ends[::2], ends[1::2], strict=True))
    record = samples.video(1, "a.mp4", Episode(series="Friends", season=3, episode=2), times)
    report = samples.report(samples.episode(record, times, labels, rate=samples.FILM, cuts=cuts))

    content = written("html", report)

    assert sum(time.count for time in report.episodes[0].screen_times) == 1002
    assert len(content) < 300_000
    assert len(re.findall(rb"<path d=\"M[^\"]+\"><title>", content)) == 1002


def test_sums_of_the_same_episodes_are_shown_once() -> None:
    page = build_page(SEASON)

    assert [rollup.name for rollup in page.rollups] == ["All episodes", "Kiosk season 1"]


@pytest.mark.parametrize(
    ("us", "decimals", "expected"),
    [(0, 0, "0:00"), (-40_000, 0, "0:00"), (-1_500_000, 1, "-0:01.5"), (59_999_999, 2, "1:00.00"),
     (3_723_450_000, 2, "1:02:03.45")],
)  # fmt: skip
def test_clock(us: int, decimals: int, expected: str) -> None:
    assert clock(us, decimals=decimals) == expected


def test_lengths() -> None:
    assert [length(us) for us in (4_240_000, 59_960_000)] == ["4.2 s", "1:00.0"]
    assert [spoken(us) for us in (0, 632_000_000, 3_600_000_000)] == ["0 s", "10 min 32 s", "1 h"]
