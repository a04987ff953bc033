"""Detectors that are simple enough to predict."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from vidtag.types import DetectorIdentity, Head, Pictures, Region, Scores, Size


class Channels:
    """Scores the mean of colour channels: one head for each letter of `channels`."""

    region: Region = "frame"
    input_size: Size = (16, 16)

    def __init__(self, channels: str = "r", *, version: str = "1") -> None:
        self.channels = channels
        self.batches: list[int] = []
        self.heads = tuple(
            Head(
                identity=DetectorIdentity(name=name, version=version, weights_sha256="0" * 64),
                labels=(f"{name}-on",),
                thresholds={f"{name}-on": 0.5},
            )
            for name in channels
        )

    def score(self, crops: Pictures) -> Scores:
        self.batches.append(len(crops))
        means: Scores = crops.mean(axis=(1, 2), dtype=np.float32) / np.float32(255)
        return np.take(means, ["rgb".index(name) for name in self.channels], axis=1)

    def close(self) -> None:
        """Holds nothing."""


class Sharing(Channels):
    """Makes its scores of features that others share: the means of the channels, as bytes."""

    features_id = "channels"
    prepared = False

    def prepare(self) -> None:
        self.prepared = self.prepared or not self.batches

    def score(self, crops: Pictures) -> Scores:
        return self.score_features(self.features(crops))

    def features(self, crops: Pictures) -> NDArray[np.uint8]:
        self.batches.append(len(crops))
        means: NDArray[np.uint8] = np.rint(crops.mean(axis=(1, 2))).astype(np.uint8)
        return means

    def score_features(self, features: NDArray[np.uint8]) -> Scores:
        columns = ["rgb".index(name) for name in self.channels]
        return (features[:, columns] / np.float32(255)).astype(np.float32)


class Mortal(Channels):
    """Kills its own process, as a power cut would, when asked to score for the `lives`-th time.

    What it has scored before is likely to be on the disk by then.
    """

    def __init__(self, channels: str, lives: int) -> None:
        super().__init__(channels)
        self.lives = lives

    def score(self, crops: Pictures) -> Scores:
        self.lives -= 1
        if self.lives < 0:
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGKILL)
        return super().score(crops)


class Broken(Channels):
    """Returns what it was told to."""

    def __init__(self, scores: Iterable[Iterable[float]]) -> None:
        super().__init__("r")
        self.scores = np.array(list(scores), dtype=np.float32)

    def score(self, crops: Pictures) -> Scores:
        return self.scores
