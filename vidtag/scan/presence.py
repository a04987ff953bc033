"""Who is on screen in each frame, given who the tracks are and what people have corrected.

What a person says of a frame counts beyond it, as a face does: who was there lingers, and who was
not there lingers half-way to that frame at most. So when somebody corrects the middle of a stretch
that is wrong, and again what is left of it, few frames make the whole shot right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vidtag.regions import lingering
from vidtag.timeline import latest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.scan.conclusions import Footage
    from vidtag.timeline import Said
    from vidtag.types import Correction, Scores, Track


def presence(
    footage: Footage,
    tracks: Sequence[Track],
    chances: NDArray[np.float64],
    labels: Sequence[str],
    corrections: Sequence[Correction],
) -> Scores:
    """Probability (frames, labels) that each label is on screen.

    Args:
        footage: the video.
        tracks: of its faces.
        chances: (tracks, labels) that each track is each label.
        labels: names, in order of the columns.
        corrections: of the video, oldest first.
    """
    spans = [_span(footage, track) for track in tracks]
    found = lingering.presence(spans, chances, footage.edges_us)
    for column, label in enumerate(labels):
        own = [each for each in corrections if each.label == label]
        if said := latest(own, footage.frames):
            found[:, column] = _told(footage, spans, chances[:, column], said)
    return found


def _told(
    footage: Footage,
    spans: Sequence[lingering.Span],
    chances: NDArray[np.float64],
    said: Sequence[Said],
) -> NDArray[np.float32]:
    """Probability (frames,) of a label of which something was `said`."""
    there = [_said_span(footage, each) for each in said if each.present]
    absent = [each for each in said if not each.present]
    bounded = [_bounded(span, absent) for span in (*spans, *there)]
    sure = np.append(chances, np.ones(len(there)))
    found = lingering.presence(bounded, sure[:, np.newaxis], footage.edges_us)[:, 0]
    for each in absent:
        found[each.start_frame : each.end_frame] = 0
    return found


def _span(footage: Footage, track: Track) -> lingering.Span:
    shot = footage.shot_at(track.start_frame)
    boxes = [sighting.box for sighting in track.sightings]
    return lingering.Span(
        start=track.start_frame,
        end=track.end_frame,
        first=shot.start_frame,
        last=shot.end_frame,
        came_in=lingering.crosses_edge(boxes[0], boxes[:2][-1], footage.size),
        went_out=lingering.crosses_edge(boxes[-1], boxes[-2:][0], footage.size),
    )


def _said_span(footage: Footage, said: Said) -> lingering.Span:
    return lingering.Span(
        start=said.start_frame,
        end=said.end_frame,
        first=footage.shot_at(said.start_frame).start_frame,
        last=footage.shot_at(said.end_frame - 1).end_frame,
    )


def _bounded(span: lingering.Span, absent: Sequence[Said]) -> lingering.Span:
    """The span, lingering half-way at most to where the label was said to be absent."""
    before = [each.end_frame for each in absent if each.end_frame <= span.start]
    after = [each.start_frame for each in absent if each.start_frame >= span.end]
    return replace(
        span,
        first=max([span.first, *((end + span.start) // 2 for end in before)]),
        last=min([span.last, *((span.end + start + 1) // 2 for start in after)]),
    )
