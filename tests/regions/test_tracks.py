"""Faces linked into tracks, frame by frame."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.regions.making import sighting
from vidtag.regions.tracks import Sighting, Track, best, link


def frames(tracks: list[Track]) -> list[list[tuple[int, float]]]:
    """Frame and left edge of each track's sightings."""
    return [[(s.frame, s.face.left_px) for s in track.sightings] for track in tracks]


def test_nothing_seen_is_no_track() -> None:
    assert link([]) == []


def test_a_face_that_moves_on_is_one_track() -> None:
    [track] = link([sighting(number, 25 * number) for number in range(8)])

    assert (track.start_frame, track.end_frame) == (0, 8)
    assert len(track.sightings) == 8


def test_two_who_pass_each_other_keep_going_their_ways() -> None:
    seen = []
    for number in range(9):
        seen.append(sighting(number, 20 * number, appearance=(1, 0.3)))
        seen.append(sighting(number, 160 - 20 * number, 5, appearance=(0.3, 1)))

    there, back = link(seen)

    assert [s.face.left_px for s in there.sightings] == [20 * n for n in range(9)]
    assert [s.face.left_px for s in back.sightings] == [160 - 20 * n for n in range(9)]


def test_motion_alone_keeps_them_apart_where_faces_say_nothing() -> None:
    seen = []
    for number in range(9):
        seen.append(sighting(number, 20 * number, appearance=(0, 0)))
        seen.append(sighting(number, 170 - 20 * number, appearance=(0, 0)))

    there, back = link(seen)

    assert [s.face.left_px for s in there.sightings] == [20 * n for n in range(9)]
    assert [s.face.left_px for s in back.sightings] == [170 - 20 * n for n in range(9)]


def test_a_short_absence_is_bridged_and_a_long_one_is_not() -> None:
    short = link([sighting(0, 0), sighting(1, 0), sighting(31, 4)])  # 1.2 s
    long = link([sighting(0, 0), sighting(1, 0), sighting(32, 4)])

    assert frames(short) == [[(0, 0), (1, 0), (31, 4)]]
    assert frames(long) == [[(0, 0), (1, 0)], [(32, 4)]]


def test_a_jump_another_size_and_another_face_begin_a_new_track() -> None:
    far = sighting(1, 36)  # 0.9 of its width; 0.88 is allowed after 40 ms
    large = sighting(1, -13, -13, side_px=66)
    other = sighting(1, 0, appearance=(0.1, 1))

    for second in (far, large, other):
        assert len(link([sighting(0, 0), second])) == 2
    near = [sighting(1, 35), sighting(1, -12, -12, side_px=63), sighting(1, 0, appearance=(0.2, 1))]
    for second in near:
        assert len(link([sighting(0, 0), second])) == 1


def test_of_two_near_faces_the_more_alike_goes_on() -> None:
    seen = [
        sighting(0, 0),
        sighting(1, 4, appearance=(0.5, 1)),
        sighting(1, 6, appearance=(1, 0.1)),
    ]

    assert frames(link(seen)) == [[(0, 0), (1, 6)], [(1, 4)]]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 20),
            st.integers(0, 100),
            st.integers(20, 60),
            st.sampled_from([(1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]),
        ),
        max_size=30,
    )
)
def test_every_face_is_in_one_track_and_no_track_has_two_of_a_frame(
    faces: list[tuple[int, int, int, tuple[float, float]]],
) -> None:
    seen = [
        sighting(frame, left, side_px=side, appearance=appearance)
        for frame, left, side, appearance in sorted(faces)
    ]

    tracks = link(seen)

    linked = [each for track in tracks for each in track.sightings]
    assert Counter(map(id, linked)) == Counter(map(id, seen))
    for track in tracks:
        numbers = [each.frame for each in track.sightings]
        assert numbers == sorted(set(numbers))
    starts = [track.start_frame for track in tracks]
    assert starts == sorted(starts)


def test_between_sightings_the_box_is_interpolated() -> None:
    track = Track((sighting(10, 0), sighting(14, 40, 8, side_px=44)))

    np.testing.assert_array_equal(
        track.boxes(),
        [[0, 0, 40, 40], [10, 2, 41, 41], [20, 4, 42, 42], [30, 6, 43, 43], [40, 8, 44, 44]],
    )


def rated(*qualities: float) -> Track:
    return Track(tuple(sighting(number, 0, quality=q) for number, q in enumerate(qualities)))


def numbers(sightings: tuple[Sighting, ...]) -> list[int]:
    return [each.frame for each in sightings]


def test_the_best_are_from_different_moments() -> None:
    track = rated(0.9, 0.8, 0.1, 0.2, 0.3, 0.4)

    assert numbers(best(track, 3)) == [0, 5, 3]
    assert numbers(best(track, 1)) == [0]


def test_of_few_sightings_all_are_best() -> None:
    assert numbers(best(rated(0.1, 0.3, 0.2), 8)) == [1, 2, 0]
