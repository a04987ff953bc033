"""What plugin authors import: everything here is public and kept stable, nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidtag.dataset import (
    Dataset,
    FrameOrigin,
    Sample,
    Skipped,
    Split,
    VideoSource,
    leakage,
    read_dataset,
    read_picture,
    shot_keys,
    split_dataset,
    unsafe_reason,
)
from vidtag.errors import (
    DatasetError,
    FetchError,
    ModelError,
    PartialError,
    PluginError,
    UsageError,
    VideoError,
    VidtagError,
)
from vidtag.files import write_whole
from vidtag.hookspecs import hookimpl
from vidtag.machine import has_amx_int8
from vidtag.models import (
    Manifest,
    ModelFolder,
    Published,
    Weights,
    check_weights,
    find_model,
    find_published,
    is_name,
    list_models,
    open_model,
    read_weights,
    write_manifest,
    write_model,
)
from vidtag.paths import cache_dir, model_dirs
from vidtag.text import one_line
from vidtag.types import (
    Appearance,
    CoPresence,
    Correction,
    Detector,
    DetectorIdentity,
    DetectorInfo,
    Embeddings,
    Episode,
    EpisodeReport,
    Exporter,
    Fetcher,
    FetchProgress,
    Gallery,
    Group,
    Grouping,
    Head,
    LabelTime,
    LabelTotal,
    Person,
    Picture,
    Pictures,
    Recognizer,
    Region,
    Report,
    Reporter,
    RunRecord,
    SceneReport,
    Scores,
    ScreenTime,
    Segment,
    Settings,
    ShotReport,
    Size,
    VideoRecord,
)

if TYPE_CHECKING:
    from vidtag.finding import open_finder
    from vidtag.inference import CPU, BatchedSession, Device, Nodes, OnnxSession, find_device
    from vidtag.regions.faces import Face, chip
    from vidtag.regions.finders import FaceFinder

__all__ = [
    "CPU",
    "Appearance",
    "BatchedSession",
    "CoPresence",
    "Correction",
    "Dataset",
    "DatasetError",
    "Detector",
    "DetectorIdentity",
    "DetectorInfo",
    "Device",
    "Embeddings",
    "Episode",
    "EpisodeReport",
    "Exporter",
    "Face",
    "FaceFinder",
    "FetchError",
    "FetchProgress",
    "Fetcher",
    "FrameOrigin",
    "Gallery",
    "Group",
    "Grouping",
    "Head",
    "LabelTime",
    "LabelTotal",
    "Manifest",
    "ModelError",
    "ModelFolder",
    "Nodes",
    "OnnxSession",
    "PartialError",
    "Person",
    "Picture",
    "Pictures",
    "PluginError",
    "Published",
    "Recognizer",
    "Region",
    "Report",
    "Reporter",
    "RunRecord",
    "Sample",
    "SceneReport",
    "Scores",
    "ScreenTime",
    "Segment",
    "Settings",
    "ShotReport",
    "Size",
    "Skipped",
    "Split",
    "UsageError",
    "VideoError",
    "VideoRecord",
    "VideoSource",
    "VidtagError",
    "Weights",
    "cache_dir",
    "check_weights",
    "chip",
    "find_device",
    "find_model",
    "find_published",
    "has_amx_int8",
    "hookimpl",
    "is_name",
    "leakage",
    "list_models",
    "model_dirs",
    "one_line",
    "open_finder",
    "open_model",
    "read_dataset",
    "read_picture",
    "read_weights",
    "shot_keys",
    "split_dataset",
    "unsafe_reason",
    "write_manifest",
    "write_model",
    "write_whole",
]

# What to find and cut out faces with imports OpenCV, and what to run networks with ONNX Runtime:
# only where it is asked for.
_LATE = {
    "CPU": "vidtag.inference",
    "BatchedSession": "vidtag.inference",
    "Device": "vidtag.inference",
    "Face": "vidtag.regions.faces",
    "FaceFinder": "vidtag.regions.finders",
    "Nodes": "vidtag.inference",
    "OnnxSession": "vidtag.inference",
    "chip": "vidtag.regions.faces",
    "find_device": "vidtag.inference",
    "open_finder": "vidtag.finding",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATE[name]), name)
