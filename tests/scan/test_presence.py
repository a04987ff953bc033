"""Who is on screen, given tracks and what people said."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vidtag.scan.conclusions import Footage
from vidtag.scan.presence import presence
from vidtag.types import Box, Correction, Shot, Sighting, Track

FRAME_US = 100_000  # so that presence halves every 30 frames
FOOTAGE = Footage(
    edges_us=np.arange(201, dtype=np.int64) * FRAME_US,
    size=(360, 640),
    shots=(Shot(0, 0, 100), Shot(1, 100, 200)),
)


def track(start: int, end: int) -> Track:
    box = Box(300, 100, 40, 40)
    return Track(
        start_frame=start,
        end_frame=end,
        sightings=(Sighting(start, box), Sighting(end - 1, box)),
        confidence=0.9,
        evidence=np.zeros(1, np.float32),
        looks=np.zeros(1, np.float32),
    )


def said(start: int, end: int, *, present: bool, label: str = "ross") -> Correction:
    return Correction(
        video_id=1,
        label=label,
        start_frame=start,
        end_frame=end,
        present=present,
        author="Ann",
    )


def shown(*corrections: Correction, tracks: tuple[Track, ...] = ()) -> NDArray[np.float32]:
    """Of Ross (frames,), who is all of `tracks`."""
    chances = np.tile([1.0, 0.0], (len(tracks), 1))
    found = presence(FOOTAGE, tracks, chances, ["ross", "rachel"], corrections)
    assert found.shape == (200, 2)
    return np.asarray(found[:, 0])


def frames(scores: NDArray[np.float32]) -> list[tuple[int, int]]:
    """The stretches in which somebody counts as there."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], scores >= 0.5, [0]]).astype(int)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def test_without_corrections_a_face_lingers() -> None:
    assert frames(shown(tracks=(track(40, 50),))) == [(10, 80)]


def test_who_was_said_to_be_there_lingers_within_the_shot() -> None:
    found = shown(said(90, 91, present=True))

    assert frames(found) == [(60, 100)]
    assert (found[90], found[60], found[100]) == (1.0, 0.5, 0.0)


def test_who_was_said_to_be_away_lingers_half_way_at_most() -> None:
    found = shown(said(70, 71, present=False), tracks=(track(40, 50),))

    assert frames(found) == [(10, 60)]
    assert found[60:].max() == 0


def test_half_way_counts_on_both_sides_of_what_was_said() -> None:
    away, there = said(20, 22, present=False), said(60, 62, present=True)

    found = shown(away, there, said(80, 81, present=False))

    assert frames(found) == [(41, 71)]


def test_the_newest_correction_holds() -> None:
    found = shown(said(40, 60, present=True), said(50, 60, present=False))

    assert frames(found) == [(10, 50)]


def test_what_is_said_of_one_is_not_said_of_another() -> None:
    told = said(70, 71, present=False, label="rachel")

    np.testing.assert_array_equal(
        shown(told, tracks=(track(40, 50),)), shown(tracks=(track(40, 50),))
    )


def test_seven_corrected_frames_make_a_shot_right_to_the_frame() -> None:
    """Ross is there in the frames 30 to 76 alone, turned away."""
    truth = np.zeros(200, np.bool_)
    truth[30:77] = True
    told: list[Correction] = []
    while wrong := frames(np.asarray((shown(*told) >= 0.5) != truth, np.float32)):
        start, end = max(wrong, key=lambda stretch: stretch[1] - stretch[0])
        middle = (start + end) // 2
        told.append(said(middle, middle + 1, present=bool(truth[middle])))

    assert len(told) == 7
