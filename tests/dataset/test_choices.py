from __future__ import annotations

from fractions import Fraction

import pytest

from vidtag.dataset.choices import EveryNth, FrameChoice, PerSecond, PerShot
from vidtag.types import Shot

EVEN = [n * 40_000 for n in range(25)]
UNEVEN = [500_000, 510_000, 990_000, 1_000_000, 2_999_999, 3_000_000]
SHOTS = [Shot(0, 0, 12), Shot(1, 12, 14), Shot(2, 14, 25)]


@pytest.mark.parametrize(
    ("choice", "pts_us", "expected"),
    [
        (EveryNth(12), EVEN, [0, 12, 24]),
        (EveryNth(1), EVEN, list(range(25))),
        (EveryNth(100), EVEN, [0]),
        (PerSecond(Fraction(5)), EVEN, [0, 5, 10, 15, 20]),
        (PerSecond(Fraction(100)), EVEN, list(range(25))),
        (PerSecond(Fraction(1, 9)), EVEN, [0]),
        (PerSecond(Fraction(2)), UNEVEN, [0, 3, 4, 5]),
        (PerSecond(Fraction(1)), [-40_000, 0, 959_999, 960_000], [0, 3]),
        (PerShot(1), EVEN, [6, 13, 19]),
        (PerShot(3), EVEN, [2, 6, 10, 12, 13, 15, 19, 23]),
        (PerShot(99), EVEN, list(range(25))),
    ],
)
def test_choice(choice: FrameChoice, pts_us: list[int], expected: list[int]) -> None:
    assert choice.choose(pts_us, SHOTS) == expected
