"""What the plugin offers. Cheap to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidtag.api import DetectorInfo, find_model

if TYPE_CHECKING:
    from vidtag.api import Detector, ModelFolder, Settings

NAME = "gallery"
VERSION = "1"

NETWORK_FILE = "weights.safetensors"  # of the backbone
SPACE_FILE = "space.safetensors"  # the tables that its embeddings are compared with

_BACKBONE = "dlib-resnet"


def find_backbone() -> ModelFolder:
    """The model folder of the network.

    Raises:
        ModelError: it is missing or damaged.
    """
    return find_model("backbone", _BACKBONE)


def info() -> DetectorInfo:
    """The recognizer; its labels are the user's."""
    backbone = find_backbone()
    return DetectorInfo(
        name=NAME,
        summary="Everybody enrolled with `vidtag enroll`, and unknown people as clusters.",
        labels=(),
        version=VERSION,
        region="face",
        space=space_name(backbone),
        source=str(backbone.path),
        figures=backbone.manifest.metrics,
    )


def space_name(backbone: ModelFolder) -> str:
    """What embeddings can be compared with: those of the same network and tables."""
    return f"{backbone.manifest.name} {backbone.sha256[:16]}"


def open_recognizer(settings: Settings) -> Detector:
    """Open the recognizer with the gallery of `settings`."""
    from vidtag_gallery.detector import GalleryRecognizer

    return GalleryRecognizer(find_backbone(), settings)
