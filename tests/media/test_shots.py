from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from scenedetect.common import FrameTimecode
from scenedetect.detectors import AdaptiveDetector, ThresholdDetector

from vidtag.media import (
    PIPELINE_VERSION,
    THUMBNAIL_SIZE,
    ShotDetector,
    ShotSignature,
    group_scenes,
    open_video,
)
from vidtag.media.shots import _HardCuts
from vidtag.types import Picture, Shot


def thumbnail(colour: tuple[int, int, int], *, shift: int = 0) -> Picture:
    """A picture of one colour with a lighter square in it, moved to the right by `shift`."""
    picture = np.full((*THUMBNAIL_SIZE, 3), colour, np.uint8)
    left = 10 + shift % 80
    picture[20:50, left : left + 30] += 30
    return picture


RED, GREEN, BLUE = (160, 40, 30), (40, 150, 60), (30, 50, 170)


def film(*shots: tuple[tuple[int, int, int], int]) -> list[Picture]:
    """Shots of (colour, frames), in which something moves."""
    return [thumbnail(colour, shift=n) for colour, frames in shots for n in range(frames)]


def detect(pictures: list[Picture], *, rate: Fraction | None = None) -> ShotDetector:
    detector = ShotDetector(frame_rate=rate)
    for number, picture in enumerate(pictures):
        detector.feed(number, picture)
    detector.finish()
    return detector


def starts(detector: ShotDetector) -> list[int]:
    return [shot.start_frame for shot in detector.shots()]


def test_cuts_are_exact_and_known_two_frames_later() -> None:
    detector = ShotDetector()
    told: dict[int, int] = {}
    for number, picture in enumerate(film((RED, 20), (GREEN, 30), (BLUE, 15))):
        told |= dict.fromkeys(detector.feed(number, picture), number)
        assert detector.settled_frame == max(0, number - 1)
    assert detector.finish() == ()
    assert told == {20: 22, 50: 52}
    assert [(shot.start_frame, shot.end_frame) for shot in detector.shots()] == [
        (0, 20),
        (20, 50),
        (50, 65),
    ]


def test_nothing_before_the_settled_frame_is_told_later() -> None:
    detector = ShotDetector()
    settled = 0
    for number, picture in enumerate(film(*[(RED, 11), (GREEN, 9), (BLUE, 13)] * 3)):
        cuts = detector.feed(number, picture)
        assert all(cut >= settled for cut in cuts)
        settled = detector.settled_frame
        assert all(cut < settled for cut in cuts)


def test_changes_and_fades_are_those_of_the_library() -> None:
    """What is computed in other ways, to save time, is what PySceneDetect computes."""
    rng = np.random.default_rng(0)
    plain, ours = AdaptiveDetector(), _HardCuts()
    fades, by_mean = ThresholdDetector(), ThresholdDetector()
    for number in range(200):
        time = FrameTimecode(number, 24.0)
        brightest = rng.integers(2, 80)  # some are black to the library: below a mean of 12
        picture = rng.integers(0, brightest, (*THUMBNAIL_SIZE, 3), np.uint8)
        expected = plain._calculate_frame_score(time, picture)
        assert ours._calculate_frame_score(time, picture) == pytest.approx(expected, rel=1e-12)
        mean = np.array(cv2.mean(picture)[:3])
        assert by_mean.process_frame(time, mean) == fades.process_frame(time, picture)
        assert by_mean.last_fade == fades.last_fade


def test_movement_is_no_cut() -> None:
    assert starts(detect(film((RED, 100)))) == [0]


def test_picture_that_comes_back_from_black_begins_a_shot() -> None:
    def faded(step: int) -> Picture:
        return (thumbnail(GREEN) * (step / 12)).astype(np.uint8)

    out = [faded(step) for step in range(12, 0, -1)]
    back = [faded(step) for step in range(1, 13)]
    pictures = [*film((GREEN, 20)), *out, *[np.zeros_like(out[0])] * 15, *back]
    cuts = starts(detect([*pictures, *film((GREEN, 20))]))
    assert cuts == [0, 32, 47]  # the last light goes at 32, the first is back at 47


@pytest.mark.parametrize(("rate", "shortest"), [(None, 8), (Fraction(60), 20), (Fraction(1), 4)])
def test_no_shot_is_shorter_than_a_third_of_a_second(rate: Fraction | None, shortest: int) -> None:
    def second_cut(frames: int) -> bool:
        return len(starts(detect(film((RED, 40), (GREEN, frames), (BLUE, 40)), rate=rate))) == 3

    assert second_cut(shortest)
    assert not second_cut(shortest - 1)


def test_no_frames_no_shots() -> None:
    assert detect([]).shots() == []


def test_frames_come_in_order() -> None:
    with pytest.raises(ValueError, match="expected 0, received 3"):
        ShotDetector().feed(3, thumbnail(RED))


def signature(colour: int) -> ShotSignature:
    histogram = np.zeros((8, 4, 4), np.float32)
    histogram[colour, 2, 2] = 1
    return ShotSignature(histogram)


def black() -> ShotSignature:
    histogram = np.zeros((8, 4, 4), np.float32)
    histogram[0, 0, 0] = 1
    return ShotSignature(histogram)


@pytest.mark.parametrize(
    ("colours", "scenes"),
    [
        ([], []),
        ([1], [0]),
        ([1, 1, 2], [0, 0, 1]),
        ([1, 2, 1, 2, 3], [0, 0, 0, 0, 1]),  # a conversation, then another place
        ([1, 2, 3, 1, 4], [0, 0, 0, 0, 1]),  # what lies between is inside
        ([1, 2, 3, 4, 5, 1], [0, 1, 2, 3, 4, 5]),  # too far apart
        ([1, 2, 1, 3, 2, 4], [0, 0, 0, 0, 0, 1]),  # links that overlap
    ],
)
def test_scenes(colours: list[int], scenes: list[int]) -> None:
    edges = pairwise(range(0, 10 * (len(colours) + 1), 10))
    shots = [Shot(number, *edge) for number, edge in enumerate(edges)]
    grouped = group_scenes(shots, [signature(colour) for colour in colours])
    assert [shot.scene for shot in grouped] == scenes
    assert [(shot.number, shot.start_frame, shot.end_frame) for shot in grouped] == [
        (shot.number, shot.start_frame, shot.end_frame) for shot in shots
    ]


def test_black_is_like_nothing() -> None:
    assert black().similarity(black()) == 0
    assert signature(1).similarity(signature(1)) == 1


def test_conversation_in_pictures_is_one_scene() -> None:
    detector = detect(film((RED, 20), (GREEN, 20), (RED, 20), (GREEN, 20), (BLUE, 20)))
    assert [shot.scene for shot in detector.shots()] == [0, 0, 0, 0, 1]


def test_pipeline_version_names_what_it_depends_on() -> None:
    assert PIPELINE_VERSION.split()[0].isdigit()
    for library in ("avcodec-", "swscale-", "scenedetect-"):
        assert library in PIPELINE_VERSION


@pytest.mark.material
@pytest.mark.parametrize(
    ("file", "cuts", "scenes"),
    [  # judged by eye, frame by frame around each cut
        ("friends_sofa.mp4", [0, 75, 155], [0, 0, 0]),
        ("friends_apartment.mp4", [0, 31, 113, 168, 208, 313, 427, 516], [0] * 8),
        (
            "poppins.mp4",
            [0, 92, 139],
            [0, 1, 2],
        ),  # one room, but its three set-ups share no colours
        ("goldeneye_vfr.mp4", [0, 60, 140], [0, 1, 2]),
        (
            "audrey.mp4",
            [0, 46, 169],
            [0, 1, 2],
        ),  # 169 is a fast wipe; the dissolve at 210 is missed
        ("chaplin.mp4", [0], [0]),
        # Hard cuts at 30 and 180, fades from black at 216 and 394: its published list has the
        # middles of the two black stretches, 201 and 382.
        ("testvideo.mp4", [0, 30, 180, 216, 394], [0, 1, 2, 3, 4]),
    ],
)
def test_real_clips(material: Path, file: str, cuts: list[int], scenes: list[int]) -> None:
    with open_video(material / "clips" / file, sizes=[THUMBNAIL_SIZE]) as reader:
        detector = ShotDetector(frame_rate=reader.info.frame_rate)
        for frame in reader:
            detector.feed(frame.number, frame.pictures[0])
    detector.finish()
    assert starts(detector) == cuts
    assert [shot.scene for shot in detector.shots()] == scenes
