"""Opens what finds faces: YuNet, and dlib's detector where YuNet's weights cannot be had."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from vidtag.errors import ModelError
from vidtag.models import Published, find_published
from vidtag.regions.finders import Hog, YuNet

if TYPE_CHECKING:
    from vidtag.regions.finders import FaceFinder

_log = logging.getLogger(__name__)

# As the OpenCV Zoo publishes it, under the MIT licence: 232,589 bytes.
YUNET: Final = Published(
    what="the face detector YuNet",
    url="https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/"
    "face_detection_yunet/face_detection_yunet_2023mar.onnx",
    hash="sha256:8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
)


def open_finder(*, offline: bool = False, yunet: Published = YUNET) -> FaceFinder:
    """The best finder of faces that can be had; a warning says if it is not the best.

    Args:
        offline: whether weights must not be downloaded.
        yunet: what to look for.
    """
    try:
        return YuNet(find_published(yunet, offline=offline))
    except ModelError as error:
        _log.warning("%s; until then dlib finds the faces, and misses small ones", error)
        return Hog()
