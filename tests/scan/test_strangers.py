"""Whom nobody has named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.faces import ColourRecognizer, embedding
from vidtag.scan import strangers
from vidtag.scan.conclusions import Footage
from vidtag.types import Box, Shot, Sighting, Track

FRAME_US = 40_000
FRAMES = 200
FOOTAGE = Footage(
    edges_us=np.arange(FRAMES + 1, dtype=np.int64) * FRAME_US,
    size=(360, 640),
    shots=(Shot(0, 0, FRAMES),),
)


def track(
    start: int, end: int, *, name: str = "ross", width_px: int = 40, confidence: float = 0.9
) -> Track:
    return Track(
        start_frame=start,
        end_frame=end,
        sightings=tuple(
            Sighting(frame, Box(100, 100, width_px, width_px)) for frame in range(start, end, 3)
        ),
        confidence=confidence,
        evidence=embedding(name),
        looks=np.zeros(1, np.float32),
    )


def find(*tracks: Track, known: Sequence[int] = ()) -> list[list[tuple[int, int]]]:
    """The frames of the tracks of each stranger."""
    left = np.array([row not in known for row in range(len(tracks))])
    embeddings = np.stack([each.evidence for each in tracks])
    found = strangers.find(ColourRecognizer(), FOOTAGE, tracks, embeddings, left)
    return [[(each.start_frame, each.end_frame) for each in person] for person in found]


def test_tracks_that_look_alike_are_one_person() -> None:
    found = find(track(0, 30), track(30, 60, name="rachel"), track(60, 100))

    assert found == [[(60, 100), (0, 30)], [(30, 60)]]


def test_look_alikes_who_are_seen_together_are_two_people() -> None:
    found = find(track(0, 60), track(20, 60), track(80, 100))

    assert found == [[(0, 60), (80, 100)], [(20, 60)]]


def test_who_is_known_is_no_stranger() -> None:
    assert find(track(0, 30), track(50, 80), known=[0]) == [[(50, 80)]]


@pytest.mark.parametrize(
    "passing",
    [track(0, 14), track(0, 30, width_px=19), track(0, 30, confidence=0.79)],
    ids=["0.56 s", "small", "unsure"],
)
def test_who_passes_by_is_not_kept(passing: Track) -> None:
    assert find(passing) == []


def test_the_longest_ten_tracks_are_references() -> None:
    group = [track(start, 2 * start + 3) for start in range(0, 24, 2)]

    kept = strangers.references("colour", "Pilot", group)

    assert len(kept) == 10
    assert kept[0].source == "Pilot, frames 22 to 46"
    assert {each.space for each in kept} == {"colour"}
