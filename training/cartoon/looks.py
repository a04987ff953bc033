"""What a person looks like: for good, in these clothes, at this moment.

Coordinates of a person: the centre of the face is (0, 0) and its half height about 1; the chin
is at y = 1, the shoulders at 1.7, the hips at 4.1, the soles at 6.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from training.cartoon.canvas import Colour

Hair: TypeAlias = Literal["curls", "tufts", "flattop", "bob", "short", "ponytail", "cap"]
Pattern: TypeAlias = Literal["plain", "stripes", "dots", "jacket", "apron", "hoodie", "coat"]
Hands: TypeAlias = tuple[tuple[float, float], tuple[float, float]]  # (x, y) of both

SOLES_Y = 6.9
LINE = 0.06  # width of an outline
WHITE: Colour = (252, 250, 245)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What stays the same whatever a person wears."""

    skin: Colour
    hair: Hair
    hair_colour: Colour
    half_width: float = 0.84
    half_height: float = 1.0
    jaw: float = 0.8
    nose: float = 0.16
    brow: float = 0.09
    glasses: bool = False
    freckles: bool = False
    moustache: Colour | None = None
    beard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Costume:
    """What a person wears."""

    top: Colour
    pattern: Pattern = "plain"
    accent: Colour = WHITE
    trousers: Colour = (70, 76, 100)
    scarf: Colour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """One moment of a person."""

    yaw: float = 0.0  # -1: looks to the left of the picture, 1: to the right
    tilt_degrees: float = 0.0
    away: bool = False  # seen from behind
    mouth: float = 0.0  # 0 closed .. 1 wide open
    mood: float = 0.5  # -1 unhappy .. 1 beaming
    blink: bool = False
    hands: Hands = ((-1.45, 3.9), (1.45, 3.9))
    step: float = 0.0  # how far apart the feet are, in walking: -1 .. 1
