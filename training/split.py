"""Deterministic splits: the same file or person lands in the same part for ever.

A split depends on the SHA-256 of a name alone, so it survives added material,
another order of files and another machine.
"""

from __future__ import annotations

import hashlib
from typing import Literal

Part = Literal["train", "val", "test"]

PHOTO_SHARES = (0.70, 0.15)
PERSON_SHARES = (0.90, 0.0)


def fraction_of(name: str) -> float:
    """Map a name to a fixed number in [0, 1), uniform over names."""
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") / 2.0**64


def part_of(name: str, shares: tuple[float, float]) -> Part:
    """Return the part of `name`; `shares` are those of train and val, the rest is test."""
    train, val = shares
    position = fraction_of(name)
    if position < train:
        return "train"
    return "val" if position < train + val else "test"


def photo_part(name: str) -> Part:
    """Part of a labelled photo, by its file name: 70 % train, 15 % val, 15 % test."""
    return part_of(name, PHOTO_SHARES)


def person_part(person: str) -> Part:
    """Part of every picture of one person, by the person's name: 90 % train, 10 % test."""
    return part_of(person, PERSON_SHARES)
