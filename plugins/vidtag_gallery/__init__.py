"""Recognise people by their faces, from a few photos of each: a plugin of vidtag.

Importing this package imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from vidtag.api import hookimpl

if TYPE_CHECKING:
    from vidtag.api import Detector, DetectorInfo, Settings


@hookimpl
def vidtag_detectors() -> Iterable[DetectorInfo]:
    """One: everybody of the user's gallery."""
    from vidtag_gallery import catalog

    return [catalog.info()]


@hookimpl
def vidtag_open_detectors(names: Sequence[str], settings: Settings) -> Iterable[Detector]:
    """Open the recognizer, if it is meant."""
    from vidtag_gallery import catalog

    return [catalog.open_recognizer(settings)] if catalog.NAME in names else []
