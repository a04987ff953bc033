"""The recognizer as the rest of vidtag meets it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.plugins.gallery.making import drawn_face
from vidtag.api import Gallery, ModelError, Person, Recognizer, Settings, open_model, read_weights
from vidtag_gallery import catalog, vidtag_detectors, vidtag_open_detectors
from vidtag_gallery.catalog import SPACE_FILE
from vidtag_gallery.detector import GalleryRecognizer

WIDTHS_PX = np.full(3, 60, np.float32)


@pytest.fixture(scope="module")
def chips() -> NDArray[np.uint8]:
    return np.stack([drawn_face(seed) for seed in range(3)])


@pytest.fixture(scope="module")
def recognizer() -> GalleryRecognizer:
    return GalleryRecognizer(catalog.find_backbone(), Settings(threads=1))


def test_it_offers_one_detector_that_recognises() -> None:
    [info] = vidtag_detectors()

    assert (info.name, info.region, info.labels) == ("gallery", "face", ())
    assert info.space == catalog.space_name(catalog.find_backbone())


def test_it_opens_for_the_people_it_is_given() -> None:
    people = Gallery(tuple(Person(name, np.ones((2, 129), np.float32)) for name in ("b", "a")))

    [opened] = vidtag_open_detectors(["gallery"], Settings(gallery=people))

    assert isinstance(opened, Recognizer)
    [head] = opened.heads
    assert head.labels == ("b", "a")
    assert head.thresholds == {"b": 0.5, "a": 0.5}
    assert head.identity.weights_sha256 == catalog.find_backbone().sha256
    assert list(vidtag_open_detectors(["ross"], Settings())) == []


def test_a_face_is_the_person_it_is_the_reference_of(
    recognizer: GalleryRecognizer, chips: NDArray[np.uint8]
) -> None:
    embeddings = recognizer.embed(chips, WIDTHS_PX)
    people = Gallery((Person("ann", embeddings[:1]), Person("ben", embeddings[1:2])))

    scores = recognizer.match(embeddings, people)

    assert scores[0, 0] > 0.5 > scores[0, 1]
    assert scores[1, 1] > 0.5 > scores[1, 0]
    [opened] = vidtag_open_detectors(["gallery"], Settings(gallery=people, threads=1))
    by_score = opened.score(chips)
    assert by_score.shape == (3, 2)
    assert by_score[0, 0] > 0.5 > by_score[0, 1]


def test_what_a_face_is_depends_on_its_width(
    recognizer: GalleryRecognizer, chips: NDArray[np.uint8]
) -> None:
    small = recognizer.embed(chips[:1], np.array([12], np.float32))
    large = recognizer.embed(chips[:1], np.array([80], np.float32))

    assert np.abs(small - large)[0, :128].max() > 0.01
    assert large[0, 128] - small[0, 128] == pytest.approx(np.log(80 / 12))


def test_it_works_again_after_it_was_closed(
    recognizer: GalleryRecognizer, chips: NDArray[np.uint8]
) -> None:
    before = recognizer.embed(chips, WIDTHS_PX)

    recognizer.close()
    recognizer.close()

    np.testing.assert_array_equal(recognizer.embed(chips, WIDTHS_PX), before)


def test_a_damaged_space_says_so(tmp_path: Path) -> None:
    shutil.copytree(catalog.find_backbone().path, tmp_path / "dlib-resnet")
    (tmp_path / "dlib-resnet" / SPACE_FILE).write_bytes(b"no tensors")

    with pytest.raises(ModelError):
        read_weights(open_model(tmp_path / "dlib-resnet", kind="backbone"), SPACE_FILE, {})


def test_tensors_of_another_network_are_refused() -> None:
    with pytest.raises(ModelError, match=r"means must be float \(1, 2\), found float32 \(5, 128\)"):
        read_weights(
            catalog.find_backbone(), SPACE_FILE, {"means": (1, 2), "whitening": (128, 128)}
        )
