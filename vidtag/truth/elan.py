"""ELAN annotation files (`.eaf`).

The label is the text of an annotation; where that is empty, the name of its tier. So both habits
work: a tier for each character, and one tier in which the characters are named. Read with the
standard library's parser behind defusedxml: pympi-ling has no protection against hostile XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vidtag.errors import TruthError
from vidtag.truth.times import PresentationTime
from vidtag.truth.values import Mark, make_mark, quote

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOT = "ANNOTATION_DOCUMENT"
MILLISECONDS = "milliseconds"


def read_elan(root: Element) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
    """The time-aligned annotations, and notes about what was left out.

    Raises:
        TruthError: naming the annotation that is wrong.
    """
    header = root.find("HEADER")
    units = MILLISECONDS if header is None else header.get("TIME_UNITS", MILLISECONDS)
    if units != MILLISECONDS:
        raise TruthError(f"HEADER: times are in {units}", hint="save it in milliseconds")
    slots = _slots(root, _origin_ms(root))
    without = len(root.findall("TIER/ANNOTATION/REF_ANNOTATION"))
    notes = (f"annotations without times of their own are left out: {without}",) if without else ()
    return tuple(_marks(root, slots)), notes


def _origin_ms(root: Element) -> int:
    """Where in the video the time of the annotations begins."""
    media = root.findall("HEADER/MEDIA_DESCRIPTOR")
    media.sort(key=lambda each: not each.get("MIME_TYPE", "").startswith("video/"))
    return _number(media[0].get("TIME_ORIGIN", "0"), "TIME_ORIGIN") if media else 0


def _slots(root: Element, origin_ms: int) -> dict[str, PresentationTime]:
    """Slot id -> time; slots between which ELAN only keeps an order have none."""
    return {
        slot.get("TIME_SLOT_ID", ""): PresentationTime(
            1000 * (origin_ms + _number(slot.attrib["TIME_VALUE"], slot.get("TIME_SLOT_ID", "")))
        )
        for slot in root.iterfind("TIME_ORDER/TIME_SLOT")
        if "TIME_VALUE" in slot.attrib
    }


def _number(text: str, place: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", text):
        raise TruthError(f"{place}: {quote(text)} is no number of milliseconds")
    return int(text)


def _marks(root: Element, slots: dict[str, PresentationTime]) -> Iterator[Mark]:
    for tier in root.iterfind("TIER"):
        for annotation in tier.iterfind("ANNOTATION/ALIGNABLE_ANNOTATION"):
            place = f"annotation {annotation.get('ANNOTATION_ID', '')}"
            refs = [annotation.get(f"TIME_SLOT_REF{end}", "") for end in (1, 2)]
            if not set(refs) <= slots.keys():
                raise TruthError(f"{place} has no time", hint="align it in ELAN")
            text = annotation.findtext("ANNOTATION_VALUE") or ""
            label = text.strip() or tier.get("TIER_ID", "")
            yield make_mark(label, slots[refs[0]], slots[refs[1]], place)
