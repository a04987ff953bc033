"""Detectors that look at whole frames: every window becomes a piece, scored and filled."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vidtag import media, sampling
from vidtag.scan import scoring
from vidtag.scan.kept import Kept, check_sums
from vidtag.scan.ledger import columns_of
from vidtag.scan.looking import Looking
from vidtag.types import FeatureDetector
from vidtag.windows import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vidtag.sampling import Sampler
    from vidtag.scan.conclusions import Footage
    from vidtag.scan.kept import FeatureCache, KeptVideo
    from vidtag.scan.ledger import Ledger
    from vidtag.scan.writing import Finished
    from vidtag.store import Database
    from vidtag.types import Detector, Head, Picture, Pictures, RunRecord, Scores, Size, VideoRecord


class FrameJob:
    """One detector of whole frames, at work on some windows of one video."""

    def __init__(
        self,
        detector: Detector,
        video: VideoRecord,
        *,
        database: Database,
        ledger: Ledger,
        sampler: Sampler,
        cache: FeatureCache | None = None,
    ) -> None:
        self.scored_now = 0  # frames, by the network
        self.missing: list[tuple[int, int]] | None = None  # windows; None: nobody knows which
        self._detector = detector
        self._database = database
        self._ledger = ledger
        self._sampler = sampler
        self._keeper = _keeper(detector, video, sampler, cache)
        self._thresholds = np.array(
            [head.thresholds[label] for head in detector.heads for label in head.labels], np.float32
        )
        self._at_work: list[Looking] = []
        described = _described(sampler, detector.heads)
        self.runs: tuple[RunRecord, ...] = tuple(
            database.open_run(
                video.video_id, head, sampler=described, pipeline=media.PIPELINE_VERSION
            )
            for head in detector.heads
        )

    @property
    def input_size(self) -> Size:
        """What frames are scaled to."""
        return self._detector.input_size

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return all(run.done for run in self.runs)

    @property
    def seen(self) -> bool:
        """Whether the video need not be decoded for what is left to do."""
        return self.done or self.missing == []

    def label_kept(self, pts_us: NDArray[np.int64]) -> None:
        """Label what can be without decoding: the windows of which all that is asked for is kept.

        Args:
            pts_us: (n,) times of all frames of the video.
        """
        if self._keeper is None or self.done:
            return
        windows = self._keeper.kept.windows()
        found = {frames: self._look_at_kept(frames, pts_us) for frames in windows}
        known = {frames: looking for frames, looking in found.items() if looking}
        mine = self._ledger.claims_of(self.runs, known)
        self._database.write_pieces(
            [
                finished
                for frames, looking in known.items()
                for finished in looking.finished()
                if (finished.run_id, frames) in mine
            ],
            worker=self._ledger.worker,
        )
        self.look_for_missing(len(pts_us))

    def look_for_missing(self, frames: int) -> None:
        """Find out which windows are not done, of a video with that many frames."""
        done = [self._database.done_pieces(run.run_id) for run in self.runs]
        windows = self._keeper.kept.windows() if self._keeper else []
        starts, ends = [start for start, _ in windows], [end for _, end in windows]
        if all(sum(end - start for start, end in pieces) == frames for pieces in done):
            self.missing = []
        elif [*starts, frames] == [0, *ends]:
            self.missing = [each for each in windows if not all(each in pieces for pieces in done)]
        else:
            self.missing = None

    def _look_at_kept(self, frames: tuple[int, int], pts_us: NDArray[np.int64]) -> Looking | None:
        """What is known of a window without a look at it; None if that is not enough."""
        start, end = frames
        kept = self._keeper.kept.load(start, end) if self._keeper and end <= len(pts_us) else None
        if kept is None:
            return None
        runs = list(zip(self.runs, columns_of(self.runs), strict=True))
        sampler = self._sampler
        if isinstance(sampler, sampling.OnlyKept):
            sampler = sampling.OnlyKept(tuple(sorted(kept.features)))
        window = Window(start, pts_us[start:end], ())
        looking = Looking(window, (), sampler, self._thresholds, runs, kept)
        while missing := looking.missing:
            if not looking.features.keys() >= set(missing):
                return None
            scores = self._score([(looking, index) for index in missing])
            looking.learn(dict(zip(missing, scores, strict=True)))
        return looking

    @property
    def at_work(self) -> int:
        """How many windows are being looked at."""
        return len(self._at_work)

    def prepare(self) -> None:
        """Have the detector get ready, if there is anything left to do."""
        if not self.seen and isinstance(self._detector, FeatureDetector):
            self._detector.prepare()

    def look_at(
        self, window: Window, pictures: Sequence[Picture], kept: Kept | None = None
    ) -> Looking | None:
        """Claim `window` and prepare to look at it; in any thread.

        Args:
            window: consecutive frames of one shot.
            pictures: of its frames, in the size wanted.
            kept: of it, if that was loaded already.

        Returns:
            None when it is done, or another process does it.
        """
        mine = self._ledger.claims(self.runs, window.start_frame, window.end_frame)
        if not mine:
            return None
        kept = kept or self._kept_of(window)
        if kept is None and self._keeper:
            kept = Kept(sampling.find_stills(pictures), check_sums(pictures), {})
        return Looking(window, pictures, self._sampler, self._thresholds, mine, kept)

    def misses(self, window: Window) -> bool:
        """Whether `window` was left when that was looked for last."""
        return not self.seen and (window.start_frame, window.end_frame) in (self.missing or ())

    def kept_of(self, window: Window, pictures: Sequence[Picture]) -> Kept | None:
        """What is kept of `window`, if it was kept of these very pictures."""
        kept = self._kept_of(window)
        same = kept is not None and np.array_equal(kept.crcs, check_sums(pictures))
        return kept if same else None

    def _kept_of(self, window: Window) -> Kept | None:
        if self._keeper is None:
            return None
        return self._keeper.kept.load(window.start_frame, window.end_frame)

    def begin(self, looking: Looking) -> None:
        """Look at a window from now on, beside the others that are at work."""
        self._at_work.append(looking)

    def step(self) -> list[Finished]:
        """Score one batch of frames, of as many windows as it takes.

        Returns:
            The pieces of the windows that are done with it.
        """
        asked = ((looking, index) for looking in self._at_work for index in looking.missing)
        batch = list(islice(asked, scoring.BATCH))
        scores = self._score(batch)
        for looking, part in groupby(zip(batch, scores, strict=True), key=lambda pair: pair[0][0]):
            looking.learn({index: row for (_, index), row in part})
        return self._take_finished()

    def _score(self, batch: Sequence[tuple[Looking, int]]) -> Scores:
        """Scores (k, labels of all heads) of frames, of kept features where there are any."""
        if self._keeper is None:
            self.scored_now += len(batch)
            return scoring.score(self._detector, _crops(batch))
        detector = self._keeper.detector
        if new := [(looking, index) for looking, index in batch if index not in looking.features]:
            self.scored_now += len(new)
            found = scoring.features(detector, _crops(new))
            for (looking, index), row in zip(new, found, strict=True):
                looking.features[index] = row
        rows = np.stack([looking.features[index] for looking, index in batch])
        return scoring.score_features(detector, rows)

    def _take_finished(self) -> list[Finished]:
        done = [looking for looking in self._at_work if looking.done]
        self._at_work = [looking for looking in self._at_work if not looking.done]
        if self._keeper:
            for looking in done:
                if kept := looking.to_keep:
                    window = looking.window
                    self._keeper.kept.save(window.start_frame, window.end_frame, kept)
        return [finished for looking in done for finished in looking.finished()]

    def conclude(self, footage: Footage) -> None:
        """Derive the appearances of each label from the scores, and mark the runs as done."""
        for run in self.runs:
            if not run.done:
                self._finish(run, footage)

    def _finish(self, run: RunRecord, footage: Footage) -> None:
        appearances, estimates = {}, {}
        for label in run.labels:
            series = self._database.scores(run.run_id, label)
            appearances[label], estimates[label] = footage.conclude(
                series.scores, series.scored, run.thresholds[label]
            )
        self._database.finish_run(run.run_id, appearances, estimates=estimates)


def _described(sampler: Sampler, heads: Sequence[Head]) -> str:
    """What runs are stored under; where frames are chosen for all heads, that tells which."""
    if not sampler.is_shared:
        return str(sampler)
    company = sorted(json.dumps(_all_of(head), sort_keys=True) for head in heads)
    return f"{sampler} with {sha256(json.dumps(company).encode()).hexdigest()[:16]}"


def _all_of(head: Head) -> list[object]:
    """All that decides which frames it has scored."""
    identity, thresholds = head.identity, head.thresholds
    settings = dict(identity.settings)
    return [identity.name, identity.version, identity.weights_sha256, settings, dict(thresholds)]


class _Keeper(NamedTuple):
    """A detector whose features are kept, and where."""

    detector: FeatureDetector
    kept: KeptVideo


def _keeper(
    detector: Detector, video: VideoRecord, sampler: Sampler, cache: FeatureCache | None
) -> _Keeper | None:
    """None where features cannot be kept, or would be too many."""
    if cache is None or not sampler.joins_stills or not isinstance(detector, FeatureDetector):
        return None
    return _Keeper(detector, cache.of(video.sha256, detector.features_id))


def _crops(batch: Sequence[tuple[Looking, int]]) -> Pictures:
    return np.stack([looking.picture(index) for looking, index in batch])
