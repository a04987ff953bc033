from __future__ import annotations

import io
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.faces import COLOURS, SquareFinder, scene
from tests.pictures import jpeg
from training.portraits import (
    STRANGER,
    Portrait,
    plain_view,
    read_portraits,
    shrink,
    small_view,
    spoilt_view,
)


def archive(path: Path, pictures: dict[str, dict[str, tuple[int, int]]]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, people in pictures.items():
            content = jpeg(scene(people))
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def portrait() -> Portrait:
    """A red face, 24 px wide."""
    picture = scene({"ross": (60, 30)})
    [face] = SquareFinder().find(picture)
    return Portrait("ross/1.jpg", "ross", "val", alone=True, pixels=picture, face=face)


def test_every_face_of_a_photo_is_a_portrait(tmp_path: Path) -> None:
    photos = archive(
        tmp_path / "photos.tar",
        {"ross/1.jpg": {"ross": (20, 30), "rachel": (100, 30)}, "ross/2.jpg": {"ross": (40, 30)}},
    )

    found = list(read_portraits(photos, "photos", SquareFinder()))

    assert [(each.name, each.label, each.alone) for each in found] == [
        ("ross/1.jpg", "ross", False),
        ("ross/1.jpg", "ross", False),
        ("ross/2.jpg", "ross", True),
    ]


def test_a_portrait_keeps_the_face_and_where_it_is(tmp_path: Path) -> None:
    photos = archive(tmp_path / "photos.tar", {"ross/1.jpg": {"ross": (60, 30)}})

    [found] = read_portraits(photos, "photos", SquareFinder())

    assert found.pixels.shape[1] < 160
    [again] = SquareFinder().find(found.pixels)
    np.testing.assert_allclose(again.box, found.face.box, atol=1.5)
    np.testing.assert_allclose(again.landmarks, found.face.landmarks, atol=1.5)


def test_there_is_one_portrait_of_each_stranger_to_learn_from(tmp_path: Path) -> None:
    people = archive(
        tmp_path / "people.tar", {f"Ada/Ada_{n}.jpg": {"rachel": (40, 30)} for n in range(9)}
    )

    found = list(read_portraits(people, "people", SquareFinder()))

    assert {each.label for each in found} == {STRANGER}
    assert len(found) == {"train": 1}.get(found[0].part, 4)


@pytest.mark.parametrize(("wanted_px", "width_px"), [(12.0, 12.0), (90.0, 24.0)])
def test_faces_are_shrunk_and_never_enlarged(
    portrait: Portrait, wanted_px: float, width_px: float
) -> None:
    pixels, face = shrink(portrait.pixels, portrait.face, wanted_px)

    assert face.width_px == pytest.approx(width_px)
    assert pixels.shape[1] == 160 * width_px / 24


def test_views_show_the_face_however_small(portrait: Portrait) -> None:
    for width_px in (12.0, 16.0, 24.0):
        view = small_view(portrait, 32, width_px)
        assert view.shape == (32, 32, 3)
        np.testing.assert_allclose(view[16, 16], COLOURS["ross"], atol=60)
        np.testing.assert_array_equal(view, small_view(portrait, 32, width_px))
    assert not np.array_equal(small_view(portrait, 32, 12.0), plain_view(portrait, 32))


def test_spoilt_views_depend_on_the_seed_alone(portrait: Portrait) -> None:
    first, again, other = (
        spoilt_view(portrait, 32, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )

    assert first.shape == (32, 32, 3)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_small_view_depends_on_the_name(portrait: Portrait) -> None:
    other = replace(portrait, name="ross/2.jpg")

    assert not np.array_equal(small_view(portrait, 32, 16.0), small_view(other, 32, 16.0))
