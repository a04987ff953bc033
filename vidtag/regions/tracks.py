"""Tracks: the faces of one person, followed from sampled frame to sampled frame of a window.

Faces are linked by motion, overlap and appearance. Only the frames between the first and the last
sighting of a track have a box; who leaves the picture ends there, who turns away for a moment and
comes back is the same track.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.regions.faces import Face

_MOVE = 0.8  # face sizes that a head may move between two samples, beyond its own motion ...
_MOVE_PER_S = 2.0  # ... and for each second that it was not seen
_GROWTH = 1.6  # most that a face grows or shrinks between two sightings
_MAX_GAP_US = 1_200_000  # a longer absence ends the track
# Appearances with a smaller cosine are not linked, wherever they are: of 627 faces and the same
# person's next, 1 in 1000 had less than 0.22.
_LEAST_ALIKE = 0.15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """A face on a sampled frame."""

    frame: int
    pts_us: int
    face: Face
    quality: float  # in [0, 1]
    appearance: NDArray[np.float32]  # (values,) of which the direction is compared


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One face followed through a window: its sightings in order of the frames."""

    sightings: tuple[Sighting, ...]

    @property
    def start_frame(self) -> int:
        """First frame on which the face was seen."""
        return self.sightings[0].frame

    @property
    def end_frame(self) -> int:
        """One past the last frame on which the face was seen."""
        return self.sightings[-1].frame + 1

    def boxes(self) -> NDArray[np.float32]:
        """Boxes (end - start, 4) left, top, width, height in pixels of every frame.

        Between sightings they are interpolated.
        """
        seen = [sighting.frame for sighting in self.sightings]
        values = np.array([sighting.face.box for sighting in self.sightings])
        every = np.arange(self.start_frame, self.end_frame)
        columns = [np.interp(every, seen, values[:, column]) for column in range(4)]
        return np.stack(columns, axis=1).astype(np.float32)


def link(sightings: Iterable[Sighting]) -> list[Track]:
    """Link the sightings of one window into tracks, in order of their first frame.

    Args:
        sightings: of the sampled frames in order; those of one frame together.
    """
    growing: list[list[Sighting]] = []
    ended: list[list[Sighting]] = []
    for _, group in groupby(sightings, key=lambda sighting: sighting.frame):
        faces = list(group)
        growing, lost = _split_lost(growing, faces[0].pts_us)
        ended.extend(lost)
        taken = dict(_assign(growing, faces))
        for index, face in enumerate(faces):
            if index in taken:
                growing[taken[index]].append(face)
            else:
                growing.append([face])
    tracks = [Track(tuple(members)) for members in [*ended, *growing]]
    return sorted(tracks, key=lambda track: track.start_frame)


def best(track: Track, count: int) -> tuple[Sighting, ...]:
    """The best sightings of a track, at most `count`, best first.

    One is taken from each of `count` stretches of equal length before a second from any, so that
    they show the face at different moments.
    """
    stretches = np.array_split(np.arange(len(track.sightings)), min(count, len(track.sightings)))
    chosen = [max((track.sightings[i] for i in s), key=lambda x: x.quality) for s in stretches]
    return tuple(sorted(chosen, key=lambda sighting: -sighting.quality))


def _split_lost(
    growing: list[list[Sighting]], now_us: int
) -> tuple[list[list[Sighting]], list[list[Sighting]]]:
    """Those that may go on at `now_us`, and those whose gap has become too long."""
    alive = [track for track in growing if now_us - track[-1].pts_us <= _MAX_GAP_US]
    lost = [track for track in growing if now_us - track[-1].pts_us > _MAX_GAP_US]
    return alive, lost


def _assign(
    tracks: Sequence[list[Sighting]], faces: Sequence[Sighting]
) -> Iterator[tuple[int, int]]:
    """Pairs (face, track) that belong together, the surest first; each at most once."""
    pairs = [
        (cost, face, track)
        for face, sighting in enumerate(faces)
        for track, members in enumerate(tracks)
        if (cost := _cost(members, sighting)) is not None
    ]
    used_faces: set[int] = set()
    used_tracks: set[int] = set()
    for _, face, track in sorted(pairs):
        if face not in used_faces and track not in used_tracks:
            used_faces.add(face)
            used_tracks.add(track)
            yield face, track


def _cost(members: Sequence[Sighting], sighting: Sighting) -> float | None:
    """How badly the sighting continues the track; `None` where it cannot."""
    last = members[-1]
    gap_s = (sighting.pts_us - last.pts_us) / 1e6
    size = _size(last.face)
    growth = max(_size(sighting.face) / size, size / _size(sighting.face))
    moved = float(np.hypot(*(_middle(sighting.face) - _expected(members, sighting.pts_us)))) / size
    alike = _cosine(sighting.appearance, last.appearance)
    if growth > _GROWTH or moved > _MOVE + _MOVE_PER_S * gap_s or alike < _LEAST_ALIKE:
        return None
    return moved + 1 - alike


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else 1.0


def _expected(members: Sequence[Sighting], pts_us: int) -> NDArray[np.float64]:
    """Where the face would be if it went on as between its last two sightings, for a moment."""
    last = members[-1]
    if len(members) == 1:
        return _middle(last.face)
    before = members[-2]
    ahead = min(1.0, (pts_us - last.pts_us) / (last.pts_us - before.pts_us))
    return _middle(last.face) + ahead * (_middle(last.face) - _middle(before.face))


def _middle(face: Face) -> NDArray[np.float64]:
    left, top, width, height = face.box
    return np.array([left + width / 2, top + height / 2])


def _size(face: Face) -> float:
    return float(np.sqrt(face.width_px * face.height_px))
