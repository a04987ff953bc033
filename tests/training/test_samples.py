"""The sample episodes are what their truth says, frame by frame."""

from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from training.cartoon.cast import LABELS, PILOT_COSTUMES
from training.cartoon.film import Film
from training.cartoon.finale import FINALE
from training.cartoon.pilot import PILOT
from training.cartoon.rushes import rush
from training.cartoon.sets import PLACES, Place
from training.cartoon.stage import Actor, Shot, render, truth
from training.samples import FRAME_RATE
from vidtag.paths import samples

av = pytest.importorskip("av")

FILMS = pytest.mark.parametrize("film", [PILOT, FINALE], ids=["pilot", "finale"])
EMPTY = Place(lambda canvas, seconds: None)


def read_truth(film: Film) -> list[tuple[str, int, int]]:
    with (samples() / f"{film.name}.truth.csv").open(newline="", encoding="utf-8") as lines:
        return [
            (row["label"], int(row["start_frame"]), int(row["end_frame"]))
            for row in csv.DictReader(lines)
        ]


def video(film: Film) -> Path:
    return samples() / f"{film.name}.mp4"


def three_of_each_shot(film: Film) -> list[tuple[int, Shot, int]]:
    """(frame of the film, shot, frame of the shot): first, middle and last of every shot."""
    starts = accumulate((shot.frames for shot in film.shots), initial=0)
    return [
        (start + frame, shot, frame)
        for start, shot in zip(starts, film.shots, strict=False)
        for frame in (0, shot.frames // 2, shot.frames - 1)
    ]


def test_both_together_are_small() -> None:
    assert sum(video(film).stat().st_size for film in (PILOT, FINALE)) <= 600_000


@FILMS
def test_truth_is_what_the_script_draws(film: Film) -> None:
    rows = read_truth(film)
    for number, shot, frame in three_of_each_shot(film):
        present = {label for label, start, end in rows if start <= number < end}
        assert render(shot, film.costumes, frame).present == present, f"frame {number}"


@FILMS
def test_every_frame_is_in_its_place(film: Film) -> None:
    drawn = {
        number: render(shot, film.costumes, frame).picture
        for number, shot, frame in three_of_each_shot(film)
    }
    count = 0
    with av.open(str(video(film))) as container:
        for number, frame in enumerate(container.decode(video=0)):
            count += 1
            assert frame.pts * frame.time_base == number / FRAME_RATE
            if number in drawn:
                seen = frame.to_ndarray(format="rgb24").astype(int)
                # Across a cut it is more than 30: no frame can be off by one.
                assert np.abs(seen - drawn[number]).mean() < 10, f"frame {number}"
    assert count == film.frames
    assert Fraction(25) <= count / FRAME_RATE <= Fraction(40)


@FILMS
def test_everybody_comes_and_goes(film: Film) -> None:
    rows = read_truth(film)
    frames = {
        label: sum(end - start for who, start, end in rows if who == label) for label in LABELS
    }
    assert all(0.15 < count / film.frames < 0.7 for count in frames.values()), frames
    assert {label for label, _, _ in rows} == set(LABELS)
    seen = np.zeros(film.frames, bool)
    for _, start, end in rows:
        seen[start:end] = True
    assert not seen.all()


def test_the_episodes_share_no_place_and_no_clothes() -> None:
    places = [{id(shot.place) for shot in film.shots} for film in (PILOT, FINALE)]
    assert places[0].isdisjoint(places[1])
    for label in LABELS:
        assert PILOT.costumes[label] != FINALE.costumes[label]


def test_rushes_use_nothing_of_the_finale() -> None:
    forbidden = {id(shot.place) for shot in FINALE.shots}
    for seed in range(60):
        film = rush(seed)
        assert all(id(shot.place) not in forbidden for shot in film.shots)
        assert not set(film.costumes.values()) & set(FINALE.costumes.values())


def test_drawing_is_repeatable() -> None:
    first, again = (render(PILOT.shots[3], PILOT.costumes, 40).picture for _ in range(2))
    assert np.array_equal(first, again)


MARA = Actor(who="mara", x=((0, 640),))
HALF_WIDTH = 0.84 * 62  # of her face, in pixels of the stage


def present(shot: Shot) -> frozenset[str]:
    return render(shot, PILOT_COSTUMES, 0).present


@pytest.mark.parametrize(
    ("x", "seen"),
    [
        (640, True),
        (5, True),
        (-5, False),
        (1275, True),
        (1285, False),
        (-HALF_WIDTH - 1, False),
    ],
)
def test_half_the_face_must_be_inside_the_picture(x: float, seen: bool) -> None:
    shot = Shot(place=EMPTY, frames=1, actors=(replace(MARA, x=((0, x),)),))
    assert present(shot) == ({"mara"} if seen else set())


def test_who_is_covered_is_not_present() -> None:
    otto = Actor(who="otto", x=((0, 640),), scale=80)
    assert present(Shot(place=EMPTY, frames=1, actors=(otto, MARA))) == {"otto", "mara"}
    assert present(Shot(place=EMPTY, frames=1, actors=(MARA, otto))) == {"otto"}


def test_furniture_covers_too() -> None:
    kneeling = replace(MARA, feet_px=1000)
    assert present(Shot(place=PLACES["kiosk"], frames=1, actors=(MARA,))) == {"mara"}
    assert present(Shot(place=PLACES["kiosk"], frames=1, actors=(kneeling,))) == set()


def test_from_behind_and_in_the_dark_is_present() -> None:
    turned = replace(MARA, away=((0, 1),))
    assert present(Shot(place=EMPTY, frames=1, actors=(turned,))) == {"mara"}
    assert present(Shot(place=EMPTY, frames=1, actors=(MARA,), light=((0, 0),))) == {"mara"}


def test_passers_by_have_no_label() -> None:
    assert present(Shot(place=EMPTY, frames=1, crowd=6)) == set()


def test_truth_has_one_row_for_each_run() -> None:
    a, both, nobody = frozenset({"mara"}), frozenset({"mara", "otto"}), frozenset[str]()
    assert truth([a, a, nobody, both]) == [("mara", 0, 2), ("mara", 3, 4), ("otto", 3, 4)]
    assert truth([nobody]) == []
