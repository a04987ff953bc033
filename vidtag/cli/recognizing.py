"""What the commands about people have in common: the recognizer, and matching again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from vidtag.errors import PluginError
from vidtag.text import one_line
from vidtag.types import Gallery, Recognizer, Settings

if TYPE_CHECKING:
    from vidtag.cli.state import State
    from vidtag.store import Database

_log = logging.getLogger(__name__)


@contextmanager
def open_recognizer(
    state: State, database: Database, *, settings: Settings | None = None
) -> Iterator[Recognizer]:
    """The recognizer of faces, opened with the gallery of `database`.

    Raises:
        PluginError: no plugin offers one.
    """
    offers = state.registry.detectors()
    found = [offer.item for offer in offers.values() if offer.item.space]
    if not found:
        raise PluginError(
            "no plugin recognises faces", hint="leave out --disable-plugin, or install one"
        )
    info = found[0]
    settings = replace(settings or Settings(), gallery=_gallery(database, info.space))
    [detector] = state.registry.open_detectors([info.name], settings)
    try:
        if not isinstance(detector, Recognizer):
            raise PluginError(
                f"detector {info.name!r} says that it recognises, and cannot",
                hint="this is a defect of the plugin: tell its author",
            )
        yield detector
    finally:
        detector.close()


def gallery_for(state: State, names: Sequence[str], database: Database) -> Gallery:
    """The people that those of `names` that recognise are to find; nobody where none does."""
    offers = state.registry.detectors()
    spaces = [offers[name].item.space for name in names if name in offers]
    used = [space for space in spaces if space]
    return _gallery(database, used[0]) if used else Gallery()


def _gallery(database: Database, space: str) -> Gallery:
    """The people whose embeddings are of `space`; a warning names those who have others only."""
    gallery = database.people.gallery(space)
    lost = [
        one_line(person.name)
        for person in database.people.all()
        if person.named
        and person.name not in gallery.names
        and any(reference.used for reference in person.references)
    ]
    if lost:
        _log.warning(
            "not recognised, because another network looked at the photos: %s; show the photos "
            "again with `vidtag enroll`",
            ", ".join(lost),
        )
    return gallery


def rematch(state: State, database: Database) -> None:
    """Match every scan of a recognizer by what is known now; no video is decoded.

    Does nothing where no plugin recognises.
    """
    from vidtag.scan import rematch_all

    if not any(offer.item.space for offer in state.registry.detectors().values()):
        return
    with open_recognizer(state, database) as recognizer:
        rematch_all(database, recognizer)
