"""What is written down of a dataset beside its pictures: `dataset.jsonl`, one fact a line.

    {"video": "1f3a0c5d9e8b7a61", "sha256": "1f3a...", "name": "s01e01.mp4"}
    {"frame": "1f3a0c5d9e8b7a61-f000120-t5005000us-s003.jpg", "sha256": "77aa..."}
    {"photo": "ross/sofa-0badc0de.jpg", "sha256": "0bad...", "source": "sofa.jpg"}

Lines are only ever added, each after its file is safely there. A line that was cut off when the
power went is dropped; the picture itself is found again by its name. Nothing depends on the file:
without it only the full hashes and names of the videos, and what was removed on purpose, are lost.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vidtag.dataset.names import parse_frame_name
from vidtag.dataset.values import FrameOrigin, VideoSource
from vidtag.errors import DatasetError

RECORDS_NAME = "dataset.jsonl"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Records:
    """What `dataset.jsonl` says."""

    videos: Mapping[str, VideoSource] = field(default_factory=dict)
    origins: Mapping[str, FrameOrigin] = field(default_factory=dict)  # by SHA-256 of the picture
    extracted: frozenset[FrameOrigin] = frozenset()  # all frames that ever were


def read_records(root: Path) -> Records:
    """Read the records of the dataset in `root`; there may be none.

    Raises:
        DatasetError: they are there and cannot be read.
    """
    path = root / RECORDS_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Records()
    except OSError as error:
        raise DatasetError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    facts = list(_facts(path, content))
    frames = list(_frames(facts))
    return Records(
        videos=dict(_videos(facts)),
        origins=dict(frames),
        extracted=frozenset(origin for _, origin in frames),
    )


def _facts(path: Path, content: bytes) -> Iterator[Mapping[str, str]]:
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            fact = json.loads(line)
        except ValueError:
            fact = None
        if isinstance(fact, dict) and all(isinstance(value, str) for value in fact.values()):
            yield fact
        else:
            _log.warning("%s: line %d cannot be read and is passed over", path, number)


def _videos(facts: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, VideoSource]]:
    for fact in facts:
        if fact.keys() >= {"video", "sha256", "name"}:
            yield fact["video"], VideoSource(sha256=fact["sha256"], name=fact["name"])


def _frames(facts: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, FrameOrigin]]:
    for fact in facts:
        origin = parse_frame_name(fact.get("frame", ""))
        if origin is not None and "sha256" in fact:
            yield fact["sha256"], origin
