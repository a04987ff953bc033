"""Deciding old scans again, after the people known or the corrections have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidtag.scan import identify
from vidtag.scan.conclusions import Footage

if TYPE_CHECKING:
    from vidtag.store import Database
    from vidtag.types import Recognizer


def rematch_all(database: Database, recognizer: Recognizer) -> int:
    """Decide every finished run of `recognizer` by what is known now; decodes nothing.

    Returns:
        How many runs that were. One that went by the same is left alone.
    """
    name = recognizer.heads[0].identity.name
    gallery = database.people.gallery(recognizer.space)
    decided = 0
    for video in database.videos():
        for run in database.runs(video.video_id, detector=name):
            if run.identity == identify.decided_by(database, run, recognizer, gallery):
                continue
            footage = Footage.of(database, video)
            gallery = identify.by_gallery(
                database, run, footage, recognizer, gallery, where=video.name
            )
            decided += 1
    return decided
