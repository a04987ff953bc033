"""Detectors of faces: every window becomes a piece with the tracks of its faces.

Who a track is follows when the whole video is known (see `identify`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vidtag import media
from vidtag.regions import tracks as linking
from vidtag.regions.faces import CHIP_VERSION
from vidtag.sampling import Rate, TimeSampler
from vidtag.scan import identify, scoring
from vidtag.types import Box, FacePiece, Head, Recognizer, RunRecord, Sighting, Track

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.regions.faces import Face
    from vidtag.scan.conclusions import Footage
    from vidtag.scan.ledger import Ledger
    from vidtag.scan.watch import Looks, Seen
    from vidtag.store import Database
    from vidtag.types import Detector, Pictures, Size, VideoRecord
    from vidtag.windows import Window

FACE_SAMPLER: TimeSampler = Rate(Fraction(8))

_BEST = 8  # crops of a track that say who it is
_LEAST_SIGHTINGS = 2  # of a track; a single one is more often no face than somebody
_SMALLEST_WEIGHT = 0.3  # of the smallest crop of a track, against the largest
_SUREST = 1e-6  # scores are kept this far from 0 and 1 when they are averaged


class _Linked(NamedTuple):
    track: linking.Track
    best: tuple[linking.Sighting, ...]  # that say who it is
    values: NDArray[np.float32]  # (best, values)
    looks: NDArray[np.float32]


class FaceJob:
    """One detector of faces, at work on one video.

    Args:
        detector: with region `face`.
        video: what is scanned.
        database: where the labels go.
        ledger: who works on what.
        sampler: which frames are looked at.
        finder: name of what finds the faces: another one is another run.
    """

    def __init__(
        self,
        detector: Detector,
        video: VideoRecord,
        *,
        database: Database,
        ledger: Ledger,
        sampler: TimeSampler,
        finder: str,
    ) -> None:
        self.scored_now = 0  # frames
        self._detector = detector
        self._video = video
        self._database = database
        self._ledger = ledger
        self._heads = [self._complete(head, finder) for head in detector.heads]
        self.runs: tuple[RunRecord, ...] = tuple(
            self._open_run(head, str(sampler)) for head in self._heads
        )
        self._done_frames = frozenset[int].intersection(*map(self._frames_done_by, self.runs))

    def _complete(self, head: Head, finder: str) -> Head:
        """The head with everything that its scores depend on in its identity."""
        settings = {**head.identity.settings, "finder": finder, "chip": CHIP_VERSION}
        identity = replace(head.identity, settings=settings)
        if isinstance(self._detector, Recognizer):
            gallery = self._database.people.gallery(self._detector.space)
            known = identify.known_of(self._database, gallery, self._video.video_id)
            identity = identify.with_gallery(identity, known)
        return replace(head, identity=identity)

    def _open_run(self, head: Head, sampler: str) -> RunRecord:
        """The run of `head`; one that went by another gallery has seen the same faces."""
        key = (sampler, media.PIPELINE_VERSION)
        for run in reversed(self._database.runs(self._video.video_id, done=None)):
            same = identify.same_but_gallery(run.identity, head.identity)
            if same and (run.sampler, run.pipeline) == key:
                return run
        return self._database.open_run(
            self._video.video_id, head, sampler=sampler, pipeline=media.PIPELINE_VERSION
        )

    def _frames_done_by(self, run: RunRecord) -> frozenset[int]:
        pieces = self._database.done_pieces(run.run_id)
        return frozenset(frame for start, end in pieces for frame in range(start, end))

    @property
    def _recognizes(self) -> bool:
        return isinstance(self._detector, Recognizer)

    @property
    def input_size(self) -> Size:
        """Of the crops of faces."""
        return self._detector.input_size

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return self.seen and all(
            run.identity == head.identity for run, head in zip(self.runs, self._heads, strict=True)
        )

    @property
    def seen(self) -> bool:
        """Whether the video need not be decoded for what is left to do."""
        return all(run.done for run in self.runs)

    def has_done(self, frame_no: int) -> bool:
        """Whether the frame was in a piece that all runs had done when this scan began."""
        return frame_no in self._done_frames

    def label(self, window: Window, looks: Looks) -> None:
        """Link the faces of `window`, unless that is done or another process does it."""
        mine = self._ledger.claims(self.runs, window.start_frame, window.end_frame)
        if not mine:
            return
        self.scored_now += len(looks.looked)
        tracks = self._link(looks.seen)
        for run, columns in mine:
            own = slice(None) if self._recognizes else columns  # an embedding is one head's alone
            kept = tuple(self._kept(track, own) for track in tracks)
            piece = FacePiece(window.start_frame, window.pts_us, kept)
            self._database.write_faces(run.run_id, piece, worker=self._ledger.worker)

    def _link(self, seen: Sequence[Seen]) -> list[_Linked]:
        """The tracks of a window, each with the detector's values (sightings, values)."""
        if not seen:
            return []
        crops = np.stack([each.crops[self.input_size] for each in seen])
        values = self._ask(crops, np.array([each.face.width_px for each in seen], np.float32))
        appearances = _directions(values) if self._recognizes else np.zeros_like(values)
        sightings = [
            linking.Sighting(
                frame=each.frame_no,
                pts_us=each.pts_us,
                face=each.face,
                quality=_quality(each.face),
                appearance=appearance,
            )
            for each, appearance in zip(seen, appearances, strict=True)
        ]
        index = {id(sighting): number for number, sighting in enumerate(sightings)}
        linked = []
        for track in linking.link(sightings):
            if len(track.sightings) >= _LEAST_SIGHTINGS:
                best = linking.best(track, _BEST)
                rows = [index[id(each)] for each in best]
                looks = np.mean([seen[row].looks for row in rows], axis=0)
                linked.append(_Linked(track, best, values[rows], looks))
        return linked

    def _ask(self, crops: Pictures, widths_px: NDArray[np.float32]) -> NDArray[np.float32]:
        if isinstance(self._detector, Recognizer):
            return scoring.embed(self._detector, crops, widths_px)
        return scoring.score(self._detector, crops)

    def _kept(self, linked: _Linked, columns: slice) -> Track:
        track, values = linked.track, linked.values[:, columns]
        widths_px = np.array([each.face.width_px for each in linked.best])
        weights = np.array([each.quality for each in linked.best]) * np.clip(
            widths_px / widths_px.max(), _SMALLEST_WEIGHT, 1.0
        )
        return Track(
            start_frame=track.start_frame,
            end_frame=track.end_frame,
            sightings=tuple(Sighting(each.frame, _box(each.face)) for each in track.sightings),
            evidence=_mean(values, weights) if self._recognizes else _mean_odds(values, weights),
            confidence=float(np.mean([each.face.confidence for each in track.sightings])),
            looks=linked.looks,
        )

    def conclude(self, footage: Footage) -> None:
        """Decide who the tracks are, and mark the runs as done."""
        for run, head in zip(self.runs, self._heads, strict=True):
            if run.done and run.identity == head.identity:
                continue
            if isinstance(self._detector, Recognizer):
                gallery = self._database.people.gallery(self._detector.space)
                identify.by_gallery(
                    self._database, run, footage, self._detector, gallery, where=self._video.name
                )
            else:
                identify.by_scores(self._database, run, footage)


def _directions(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def _mean(values: NDArray[np.float32], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.average(values, axis=0, weights=weights).astype(np.float32)


def _mean_odds(scores: NDArray[np.float32], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """One probability for each label (labels,) from those of several crops (N, labels).

    The mean of the log-odds: one crop that is sure outweighs several that are not.
    """
    p = np.clip(scores.astype(np.float64), _SUREST, 1 - _SUREST)
    odds = np.average(np.log(p / (1 - p)), axis=0, weights=weights)
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def _quality(face: Face) -> float:
    """How much a crop tells, in [0, 1]: finders are sure of sharp frontal faces."""
    return float(np.clip((face.confidence - 0.55) / 0.35, 0.02, 1.0)) ** 2


def _box(face: Face) -> Box:
    left, top, width, height = (round(value) for value in face.box)
    return Box(left, top, max(1, width), max(1, height))
