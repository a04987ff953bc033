"""What people say is on screen: files made by hand or with an annotation tool.

    file -> `parse_truth` -> `TruthFile` (stretches as written) -> `place` -> `Truth` (frames)

A file is parsed without the video, so that a mistake in it is told before a long scan; it is laid
over the frames of the video afterwards. `read_truth` does both. The formats are described in
docs/truth.md.
"""

from __future__ import annotations

from vidtag.truth.placing import place
from vidtag.truth.reading import parse_truth, read_truth
from vidtag.truth.times import FrameTimes
from vidtag.truth.values import LabelTruth, Truth, TruthFile

__all__ = ["FrameTimes", "LabelTruth", "Truth", "TruthFile", "parse_truth", "place", "read_truth"]
