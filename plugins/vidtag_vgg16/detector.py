"""Opening classifiers: those that look at the same crops through one backbone share a detector.

One that was fine-tuned sees with a last block of its own, and so has a detector of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import TYPE_CHECKING

from vidtag.api import DetectorIdentity, Head, ModelError, read_weights
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.block5 import is_fine_tuned, read_block5
from vidtag_vgg16.heads import TrainedHead, from_parameters, to_parameters
from vidtag_vgg16.networks import Network, arithmetic, open_byte_network, open_network
from vidtag_vgg16.preprocessing import find_preprocessing
from vidtag_vgg16.weights import HEAD_FILE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.api import Manifest, ModelFolder, Region, Settings, Size
    from vidtag_vgg16.block5 import Block5
    from vidtag_vgg16.byte_network import ByteNetwork


class Vgg16Detector:
    """Classifiers that share a backbone and everything before it, and so one pass per crop."""

    def __init__(
        self, network: Network, *, heads: Sequence[Head], region: Region, input_size: Size
    ) -> None:
        self._network = network
        self._heads = tuple(heads)
        self._region = region
        self._input_size = input_size

    @property
    def heads(self) -> tuple[Head, ...]:
        """The classifiers served, in the order of the columns that `score` returns."""
        return self._heads

    @property
    def region(self) -> Region:
        """What they look at."""
        return self._region

    @property
    def input_size(self) -> Size:
        """(height, width) of the crops in pixels."""
        return self._input_size

    def score(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Score `crops` (N, height, width, 3) RGB: (N, labels of all heads) probabilities.

        Raises:
            ValueError: if the crops have another shape or type.
        """
        return self._network.run(crops)

    def close(self) -> None:
        """Release the network."""
        self._network.close()


class SharingDetector(Vgg16Detector):
    """One whose features others on the same backbone can use: a `FeatureDetector`."""

    def __init__(
        self,
        network: ByteNetwork,
        *,
        features_id: str,
        heads: Sequence[Head],
        region: Region,
        input_size: Size,
    ) -> None:
        super().__init__(network, heads=heads, region=region, input_size=input_size)
        self._bytes = network
        self._features_id = features_id

    @property
    def features_id(self) -> str:
        """Says what the features depend on besides the crop."""
        return self._features_id

    def prepare(self) -> None:
        """Build the network, unless that is done."""
        self._bytes.prepare()

    def features(self, crops: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The features (N, bytes) of `crops`.

        Raises:
            ValueError: if the crops have another shape or type.
        """
        return self._bytes.features(crops)

    def score_features(self, features: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What `score` returns for the crops of these features."""
        return self._bytes.score(features)


def open_detectors(folders: Iterable[ModelFolder], settings: Settings) -> list[Vgg16Detector]:
    """Open classifiers, as few detectors as possible.

    Raises:
        ModelError: if a model or its backbone is missing, damaged or does not fit.
    """
    ordered = sorted(folders, key=_shared)
    with ExitStack() as opened:
        detectors = []
        for _, group in groupby(ordered, key=_shared):
            detectors.append(_open_group(list(group), settings))
            opened.callback(detectors[-1].close)
        opened.pop_all()  # all are open: they belong to the caller now
    return detectors


def _shared(folder: ModelFolder) -> tuple[str, str, Size, Region, str]:
    """What classifiers must have in common to share a detector."""
    manifest = folder.manifest
    own = folder.sha256 if is_fine_tuned(folder) else ""
    return manifest.backbone, manifest.preprocessing, manifest.input_size, manifest.region, own


def _open_group(folders: Sequence[ModelFolder], settings: Settings) -> Vgg16Detector:
    first = folders[0].manifest
    backbone = find_backbone(first.backbone, settings=settings)
    for folder in folders:
        find_preprocessing(folder.manifest.preprocessing, source=folder.path)
        _check_backbone(folder, backbone)
    heads = [read_head(folder) for folder in folders]
    block5 = read_block5(folders[0])
    served = [
        _head(folder, backbone, head, block5, settings)
        for folder, head in zip(folders, heads, strict=True)
    ]
    if block5 is None and (sharing := _open_sharing(first, backbone, heads, served, settings)):
        return sharing
    network = open_network(
        backbone,
        preprocessing=first.preprocessing,
        input_size=first.input_size,
        heads=heads,
        block5=block5,
        settings=settings,
    )
    return Vgg16Detector(network, heads=served, region=first.region, input_size=first.input_size)


def _open_sharing(
    manifest: Manifest,
    backbone: ModelFolder,
    heads: Sequence[TrainedHead],
    served: Sequence[Head],
    settings: Settings,
) -> SharingDetector | None:
    """None where features are not bytes."""
    network = open_byte_network(
        backbone,
        preprocessing=manifest.preprocessing,
        input_size=manifest.input_size,
        heads=heads,
        settings=settings,
    )
    if network is None:
        return None
    shared = served[0].identity.settings
    parts = (backbone.sha256, shared["runtime"], shared["preprocessing"], shared["input_size"])
    return SharingDetector(
        network,
        features_id=" ".join(map(str, parts)),
        heads=served,
        region=manifest.region,
        input_size=manifest.input_size,
    )


def _check_backbone(folder: ModelFolder, backbone: ModelFolder) -> None:
    if folder.manifest.backbone_sha256 != backbone.sha256:
        raise ModelError(
            f"{folder.path}: trained on other weights of the backbone {folder.manifest.backbone!r} "
            f"than those in {backbone.path}",
            hint="install both together, or train the classifier again",
        )


def _head(
    folder: ModelFolder,
    backbone: ModelFolder,
    head: TrainedHead,
    block5: Block5 | None,
    settings: Settings,
) -> Head:
    manifest = folder.manifest
    weights = f"{backbone.sha256} {folder.sha256}"
    height, width = manifest.input_size
    identity = DetectorIdentity(
        name=manifest.name,
        version=manifest.version,
        weights_sha256=hashlib.sha256(weights.encode()).hexdigest(),
        settings={
            "runtime": arithmetic(
                backbone, preprocessing=manifest.preprocessing, block5=block5, settings=settings
            ),
            "preprocessing": manifest.preprocessing,
            "input_size": f"{height}x{width}",
            "head": json.dumps(to_parameters(head), sort_keys=True),
        },
    )
    return Head(identity=identity, labels=manifest.labels, thresholds=manifest.thresholds)


def read_head(folder: ModelFolder) -> TrainedHead:
    """Read the head of a classifier.

    Raises:
        ModelError: if the folder does not hold a head for its labels.
    """
    manifest = folder.manifest
    spec, calibrations = from_parameters(manifest.parameters, manifest.labels, source=folder.path)
    try:
        inputs = spec.inputs(manifest.input_size)
    except ValueError as error:
        raise ModelError(f"{folder.path}: {error}") from error
    shapes = spec.shapes(inputs=inputs, outputs=len(manifest.labels))
    return TrainedHead(
        spec=spec,
        labels=manifest.labels,
        weights=read_weights(folder, HEAD_FILE, shapes),
        calibrations=calibrations,
        thresholds=manifest.thresholds,
    )
