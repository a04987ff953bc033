"""Folders of pictures from which detectors learn: read, described, divided, added to."""

from vidtag.dataset.names import unsafe_reason
from vidtag.dataset.pictures import read_picture
from vidtag.dataset.reading import read_dataset
from vidtag.dataset.split import SplitBy, leakage, shot_keys, split_dataset
from vidtag.dataset.values import Dataset, FrameOrigin, Sample, Skipped, Split, VideoSource

__all__ = [
    "Dataset",
    "FrameOrigin",
    "Sample",
    "Skipped",
    "Split",
    "SplitBy",
    "VideoSource",
    "leakage",
    "read_dataset",
    "read_picture",
    "shot_keys",
    "split_dataset",
    "unsafe_reason",
]
