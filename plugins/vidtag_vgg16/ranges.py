"""How large the activations of a backbone become: what 8-bit integers must be able to hold.

A backbone's manifest says so, for the pictures it was measured on, in `parameters.ranges`: a number
for each convolution. They are no part of the backbone's hash: classifiers that were trained on the
float32 features stay what they are. A backbone without them is computed in float32. A classifier
that was fine-tuned has ranges of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vidtag.api import ModelError
from vidtag_vgg16 import architecture

if TYPE_CHECKING:
    from vidtag.api import ModelFolder

_KEY = "ranges"
_SMALLEST, _LARGEST = 1e-6, 1e9
LARGEST_BYTE = 255
_NAMES = tuple(convolution.name for convolution in architecture.CONVOLUTIONS)


@dataclass(frozen=True, slots=True)
class Ranges:
    """The largest value that each convolution gives after ReLU; what is larger is cut off."""

    largest: Mapping[str, float]  # name of the convolution -> value

    def __post_init__(self) -> None:
        if self.largest.keys() != set(_NAMES):
            [wrong, *_] = sorted(self.largest.keys() ^ set(_NAMES))
            problem = "is missing" if wrong in _NAMES else "is no convolution"
            raise ValueError(f"{wrong} {problem}")
        for name, value in self.largest.items():
            if not _is_sensible(value):
                raise ValueError(
                    f"{name} must be from {_SMALLEST:g} to {_LARGEST:g}, not {value!r:.40}"
                )

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that other ranges do not have."""
        text = json.dumps({name: float(self.largest[name]) for name in _NAMES})
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def step_of_features(self) -> float:
        """What the features are multiples of, when they are bytes."""
        return self.largest[_NAMES[-1]] / LARGEST_BYTE

    def widened(self, found: Mapping[str, float]) -> Ranges:
        """With room for the values that were `found` (name of the convolution -> largest)."""
        return Ranges({name: max(self.largest[name], found.get(name, 0.0)) for name in _NAMES})

    def to_parameters(self) -> dict[str, Any]:
        """The `parameters` of a manifest, as `read_ranges` reads them."""
        return {_KEY: {name: self.largest[name] for name in _NAMES}}


def read_ranges(folder: ModelFolder) -> Ranges | None:
    """The ranges in the manifest of a model; `None` where it has none.

    Raises:
        ModelError: if they are not one sensible number for each convolution.
    """
    table = folder.manifest.parameters.get(_KEY)
    if table is None:
        return None
    try:
        return Ranges(dict(table))
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"{folder.path}: parameters.{_KEY} are damaged: {error}",
            hint="install or make the model again",
        ) from error


def _is_sensible(value: object) -> bool:
    """Whether `value`, which comes from a file, is a number that float32 can divide with."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return _SMALLEST <= value <= _LARGEST
