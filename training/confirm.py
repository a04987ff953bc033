"""Whose faces they are, where the folders of photos may be wrong.

Photos from web searches are filed wrongly here and there, and show several people. The recognizer
of the gallery gets to know each person by the faces that are alone in a photo of the training part,
as `vidtag enroll` does, and then says of every face whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.portraits import STRANGER, Portrait, plain_view
from vidtag.api import Embeddings, Gallery, Person, Recognizer, Settings
from vidtag.enrolment import select
from vidtag_gallery.catalog import open_recognizer

SURE = 0.9  # probability from which a face is somebody's


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A face whose name is certain."""

    name: str
    portrait: Portrait


def confirm(portraits: Sequence[Portrait], *, threads: int) -> list[Confirmed]:
    """Those of `portraits` of which it is certain who they are; strangers are believed.

    A face that is alone in its photo has to be who the folder says.
    """
    found = [Confirmed(STRANGER, each) for each in portraits if each.label == STRANGER]
    known = [each for each in portraits if each.label != STRANGER]
    recognizer = open_recognizer(Settings(threads=threads))
    if not isinstance(recognizer, Recognizer):
        raise TypeError("the detector of the gallery is no recognizer")
    try:
        embeddings = _embeddings(recognizer, known)
        gallery = _gallery(recognizer, known, embeddings)
        scores = recognizer.match(embeddings, gallery)
    finally:
        recognizer.close()
    for portrait, row in zip(known, scores, strict=True):
        name = gallery.names[int(row.argmax())]
        if row.max() >= SURE and (name == portrait.label or not portrait.alone):
            found.append(Confirmed(name, portrait))
    return found


def _embeddings(recognizer: Recognizer, portraits: Sequence[Portrait]) -> Embeddings:
    size_px, _ = recognizer.input_size
    widths_px = np.array([portrait.face.width_px for portrait in portraits], np.float32)
    return np.concatenate(
        [
            recognizer.embed(plain_view(portrait, size_px)[np.newaxis], widths_px[[row]])
            for row, portrait in enumerate(portraits)
        ]
    )


def _gallery(
    recognizer: Recognizer, portraits: Sequence[Portrait], embeddings: Embeddings
) -> Gallery:
    """Everybody, as those faces show them that are alone in a photo to learn from."""
    people = []
    for name in sorted({portrait.label for portrait in portraits}):
        rows = [row for row, each in enumerate(portraits) if _introduces(each, name)]
        shown = select(list(embeddings[rows]), recognizer.match)
        people.append(Person(name, embeddings[rows][np.array(shown)]))
    return Gallery(tuple(people))


def _introduces(portrait: Portrait, name: str) -> bool:
    return portrait.label == name and portrait.alone and portrait.part == "train"
