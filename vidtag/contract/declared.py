"""The rules for what a detector says about itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vidtag.contract.findings import Rule, is_kebab_case
from vidtag.types import Detector, DetectorInfo, Head

MAX_SIDE_PX = 4096
REGIONS = ("frame", "face")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Declared:
    """What was offered, and what was opened for it."""

    info: DetectorInfo
    detector: Detector

    @property
    def head(self) -> Head:
        """The only one: the detector was opened alone."""
        return self.detector.heads[0]


def _name(it: Declared) -> Iterator[str]:
    if not is_kebab_case(it.info.name):
        yield f"{it.info.name!r} is not kebab-case"


def _version(it: Declared) -> Iterator[str]:
    offered, opened = it.info.version, it.head.identity.version
    if not opened.strip():
        yield "the version is empty"
    if offered != opened:
        yield f"version {offered!r} is offered, {opened!r} was opened"


def _weights(it: Declared) -> Iterator[str]:
    if not _SHA256.fullmatch(it.head.identity.weights_sha256):
        yield f"weights_sha256 is {it.head.identity.weights_sha256!r}, not 64 lower-case hex digits"


def _labels(it: Declared) -> Iterator[str]:
    labels = it.head.labels
    if not labels and not it.info.space:  # a recognizer's labels are its user's
        yield "there is no label"
    if len(set(labels)) != len(labels):
        yield f"a label occurs twice: {', '.join(labels)}"
    for label in labels:
        if not label.strip() or label != label.strip() or not label.isprintable():
            yield f"{label!r} is empty, has blanks around it or cannot be printed"
    if labels != it.info.labels:
        yield f"labels {it.info.labels} are offered, {labels} were opened"


def _thresholds(it: Declared) -> Iterator[str]:
    thresholds = it.head.thresholds
    for label in it.head.labels:
        if label not in thresholds:
            yield f"{label!r} has no threshold"
    for label, threshold in thresholds.items():
        if label not in it.head.labels:
            yield f"there is a threshold for {label!r}, which is no label"
        if not 0 < threshold < 1:
            yield f"the threshold of {label!r} is {threshold}, not between 0 and 1"


def _input_size(it: Declared) -> Iterator[str]:
    if not has_usable_size(it.detector):
        yield (
            f"input_size is {it.detector.input_size!r}, "
            f"not (height, width) with 1 to {MAX_SIDE_PX} pixels each"
        )


def has_usable_size(detector: Detector) -> bool:
    """Whether there are pictures of the size that `detector` asks for."""
    size: object = detector.input_size
    return (
        isinstance(size, tuple)
        and len(size) == 2
        and all(type(side) is int and 0 < side <= MAX_SIDE_PX for side in size)
    )


def _region(it: Declared) -> Iterator[str]:
    if it.detector.region not in REGIONS:
        yield f"it looks at {it.detector.region!r}; it may look at {' or '.join(REGIONS)}"
    if it.detector.region != it.info.region:
        yield f"region {it.info.region!r} is offered, {it.detector.region!r} was opened"


RULES: tuple[Rule[Declared], ...] = (
    Rule("name", "the name is kebab-case", _name),
    Rule("version", "it is of the version that is offered", _version),
    Rule("weights", "the weights have a SHA-256", _weights),
    Rule("labels", "the labels are those offered, each once", _labels),
    Rule("thresholds", "each label has a threshold between 0 and 1", _thresholds),
    Rule("input size", "the input size is usable", _input_size),
    Rule("region", "it looks at what is offered", _region),
)
