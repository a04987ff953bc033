"""Finding the frozen network that classifiers stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidtag.api import ModelError, find_model
from vidtag_vgg16 import architecture

if TYPE_CHECKING:
    from vidtag.api import ModelFolder, Settings


def find_backbone(name: str, *, settings: Settings) -> ModelFolder:
    """The backbone `name`: one of the model folders, or `imagenet`, which is downloaded once.

    Raises:
        ModelError: if there is none, it is another network, or it cannot be downloaded.
    """
    from vidtag_vgg16 import imagenet

    if name == imagenet.NAME:
        return imagenet.backbone(settings)
    folder = find_model("backbone", name)
    if folder.manifest.architecture != architecture.NAME:
        raise ModelError(
            f"{folder.path}: must be a {architecture.NAME}, is a {folder.manifest.architecture}"
        )
    return folder
