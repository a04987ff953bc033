"""What a classifier that is to be trained looks at, and at how many pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidtag_vgg16.features import Whole

if TYPE_CHECKING:
    from vidtag.api import ModelFolder, Region, Settings, Size
    from vidtag_vgg16.features import Cutter, Resize

FACE_SIZE: Size = (96, 96)  # faces in video are seldom larger


def open_cutter(region: Region, *, resize: Resize, settings: Settings) -> Cutter:
    """What cuts `region` out of pictures; `resize` is how whole ones are scaled."""
    if region == "frame":
        return Whole(resize)
    from vidtag.api import open_finder
    from vidtag_vgg16.faces import LargestFace

    return LargestFace(open_finder(offline=settings.offline))


def input_size(region: Region, backbone: ModelFolder) -> Size:
    """(height, width) in pixels: those of the backbone's own training, or those for faces."""
    return backbone.manifest.input_size if region == "frame" else FACE_SIZE
