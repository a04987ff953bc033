"""People whom nobody has named: which tracks show them, and what they are known again by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vidtag.types import NewReference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.scan.conclusions import Footage
    from vidtag.types import Embeddings, Recognizer, Track

_REFERENCES = 10  # kept of somebody unknown
# Of somebody unknown: less may be a passer-by, or no face at all.
_LEAST_CONFIDENCE = 0.8
_LEAST_WIDTH_PX = 20
_LEAST_SIGHTINGS = 3
_LEAST_US = 600_000


def find(
    recognizer: Recognizer,
    footage: Footage,
    tracks: Sequence[Track],
    embeddings: Embeddings,
    left: NDArray[np.bool_],
) -> list[list[Track]]:
    """Tracks of people who are nobody known and are seen well and long enough, by person.

    Args:
        recognizer: groups them.
        footage: the video.
        tracks: all of them.
        embeddings: (tracks, dimensions).
        left: (tracks,) which of them are nobody known.
    """
    unknown = [row for row, track in enumerate(tracks) if left[row] and is_clear(track)]
    if not unknown:
        return []
    groups = recognizer.group(embeddings[unknown])
    return [
        person
        for group in groups
        for person in _one_at_a_time([tracks[unknown[row]] for row in group])
        if _counts(person, footage)
    ]


def _one_at_a_time(group: Sequence[Track]) -> Iterator[list[Track]]:
    """Part a group so that no two tracks of a part are seen together: nobody is there twice.

    Look-alikes who are seen together are two people; the one seen longest comes first.
    """
    left = sorted(group, key=lambda track: -len(track.sightings))
    while left:
        person: list[Track] = []
        for track in left:
            if not any(_meet(track, other) for other in person):
                person.append(track)
        yield person
        left = [track for track in left if track not in person]


def _meet(one: Track, other: Track) -> bool:
    return one.start_frame < other.end_frame and other.start_frame < one.end_frame


def is_clear(track: Track) -> bool:
    """Whether it is surely a face, and large enough to be known again."""
    width_px = np.mean([sighting.box.width_px for sighting in track.sightings])
    return track.confidence >= _LEAST_CONFIDENCE and float(width_px) >= _LEAST_WIDTH_PX


def _counts(group: Sequence[Track], footage: Footage) -> bool:
    sightings = sum(len(track.sightings) for track in group)
    edges_us = footage.edges_us
    shown_us = sum(int(edges_us[t.end_frame] - edges_us[t.start_frame]) for t in group)
    return sightings >= _LEAST_SIGHTINGS and shown_us >= _LEAST_US


def references(space: str, where: str, group: Sequence[Track]) -> list[NewReference]:
    """The tracks of a group that are kept to know the person again by, the longest first.

    Args:
        space: of their embeddings.
        where: the video's name, for a person to read.
        group: tracks of one person.
    """
    longest = sorted(group, key=lambda track: -len(track.sightings))[:_REFERENCES]
    return [
        NewReference(
            space=space,
            embedding=track.evidence,
            source=f"{where}, frames {track.start_frame} to {track.end_frame - 1}",
        )
        for track in longest
    ]
