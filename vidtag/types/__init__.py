"""The values that travel between the rooms of vidtag, and the protocols that plugins fulfil.

All values are frozen: what one room made, no other room changes. Times are integer microseconds
(`_us`) from presentation timestamps; frame ranges are half-open `[start, end)`.

A module for each topic; all names are imported from here.
"""

from __future__ import annotations

from vidtag.types.aliases import (
    Completeness,
    DeviceName,
    Embeddings,
    Picture,
    Pictures,
    Region,
    Runtime,
    Scores,
    Size,
)
from vidtag.types.detection import (
    Detector,
    DetectorIdentity,
    DetectorInfo,
    FeatureDetector,
    Gallery,
    Head,
    Person,
    Recognizer,
    Settings,
)
from vidtag.types.findings import RunFindings, TimedScene, TimedShot, VideoFindings
from vidtag.types.plugins import Exporter, Fetcher, FetchProgress, Reporter
from vidtag.types.presence import Appearance, Correction, Estimate, Segment
from vidtag.types.report import (
    CoPresence,
    EpisodeReport,
    Group,
    Grouping,
    LabelTime,
    LabelTotal,
    Report,
    SceneReport,
    ScreenTime,
    ShotReport,
)
from vidtag.types.scanning import ScanProgress, VideoReader
from vidtag.types.stored import (
    Box,
    Claim,
    Decision,
    FacePiece,
    NewReference,
    PersonRecord,
    Piece,
    Reference,
    RunRecord,
    ScoreSeries,
    Sighting,
    Track,
    VideoRecord,
)
from vidtag.types.video import DecodeSummary, Episode, Frame, Scene, Shot, VideoInfo

__all__ = [
    "Appearance",
    "Box",
    "Claim",
    "CoPresence",
    "Completeness",
    "Correction",
    "Decision",
    "DecodeSummary",
    "Detector",
    "DetectorIdentity",
    "DetectorInfo",
    "DeviceName",
    "Embeddings",
    "Episode",
    "EpisodeReport",
    "Estimate",
    "Exporter",
    "FacePiece",
    "FeatureDetector",
    "FetchProgress",
    "Fetcher",
    "Frame",
    "Gallery",
    "Group",
    "Grouping",
    "Head",
    "LabelTime",
    "LabelTotal",
    "NewReference",
    "Person",
    "PersonRecord",
    "Picture",
    "Pictures",
    "Piece",
    "Recognizer",
    "Reference",
    "Region",
    "Report",
    "Reporter",
    "RunFindings",
    "RunRecord",
    "Runtime",
    "ScanProgress",
    "Scene",
    "SceneReport",
    "ScoreSeries",
    "Scores",
    "ScreenTime",
    "Segment",
    "Settings",
    "Shot",
    "ShotReport",
    "Sighting",
    "Size",
    "TimedScene",
    "TimedShot",
    "Track",
    "VideoFindings",
    "VideoInfo",
    "VideoReader",
    "VideoRecord",
]
