"""FCPXML: each keyword range of a clip is a stretch, its keywords the labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from vidtag.errors import TruthError
from vidtag.truth.times import RatedFrame
from vidtag.truth.values import Mark, make_mark, quote, require_one_video

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOT = "fcpxml"
_TIME = re.compile(r"(-?\d{1,18})(?:/0*(\d{1,18}))?s", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Asset:
    start_s: Fraction
    frame_s: Fraction


def read_fcpxml(root: Element) -> tuple[Mark, ...]:
    """The keyword ranges.

    Raises:
        TruthError: a time or a reference is wrong, or it speaks of several videos.
    """
    found = list(_keywords(root))
    require_one_video(ref for ref, _ in found)
    return tuple(mark for ref, keyword in found for mark in _marks(_asset(root, ref), keyword))


def _keywords(root: Element) -> Iterator[tuple[str, Element]]:
    """(id of the asset, keyword), in order."""
    for clip in root.iter():
        keywords = clip.findall("keyword")
        if keywords:
            media = clip if "ref" in clip.attrib else clip.find("video")
            ref = "" if media is None else media.get("ref", "")
            yield from ((ref, keyword) for keyword in keywords)


def _asset(root: Element, ref: str) -> _Asset:
    assets = {asset.get("id"): asset for asset in root.iterfind("resources/asset")}
    formats = {each.get("id"): each for each in root.iterfind("resources/format")}
    if ref not in assets:
        raise TruthError(f"the asset {quote(ref)} of a clip with keywords is not in the file")
    asset = assets[ref]
    kind = formats.get(asset.get("format"))
    frame_s = Fraction(0) if kind is None else _seconds(kind.get("frameDuration", "0s"))
    if frame_s <= 0:
        raise TruthError(f"asset {quote(ref)}: its format has no frame duration")
    return _Asset(_seconds(asset.get("start", "0s")), frame_s)


def _marks(asset: _Asset, keyword: Element) -> Iterator[Mark]:
    value = keyword.get("value", "")
    start_s = _seconds(keyword.get("start", "0s"))
    end_s = start_s + _seconds(keyword.get("duration", "0s"))
    start, end = (
        RatedFrame(round((time - asset.start_s) / asset.frame_s), 1 / asset.frame_s)
        for time in (start_s, end_s)
    )
    for label in value.split(","):
        yield make_mark(label, start, end, f"keyword {quote(value)}")


def _seconds(text: str) -> Fraction:
    match = _TIME.fullmatch(text)
    if match is None or match[2] == "0":
        raise TruthError(f"{quote(text)} is no time", hint="FCPXML writes 1001/24000s")
    return Fraction(int(match[1]), int(match[2] or 1))
