"""The engine: one video and some detectors -> a label for every frame, in the store."""

from __future__ import annotations

from vidtag.scan.engine import ScanResult, scan
from vidtag.scan.kept import FeatureCache
from vidtag.scan.rematching import rematch_all

__all__ = ["FeatureCache", "ScanResult", "rematch_all", "scan"]
