from __future__ import annotations

import pytest

from tests.faces import ColourRecognizer, SquareFinder, scene
from training.confirm import confirm
from training.portraits import STRANGER, Portrait
from training.split import Part


def portrait(label: str, shows: str, *, part: Part = "train", alone: bool = True) -> Portrait:
    picture = scene({shows: (60, 30)})
    [face] = SquareFinder().find(picture)
    return Portrait(f"{label}/{shows}.jpg", label, part, alone, picture, face)


def names(monkeypatch: pytest.MonkeyPatch, *portraits: Portrait) -> list[str]:
    monkeypatch.setattr("training.confirm.open_recognizer", lambda _: ColourRecognizer())
    known = [portrait(name, name) for name in ("ross", "rachel") for _ in range(3)]
    return [each.name for each in confirm([*known, *portraits], threads=1)[6:]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (portrait("ross", "ross", part="test"), ["ross"]),
        (portrait("ross", "rachel", part="test"), []),
        (portrait("ross", "rachel", alone=False), ["rachel"]),
        (portrait("ross", "gunther", alone=False), []),
    ],
    ids=["as filed", "filed wrongly", "beside others", "nobody known"],
)
def test_a_face_counts_when_it_is_certain_whose_it_is(
    monkeypatch: pytest.MonkeyPatch, asked: Portrait, expected: list[str]
) -> None:
    assert names(monkeypatch, asked) == expected


def test_photos_to_learn_from_that_show_somebody_else_introduce_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = portrait("ross", "rachel")

    assert names(monkeypatch, wrong, portrait("rachel", "rachel", part="val")) == ["rachel"]


def test_strangers_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = portrait(STRANGER, "ross", part="test")
    monkeypatch.setattr("training.confirm.open_recognizer", lambda _: ColourRecognizer())

    found = confirm([stranger, *(portrait("ross", "ross") for _ in range(3))], threads=1)

    assert (found[0].name, found[0].portrait) == (STRANGER, stranger)
