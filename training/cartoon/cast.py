"""Who plays: the three labelled characters, and any number of passers-by nobody asks about."""

from __future__ import annotations

import numpy as np

from training.cartoon.canvas import Colour
from training.cartoon.looks import Costume, Hair, Look, Pattern

CAST: dict[str, Look] = {
    "mara": Look(
        skin=(250, 208, 176),
        hair="curls",
        hair_colour=(226, 96, 40),
        glasses=True,
        freckles=True,
        jaw=0.82,
    ),
    "nilo": Look(
        skin=(136, 88, 60),
        hair="flattop",
        hair_colour=(34, 28, 36),
        half_width=0.74,
        jaw=0.78,
        nose=0.17,
        brow=0.1,
    ),
    "otto": Look(
        skin=(240, 186, 158),
        hair="tufts",
        hair_colour=(226, 226, 222),
        half_width=0.76,
        half_height=1.1,
        jaw=0.86,
        nose=0.27,
        brow=0.15,
        moustache=(240, 240, 236),
    ),
}
LABELS = tuple(sorted(CAST))

PILOT_COSTUMES: dict[str, Costume] = {
    "mara": Costume(top=(70, 130, 120), pattern="apron", accent=(244, 226, 180)),
    "nilo": Costume(top=(232, 182, 66), pattern="hoodie", trousers=(60, 70, 110)),
    "otto": Costume(top=(124, 100, 84), pattern="coat", scarf=(172, 62, 52)),
}
FINALE_COSTUMES: dict[str, Costume] = {
    "mara": Costume(
        top=(122, 84, 150), pattern="dots", accent=(246, 214, 222), trousers=(56, 50, 70)
    ),
    "nilo": Costume(
        top=(86, 148, 196), pattern="stripes", accent=(236, 240, 240), trousers=(96, 84, 70)
    ),
    "otto": Costume(
        top=(88, 108, 74), pattern="jacket", accent=(240, 222, 160), trousers=(74, 64, 60)
    ),
}

_SKINS: tuple[Colour, ...] = (
    (250, 220, 196),
    (236, 190, 152),
    (200, 150, 110),
    (136, 92, 64),
    (96, 66, 50),
)
_HAIR: tuple[Colour, ...] = (
    (60, 50, 90),
    (92, 62, 42),
    (204, 164, 92),
    (34, 30, 36),
    (150, 74, 44),
    (196, 196, 196),
)
_EXTRA_HAIR: tuple[Hair, ...] = ("bob", "short", "ponytail", "cap")
_PATTERNS: tuple[Pattern, ...] = ("plain", "stripes", "dots", "jacket", "apron", "hoodie", "coat")


def passer_by(rng: np.random.Generator) -> tuple[Look, Costume]:
    """Somebody who is none of the characters."""
    look = Look(
        skin=_SKINS[rng.integers(len(_SKINS))],
        hair=_EXTRA_HAIR[rng.integers(len(_EXTRA_HAIR))],
        hair_colour=_HAIR[rng.integers(len(_HAIR))],
        half_width=float(rng.uniform(0.72, 0.9)),
        jaw=float(rng.uniform(0.72, 0.9)),
        nose=float(rng.uniform(0.12, 0.24)),
        glasses=bool(rng.random() < 0.2),
        beard=bool(rng.random() < 0.25),
    )
    return look, any_costume(rng)


def any_costume(rng: np.random.Generator) -> Costume:
    """Clothes of random cut and colours."""
    return Costume(
        top=any_colour(rng),
        pattern=_PATTERNS[rng.integers(len(_PATTERNS))],
        accent=any_colour(rng),
        trousers=any_colour(rng),
        scarf=any_colour(rng) if rng.random() < 0.2 else None,
    )


def any_colour(rng: np.random.Generator, low: int = 40, high: int = 245) -> Colour:
    """A random colour with channels in [low, high)."""
    red, green, blue = (int(channel) for channel in rng.integers(low, high, 3))
    return red, green, blue
