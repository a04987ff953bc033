from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from training import scenes
from training.geometry import Box
from training.people import STRANGER, Person
from training.scenes import Cast, make_scene
from training.split import Part

SEEDS = range(80)


def person(label: str, colour: tuple[int, int, int], part: Part = "train") -> Person:
    pixels = np.full((120, 100, 3), colour, np.uint8)
    return Person(label, part, pixels, Box(30.0, 20.0, 40.0, 50.0))


@pytest.fixture
def cast() -> Cast:
    """The wanted one is green, everybody else is blue or red."""
    people = [
        person("ross", (0, 255, 0)),
        person("joey", (0, 0, 255)),
        person(STRANGER, (255, 0, 0)),
        person("ross", (255, 255, 255), "test"),
    ]
    return Cast.of(people, "ross", "train")


def shows_green(pixels: NDArray[np.uint8]) -> bool:
    red, green, blue = np.moveaxis(pixels, -1, 0)
    return bool(((green > 180) & (red < 60) & (blue < 60)).any())


def test_a_cast_holds_one_part_of_the_material(cast: Cast) -> None:
    assert [person.label for person in cast.wanted] == ["ross"]
    assert [person.label for person in cast.others] == ["joey"]
    assert [person.label for person in cast.strangers] == [STRANGER]
    assert cast.wanted[0].part == "train"


def test_a_scene_depends_on_its_seed_alone(cast: Cast) -> None:
    first, again, other = make_scene(cast, 1, 5), make_scene(cast, 1, 5), make_scene(cast, 2, 5)

    assert first.pixels.shape == (scenes.HEIGHT_PX, scenes.WIDTH_PX, 3)
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert first.present == again.present
    assert not np.array_equal(first.pixels, other.pixels)


def test_only_scenes_with_the_wanted_one_show_him(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenes, "_spoil", lambda frame, rng: frame.astype(np.uint8))
    made = [make_scene(cast, 1, seed) for seed in SEEDS]
    shown = [scene.present for scene in made if shows_green(scene.pixels)]

    assert all(shown)
    assert len(shown) >= 0.9 * sum(scene.present for scene in made)  # others may stand before him
    assert 0.3 < sum(scene.present for scene in made) / len(made) < 0.7
