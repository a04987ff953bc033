"""One pass over a video: decode, cut into windows, let each detector label them, conclude.

Every window of a run is a piece, written in one transaction. Kill the scan anywhere: the pieces
written stay, and the next scan of the same video and detectors skips them and ends with the same
rows.

Several scans of one video may run at once. A piece is claimed before it is scored; one that another
process holds is left to it, and taken over if that process dies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from vidtag import media
from vidtag.ahead import Ahead
from vidtag.errors import VideoError
from vidtag.sampling import DEFAULT_SAMPLER, OnlyKept, Sampler, TimeSampler
from vidtag.scan.conclusions import Footage
from vidtag.scan.faces import FACE_SAMPLER, FaceJob
from vidtag.scan.frames import FrameJob
from vidtag.scan.ledger import Ledger
from vidtag.scan.only_kept import check_kept, not_all_kept
from vidtag.scan.watch import FACE_PICTURE, FaceWatch, Looks
from vidtag.scan.writing import PieceWriter
from vidtag.types import Episode, RunRecord, VideoRecord
from vidtag.windows import MAX_FRAMES, Placed, Window, cut_windows, place_frames

if TYPE_CHECKING:
    from vidtag.regions.finders import FaceFinder
    from vidtag.scan.kept import FeatureCache
    from vidtag.scan.looking import Looking
    from vidtag.store import Database
    from vidtag.types import Detector, Region, ScanProgress, Size, VideoInfo, VideoReader

T = TypeVar("T")

_AT_ONCE = 6  # windows looked at side by side, so that there is always a batch to score
_ROOM = 1  # windows that wait for that
_ELSEWHERE = _ROOM + 2  # windows that wait, or grow, or are handed over
_PICTURES_BYTES = 384 << 20  # of all these windows, unless that is too little for one at work


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What a scan came to."""

    video: VideoRecord
    runs: tuple[RunRecord, ...]
    frames_decoded_now: int  # by this call; 0 where what was kept of them was enough
    frames_scored_now: int  # by this call, all detectors together
    unchanged: bool = False  # everything asked for had been scanned before


def scan(
    path: Path,
    detectors: Sequence[Detector],
    database: Database,
    *,
    episode: Episode | None = None,
    sampler: Sampler | None = None,
    force: bool = False,
    progress: ScanProgress | None = None,
    limits: media.DecodeLimits | None = None,
    finder: FaceFinder | None = None,
    cache: FeatureCache | None = None,
) -> ScanResult:
    """Label every frame of the video at `path` with every one of `detectors`.

    Args:
        path: a local video file.
        detectors: opened; they stay open.
        database: where the labels go.
        episode: what is known of the video; what it leaves open keeps its value in the store.
        sampler: which frames are scored; faces are looked for at times of their own, unless it goes
            by times alone; with `OnlyKept` nothing is decoded.
        force: forget earlier runs of these detectors on this video, and scan again.
        progress: told how it goes on.
        limits: of the decoder.
        finder: finds faces; needed where a detector looks at them.
        cache: keeps features of frames for other detectors on the same network.

    Raises:
        VideoError: the file cannot be read as video.
        PluginError: a detector broke its contract.
        StoreError: the database cannot be used.
        UsageError: not all is kept that the sampler `OnlyKept` needs.
    """
    sizes = _sizes(detectors)
    limits = replace(limits or media.DecodeLimits(), busy_beside=True)
    with media.open_video(path, sizes=sizes, limits=limits) as reader:
        if isinstance(sampler, OnlyKept):
            known = database.videos(sha256=reader.info.sha256)
            check_kept(path, known[0] if known else None, detectors, cache)
        video = database.register_video(reader.info, episode or Episode())
        if force:
            _forget(database, video, detectors)
        work = _Work(database, video, detectors, sampler, finder, cache)
        if work.done:
            return work.result(video, work.runs, unchanged=True)
        with work.ledger.leases(work.runs):
            work.label_kept()
            if isinstance(sampler, OnlyKept) and not work.seen:
                raise not_all_kept(path)
            if not work.seen:
                work.pass_over(reader, progress)
            while work.ledger.is_left_over(work.runs):
                with media.open_video(path, sizes=sizes, limits=limits) as again:
                    work.pass_over(again, None)
    if cache:
        cache.prune()
    return work.conclude()


def _forget(database: Database, video: VideoRecord, detectors: Sequence[Detector]) -> None:
    names = {head.identity.name for detector in detectors for head in detector.heads}
    for run in database.runs(video.video_id, done=None):
        if run.identity.name in names:
            database.delete_run(run.run_id)
    database.people.prune()


def _sizes(detectors: Sequence[Detector]) -> list[media.WantedSize]:
    """Picture sizes to decode to: each size of whole frames once, then faces', the thumbnail's."""
    faces = [FACE_PICTURE] if _looking_at(detectors, "face") else []
    return [*_frame_sizes(detectors), *faces, media.THUMBNAIL_SIZE]


def _frame_sizes(detectors: Sequence[Detector]) -> list[Size]:
    return list(dict.fromkeys(each.input_size for each in _looking_at(detectors, "frame")))


def _looking_at(detectors: Sequence[Detector], region: Region) -> list[Detector]:
    return [each for each in detectors if each.region == region]


def _needed(thing: T | None) -> T:
    if thing is None:
        raise ValueError("a detector looks at faces, so something must find them: pass a finder")
    return thing


def _windows_at_once(sizes: Sequence[Size]) -> int:
    """How many windows to look at side by side, with pictures of these sizes."""
    window_bytes = MAX_FRAMES * sum(height * width * 3 for height, width in sizes)
    fitting = _PICTURES_BYTES // window_bytes if window_bytes else _AT_ONCE
    return max(1, min(_AT_ONCE, fitting - _ELSEWHERE))


class _Prepared(NamedTuple):
    """A window, with what each detector has to do there."""

    window: Window
    lookings: list[Looking | None]  # of each detector of whole frames
    looks: Looks | None  # where detectors look at faces


class _Work:
    """Some detectors at work on one video."""

    def __init__(
        self,
        database: Database,
        video: VideoRecord,
        detectors: Sequence[Detector],
        sampler: Sampler | None,
        finder: FaceFinder | None,
        cache: FeatureCache | None,
    ) -> None:
        self.ledger = Ledger(database)
        self._decoded = 0  # frames
        self._database = database
        self._video = video
        self._finder = finder
        self._sizes = _frame_sizes(detectors)
        self._face_sampler = sampler if isinstance(sampler, TimeSampler) else FACE_SAMPLER
        self._frame_jobs = [
            FrameJob(
                each,
                video,
                database=database,
                ledger=self.ledger,
                sampler=sampler or DEFAULT_SAMPLER,
                cache=cache,
            )
            for each in _looking_at(detectors, "frame")
        ]
        self._face_jobs = [
            FaceJob(
                each,
                video,
                database=database,
                ledger=self.ledger,
                sampler=self._face_sampler,
                finder=_needed(finder).name,
            )
            for each in _looking_at(detectors, "face")
        ]

    @property
    def _jobs(self) -> list[FrameJob | FaceJob]:
        return [*self._frame_jobs, *self._face_jobs]

    @property
    def runs(self) -> tuple[RunRecord, ...]:
        """The runs of all detectors, those of whole frames first."""
        return tuple(run for job in self._jobs for run in job.runs)

    @property
    def done(self) -> bool:
        """Whether everything asked for is known already."""
        return all(job.done for job in self._jobs)

    @property
    def seen(self) -> bool:
        """Whether what is left to do needs no look at the video."""
        return all(job.done or job.seen for job in self._jobs)

    def label_kept(self) -> None:
        """Label what can be without decoding, of a video that was decoded to its end before."""
        if self._video.frames is not None:
            pts_us = self._database.frame_times(self._video.video_id)
            for job in self._frame_jobs:
                job.label_kept(pts_us)

    def pass_over(self, reader: VideoReader, progress: ScanProgress | None) -> None:
        """Decode the whole video once, and label every window that nobody else has."""
        if progress:
            progress.begin(reader.info, [run.identity.name for run in self.runs])
        shots = media.ShotDetector(frame_rate=reader.info.frame_rate)
        with (
            PieceWriter(self._database, worker=self.ledger.worker) as writer,
            Ahead(self._prepare(reader, shots), room=_ROOM) as prepared,
        ):
            self._look_at(prepared, writer, progress)
        self._decoded += reader.summary.frames
        if reader.summary.frames == 0:
            raise VideoError(f"{reader.info.path}: not one frame could be decoded")
        self._database.finish_video(self._video.video_id, reader.summary, shots.shots())

    def _prepare(self, reader: VideoReader, shots: media.ShotDetector) -> Iterator[_Prepared]:
        """Cut the video into windows, and claim them."""
        placed: Iterable[Placed] = place_frames(reader, shots)
        watch = self._watch(reader.info) if self._face_jobs else None
        for window in cut_windows(watch.over(placed) if watch else placed):
            lookings = [
                job.look_at(window, window.pictures[self._sizes.index(job.input_size)])
                for job in self._frame_jobs
            ]
            yield _Prepared(window, lookings, watch.looks if watch else None)

    def _look_at(
        self, prepared: Ahead[_Prepared], writer: PieceWriter, progress: ScanProgress | None
    ) -> None:
        """Let the detectors look at the windows, at several of them side by side."""
        at_once = _windows_at_once(self._sizes)
        while self._at_work or not prepared.exhausted:
            for each in prepared.take(at_once - self._at_work, wait=not self._at_work):
                self._begin(each)
                if progress:
                    progress.advance(len(each.window.pts_us), int(each.window.pts_us[-1]))
            for job in self._frame_jobs:
                if job.at_work and (finished := job.step()):
                    writer.put(finished)

    @property
    def _at_work(self) -> int:
        """How many windows are being looked at."""
        return max((job.at_work for job in self._frame_jobs), default=0)

    def _begin(self, prepared: _Prepared) -> None:
        for job, looking in zip(self._frame_jobs, prepared.lookings, strict=True):
            if looking:
                job.begin(looking)
        for face_job in self._face_jobs:
            face_job.label(prepared.window, _needed(prepared.looks))

    def _watch(self, info: VideoInfo) -> FaceWatch:
        return FaceWatch(
            _needed(self._finder),
            sampler=self._face_sampler,
            crop_sizes=[job.input_size for job in self._face_jobs],
            height_px=info.height_px,
            skips=lambda frame_no: all(job.has_done(frame_no) for job in self._face_jobs),
        )

    def conclude(self) -> ScanResult:
        """Derive the appearances of each label, and mark the runs as done."""
        video_id = self._video.video_id
        video = self._database.video(video_id)
        footage = Footage.of(self._database, video)
        for job in self._jobs:
            job.conclude(footage)
        stored = {run.run_id: run for run in self._database.runs(video_id)}
        return self.result(video, tuple(stored[run.run_id] for run in self.runs))

    def result(
        self, video: VideoRecord, runs: tuple[RunRecord, ...], *, unchanged: bool = False
    ) -> ScanResult:
        """What has come of it, with the video and the runs as they are stored now."""
        return ScanResult(
            video=video,
            runs=runs,
            frames_decoded_now=self._decoded,
            frames_scored_now=sum(job.scored_now for job in self._jobs),
            unchanged=unchanged,
        )
