"""What finds faces: YuNet on real pictures, and dlib's detector, which needs no weights."""

from __future__ import annotations

import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from vidtag.dataset.pictures import decode_picture
from vidtag.regions.finders import FaceFinder, Hog, YuNet
from vidtag.types import Picture


@pytest.fixture(scope="module")
def yunet(material: Path) -> YuNet:
    return YuNet(material / "models" / "face_detection_yunet_2023mar.onnx")


@pytest.fixture(scope="module")
def portrait(material: Path) -> Picture:
    """A photo of one person who looks into the camera."""
    with tarfile.open(material / "faces" / "lfw.tar") as photos:
        member = next(each for each in photos if each.name.endswith("Aaron_Eckhart_0001.jpg"))
        file = photos.extractfile(member)
        assert file is not None
        small = decode_picture(file.read())
    picture = np.full((240, 320, 3), 110, np.uint8)
    picture[30:210, 100:280] = cv2.resize(small, (180, 180), interpolation=cv2.INTER_CUBIC)
    return picture


def check(finder: FaceFinder, picture: Picture) -> None:
    [face] = finder.find(picture)
    left, top, width, height = face.box
    middle = np.array([left + width / 2, top + height / 2])
    np.testing.assert_allclose(middle, [190, 120], atol=40)
    eyes, nose, mouth = face.landmarks[:2], face.landmarks[2], face.landmarks[3:]
    assert eyes[0, 0] < nose[0] < eyes[1, 0]
    assert eyes[:, 1].max() < nose[1] < mouth[:, 1].min()
    assert 0.6 <= face.confidence <= 1
    mirrored = finder.find(np.ascontiguousarray(picture[:, ::-1]))[0]
    assert 320 - (mirrored.left_px + mirrored.width_px) == pytest.approx(left, abs=15)


@pytest.mark.material
def test_yunet_finds_a_face_and_its_parts(yunet: YuNet, portrait: Picture) -> None:
    check(yunet, portrait)


@pytest.mark.material
def test_dlib_finds_a_face_and_its_parts(portrait: Picture) -> None:
    check(Hog(), portrait)


@pytest.mark.material
def test_yunet_finds_a_face_of_16_px(yunet: YuNet, portrait: Picture) -> None:
    scene = np.full((360, 640, 3), 110, np.uint8)
    small = cv2.resize(portrait, (32, 24), interpolation=cv2.INTER_AREA)
    scene[100:124, 400:432] = small

    [face] = yunet.find(scene)

    assert 12 < face.width_px < 20
    assert 405 < face.left_px < face.left_px + face.width_px < 432


@pytest.mark.material
def test_of_two_faces_the_surer_comes_first(yunet: YuNet, portrait: Picture) -> None:
    blurred = cv2.GaussianBlur(portrait, (0, 0), 4)

    found = yunet.find(np.concatenate([blurred, portrait], axis=1))

    assert [face.left_px > 320 for face in found][:1] == [True]
    assert [face.confidence for face in found] == sorted(
        (face.confidence for face in found), reverse=True
    )


@pytest.mark.material
def test_opencv_says_nothing_of_its_own(material: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = cv2.utils.logging.getLogLevel()

    weights = material / "models" / "face_detection_yunet_2023mar.onnx"
    YuNet(weights).find(np.zeros((90, 160, 3), np.uint8))

    assert capfd.readouterr() == ("", "")
    assert cv2.utils.logging.getLogLevel() == before


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (3, 4000), (240, 320)], ids=str)
def test_dlib_needs_no_weights_and_copes_with_any_size(
    shape: tuple[int, int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert Hog().find(np.full((*shape, 3), 90, np.uint8)) == ()
    assert capfd.readouterr() == ("", "")


@pytest.mark.material
@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (3, 4000), (31, 33)], ids=str)
def test_yunet_copes_with_any_size(yunet: YuNet, shape: tuple[int, int]) -> None:
    assert yunet.find(np.full((*shape, 3), 90, np.uint8)) == ()
