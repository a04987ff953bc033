"""Which VGG16 classifiers there are. Reads manifests only, so that listing is cheap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidtag.api import DetectorInfo, list_models
from vidtag_vgg16 import architecture

if TYPE_CHECKING:
    from vidtag.api import ModelFolder


def classifiers() -> dict[str, ModelFolder]:
    """Name -> folder of every classifier that this plugin can open."""
    return {
        folder.manifest.name: folder
        for folder in list_models("classifier")
        if folder.manifest.architecture == architecture.NAME
    }


def detector_infos() -> list[DetectorInfo]:
    """What this plugin offers, by name."""
    return [_info(folder) for folder in classifiers().values()]


def _info(folder: ModelFolder) -> DetectorInfo:
    manifest = folder.manifest
    return DetectorInfo(
        name=manifest.name,
        summary=manifest.summary,
        labels=manifest.labels,
        version=manifest.version,
        region=manifest.region,
        source=str(folder.path),
        figures=manifest.metrics,
    )
