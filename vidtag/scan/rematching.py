"""Deciding old scans again, after the people known have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidtag.scan import identify
from vidtag.scan.conclusions import Footage

if TYPE_CHECKING:
    from vidtag.store import Database
    from vidtag.types import Recognizer


def rematch_all(database: Database, recognizer: Recognizer) -> int:
    """Decide every finished run of `recognizer` by the people known now; decodes nothing.

    Returns:
        How many runs that were. One that went by the same people is left alone.
    """
    name = recognizer.heads[0].identity.name
    decided = 0
    for video in database.videos():
        for run in database.runs(video.video_id, detector=name):
            gallery = database.people.gallery(recognizer.space)
            if run.identity == identify.with_gallery(run.identity, gallery.digest):
                continue
            footage = Footage.of(database, video)
            identify.by_gallery(database, run, footage, recognizer, where=video.name)
            decided += 1
    return decided
