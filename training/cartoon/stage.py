"""A shot: actors, camera and light over time; its frames and their truth.

Truth: a character is present in a frame when at least half of the character's face, as a shape,
is inside the picture and not covered by anything or anybody else. A head seen from behind is a
head; darkness does not hide anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from training.cartoon.canvas import (
    HEIGHT_PX,
    SUPERSAMPLING,
    WIDTH_PX,
    Canvas,
    Matrix,
    Picture,
    affine,
)
from training.cartoon.cast import CAST, LABELS, passer_by
from training.cartoon.looks import SOLES_Y, Costume, Hands, Pose
from training.cartoon.people import draw_person, face_points
from training.cartoon.sets import Place

PRESENT_FROM = 0.5  # share of the face that must be visible
FRAMES_PER_SECOND = 24_000 / 1_001

Keys: TypeAlias = tuple[tuple[float, float], ...]  # (share of the shot, value)
Spans: TypeAlias = tuple[tuple[float, float], ...]  # [from, to) as shares of the shot
Gesture: TypeAlias = Literal["rest", "hold", "wave", "hips", "point"]

_HANDS: dict[Gesture, Hands] = {
    "rest": ((-1.45, 3.9), (1.45, 3.9)),
    "hold": ((-0.5, 2.9), (0.5, 2.9)),
    "wave": ((-1.45, 3.9), (1.9, 0.3)),
    "hips": ((-1.1, 3.5), (1.1, 3.5)),
    "point": ((-1.45, 3.9), (2.2, 1.9)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One character in one shot. `x` may change; the soles stand at `feet_px`."""

    who: str
    x: Keys
    feet_px: float = 650
    scale: float = 62  # stage pixels per unit of a person
    yaw: Keys = ((0, 0),)
    talks: Spans = ()
    away: Spans = ()
    mood: float = 0.5
    tilt: Keys = ((0, 0),)
    gesture: Gesture = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What happens between two cuts. The camera is (x, y) of the stage and a zoom."""

    place: Place
    frames: int
    actors: tuple[Actor, ...] = ()
    camera_x: Keys = ((0, 640),)
    camera_y: Keys = ((0, 360),)
    zoom: Keys = ((0, 1),)
    light: Keys = ((0, 1),)
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    blur: float = 0.0  # of the background, in canvas pixels
    crowd: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Still:
    """One finished frame and the labels that are present in it."""

    picture: Picture
    present: frozenset[str]


def render(shot: Shot, costumes: Mapping[str, Costume], frame: int) -> Still:
    """Draw frame `frame` of `shot`."""
    share = frame / shot.frames
    seconds = frame / FRAMES_PER_SECOND
    canvas = Canvas(_camera(shot, share))
    shot.place.back(canvas, seconds)
    if shot.blur:
        canvas.picture = np.asarray(cv2.GaussianBlur(canvas.picture, (0, 0), shot.blur), np.uint8)
    _draw_crowd(canvas, shot, seconds)
    for number, actor in enumerate(shot.actors, start=1):
        with canvas.placed(_place_of(actor, share), painter=number):
            draw_person(canvas, CAST[actor.who], costumes[actor.who], _pose(actor, shot, frame))
    if shot.place.front is not None:
        shot.place.front(canvas, seconds)
    present = {
        actor.who
        for number, actor in enumerate(shot.actors, start=1)
        if _visible_share(canvas, actor, share, number) >= PRESENT_FROM
    }
    return Still(_graded(canvas.finish(), shot, share, frame), frozenset(present))


def truth(stills_present: list[frozenset[str]]) -> list[tuple[str, int, int]]:
    """Runs of presence: (label, start frame, end frame), end exclusive, sorted."""
    rows = []
    for label in LABELS:
        flags = np.array([False, *(label in present for present in stills_present), False])
        edges = np.flatnonzero(flags[1:] != flags[:-1])
        rows += [(label, int(start), int(end)) for start, end in edges.reshape(-1, 2)]
    return rows


def _at(keys: Keys, share: float) -> float:
    times, values = zip(*keys, strict=True)
    return float(np.interp(share, times, values))


def _within(spans: Spans, share: float) -> bool:
    return any(start <= share < end for start, end in spans)


def _camera(shot: Shot, share: float) -> Matrix:
    zoom = _at(shot.zoom, share)
    x, y = _at(shot.camera_x, share), _at(shot.camera_y, share)
    middle_x, middle_y = WIDTH_PX * SUPERSAMPLING / 2, HEIGHT_PX * SUPERSAMPLING / 2
    return affine(x=middle_x - x * zoom, y=middle_y - y * zoom, scale=zoom)


def _speed(actor: Actor, share: float) -> float:
    """How fast somebody moves across the stage, in units of a person per share of the shot."""
    return (_at(actor.x, share + 0.01) - _at(actor.x, share - 0.01)) / 0.02 / actor.scale


def _place_of(actor: Actor, share: float) -> Matrix:
    bob = 0.1 * abs(np.sin(share * 40)) if abs(_speed(actor, share)) > 1 else 0.0
    return affine(
        x=_at(actor.x, share), y=actor.feet_px - (SOLES_Y + bob) * actor.scale, scale=actor.scale
    )


def _pose(actor: Actor, shot: Shot, frame: int) -> Pose:
    share, seconds = frame / shot.frames, frame / FRAMES_PER_SECOND
    phase = float(LABELS.index(actor.who) * 2 + shot.seed)
    talking = _within(actor.talks, share)
    syllable = max(0.0, np.sin(seconds * 21 + phase) * (0.6 + 0.4 * np.sin(seconds * 5.3 + phase)))
    hands = _HANDS[actor.gesture]
    if actor.gesture == "wave":
        hands = (hands[0], (1.9 + 0.4 * np.sin(seconds * 12), 0.2))
    elif talking:
        lift = 0.3 * np.sin(seconds * 4 + phase)
        hands = (hands[0], (hands[1][0], hands[1][1] - 0.4 - lift))
    walking = abs(_speed(actor, share)) > 1
    return Pose(
        yaw=_at(actor.yaw, share),
        tilt_degrees=_at(actor.tilt, share) + (2.5 * np.sin(seconds * 6 + phase) if talking else 0),
        away=_within(actor.away, share),
        mouth=float(syllable) if talking else 0.0,
        mood=actor.mood,
        blink=(seconds + phase) % 2.6 < 0.13,
        hands=hands,
        step=float(np.sin(share * 40)) if walking else 0.0,
    )


def _draw_crowd(canvas: Canvas, shot: Shot, seconds: float) -> None:
    rng = np.random.default_rng(shot.seed + 1000)
    for _ in range(shot.crowd):
        look, costume = passer_by(rng)
        x, speed = rng.uniform(-200, 1480), rng.uniform(-60, 60)
        scale, feet = rng.uniform(46, 56), rng.uniform(600, 628)
        pose = Pose(
            yaw=float(np.sign(speed)) * 0.8,
            away=bool(rng.random() < 0.3),
            step=float(np.sin(seconds * 8 + x)),
            mood=float(rng.uniform(-0.5, 1)),
        )
        where = affine(x=x + speed * seconds, y=feet - SOLES_Y * scale, scale=scale)
        with canvas.placed(where):
            draw_person(canvas, look, costume, pose)


def _visible_share(canvas: Canvas, actor: Actor, share: float, number: int) -> float:
    """Share of the face of actor `number` that can be seen; the canvas holds everything drawn."""
    tilt = _at(actor.tilt, share)
    with canvas.placed(_place_of(actor, share)):
        pixels = np.rint(canvas.to_pixels(face_points(CAST[actor.who], tilt))).astype(int)
    height, width = canvas.owner.shape
    inside = ((pixels >= 0) & (pixels < (width, height))).all(axis=1)
    owners = canvas.owner[pixels[inside, 1], pixels[inside, 0]]
    return float((owners == number).sum() / len(pixels))


# --- the look of film -------------------------------------------------------------------------

GRAIN = 1.4  # standard deviation, in steps of 8-bit brightness


def _vignette() -> NDArray[np.float32]:
    y, x = np.mgrid[-1 : 1 : HEIGHT_PX * 1j, -1 : 1 : WIDTH_PX * 1j]
    darker: NDArray[np.float32] = np.clip(x**2 + y**2 - 0.6, 0, None).astype(np.float32)
    return 1 - np.float32(0.1) * darker[..., None]


_VIGNETTE = _vignette()


def _graded(picture: Picture, shot: Shot, share: float, frame: int) -> Picture:
    gain = np.array(shot.tint, np.float32) * np.float32(_at(shot.light, share))
    grain = np.random.default_rng((shot.seed, frame)).standard_normal(picture.shape[:2], np.float32)
    graded = picture * gain * _VIGNETTE + GRAIN * grain[..., None]
    return np.asarray(np.clip(np.rint(graded), 0, 255), np.uint8)
