"""The last block of a classifier that was fine-tuned: its own, in place of the backbone's.

    models/ross/block5.safetensors     the three convolutions, as float16

The ranges of the backbone no longer hold above it. Those that do are in the classifier's manifest,
where a backbone has its own; without them the classifier is computed in float32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidtag.api import Weights, read_weights
from vidtag_vgg16.architecture import LAST_BLOCK_SHAPES
from vidtag_vgg16.ranges import Ranges, read_ranges
from vidtag_vgg16.weights import BLOCK5_FILE

if TYPE_CHECKING:
    from vidtag.api import ModelFolder


@dataclass(frozen=True, slots=True)
class Block5:
    """A fine-tuned last block, and what to compute it in."""

    weights: Weights  # of `LAST_BLOCK_SHAPES`
    ranges: Ranges | None  # of all convolutions, for 8-bit integers; None: float32


def is_fine_tuned(classifier: ModelFolder) -> bool:
    """Whether it has a last block of its own."""
    return BLOCK5_FILE in classifier.manifest.files


def read_block5(classifier: ModelFolder) -> Block5 | None:
    """The last block of a classifier; `None` where it is the backbone's.

    Raises:
        ModelError: if it is damaged.
    """
    if not is_fine_tuned(classifier):
        return None
    weights = read_weights(classifier, BLOCK5_FILE, LAST_BLOCK_SHAPES)
    return Block5(weights, read_ranges(classifier))
