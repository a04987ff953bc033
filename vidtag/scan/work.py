"""The work on one video: windows are cut, claimed, looked at side by side, and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from vidtag import media
from vidtag.ahead import Ahead
from vidtag.errors import VideoError
from vidtag.sampling import DEFAULT_SAMPLER, Sampler, TimeSampler
from vidtag.scan.conclusions import Footage
from vidtag.scan.faces import FACE_SAMPLER, FaceJob
from vidtag.scan.frames import FrameJob
from vidtag.scan.ledger import Ledger
from vidtag.scan.watch import FACE_PICTURE, FaceWatch, Looks
from vidtag.scan.writing import PieceWriter
from vidtag.types import RunRecord, VideoRecord
from vidtag.windows import MAX_FRAMES, Placed, Window, cut_windows, gather_windows, place_frames

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.regions.finders import FaceFinder
    from vidtag.scan.kept import FeatureCache
    from vidtag.scan.looking import Looking
    from vidtag.store import Database
    from vidtag.types import (
        Detector,
        Picture,
        Region,
        ScanProgress,
        Size,
        VideoInfo,
        VideoReader,
    )

T = TypeVar("T")

_AT_ONCE = 6  # windows looked at side by side, so that there is always a batch to score
_ROOM = 1  # windows that wait for that
_ELSEWHERE = _ROOM + 2  # windows that wait, or grow, or are handed over
_PICTURES_BYTES = 384 << 20  # of all these windows, unless that is too little for one at work


def wanted_sizes(detectors: Sequence[Detector]) -> list[media.WantedSize]:
    """Picture sizes to decode to: each size of whole frames once, then faces', the thumbnail's."""
    faces = [FACE_PICTURE] if _looking_at(detectors, "face") else []
    return [*_frame_sizes(detectors), *faces, media.THUMBNAIL_SIZE]


def _frame_sizes(detectors: Sequence[Detector]) -> list[Size]:
    """Picture sizes that detectors of whole frames look at, each once."""
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


class Work:
    """Some detectors at work on one video.

    Args:
        database: where the labels go.
        video: registered there.
        detectors: opened.
        sampler: which frames are scored; see `scan`.
        finder: finds faces; needed where a detector looks at them.
        cache: keeps features.
    """

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
        self.decoded_now = 0  # frames
        self._database = database
        self.video = video
        self._finder = finder
        self.sizes = _frame_sizes(detectors)  # of pictures of whole frames
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
        if self.video.frames is not None:
            for job in self._frame_jobs:
                job.label_kept(self._pts_us)

    @cached_property
    def _pts_us(self) -> NDArray[np.int64]:
        """Times of all frames, of a video that was decoded to its end before."""
        return self._database.frame_times(self.video.video_id)

    def pass_over(self, reader: VideoReader, progress: ScanProgress | None) -> None:
        """Decode the whole video once, and label every window that nobody else has."""
        if progress:
            progress.begin(reader.info, [run.identity.name for run in self.runs])
        shots = media.ShotDetector(frame_rate=reader.info.frame_rate)
        self._go_through(self._prepare(reader, shots), progress)
        self.decoded_now += reader.summary.frames
        if reader.summary.frames == 0:
            raise VideoError(f"{reader.info.path}: not one frame could be decoded")
        self._database.finish_video(self.video.video_id, reader.summary, shots.shots())

    @property
    def missing(self) -> list[tuple[int, int]]:
        """The windows that are left, where decoding these alone can do."""
        unseen = [job for job in self._frame_jobs if not job.seen]
        if self.video.problems or not all(job.done for job in self._face_jobs):
            return []
        if any(job.missing is None for job in unseen):
            return []
        return sorted({window for job in unseen for window in job.missing or ()})

    def times_of(self, windows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """When the first and the last frame of each is shown, in microseconds."""
        pts_us = self._pts_us
        return [(int(pts_us[start]), int(pts_us[end - 1])) for start, end in windows]

    def look_again(
        self,
        reader: VideoReader,
        windows: Sequence[tuple[int, int]],
        progress: ScanProgress | None,
    ) -> None:
        """Label these windows, up to the first whose pictures are not those of a whole pass.

        Args:
            reader: of these parts of the video, with pictures for detectors of whole frames alone.
            windows: from `missing`.
            progress: as for `scan`.
        """
        if progress:
            progress.begin(reader.info, [run.identity.name for run in self.runs])
        self._go_through(self._prepare_again(reader, windows), progress)
        for job in self._frame_jobs:
            job.look_for_missing(len(self._pts_us))

    def _prepare_again(
        self, reader: VideoReader, windows: Sequence[tuple[int, int]]
    ) -> Iterator[_Prepared]:
        """Gather these windows, and claim them."""
        for window in gather_windows(reader, windows, self._pts_us):
            asking = [job for job in self._frame_jobs if job.misses(window)]
            kept = {job: job.kept_of(window, self._pictures_for(job, window)) for job in asking}
            if not all(kept.values()):
                return
            self.decoded_now += len(window.pts_us)
            lookings = [
                job.look_at(window, self._pictures_for(job, window), kept[job])
                if job in kept
                else None
                for job in self._frame_jobs
            ]
            yield _Prepared(window, lookings, None)

    def _go_through(self, windows: Iterator[_Prepared], progress: ScanProgress | None) -> None:
        with (
            PieceWriter(self._database, worker=self.ledger.worker) as writer,
            Ahead(windows, room=_ROOM) as prepared,
        ):
            for job in self._frame_jobs:
                job.prepare()  # while the first windows are decoded
            self._look_at(prepared, writer, progress)

    def _pictures_for(self, job: FrameJob, window: Window) -> tuple[Picture, ...]:
        return window.pictures[self.sizes.index(job.input_size)]

    def _prepare(self, reader: VideoReader, shots: media.ShotDetector) -> Iterator[_Prepared]:
        """Cut the video into windows, and claim them."""
        placed: Iterable[Placed] = place_frames(reader, shots)
        watch = self._watch(reader.info) if self._face_jobs else None
        for window in cut_windows(watch.over(placed) if watch else placed):
            lookings = [
                job.look_at(window, self._pictures_for(job, window)) for job in self._frame_jobs
            ]
            yield _Prepared(window, lookings, watch.looks if watch else None)

    def _look_at(
        self, prepared: Ahead[_Prepared], writer: PieceWriter, progress: ScanProgress | None
    ) -> None:
        """Let the detectors look at the windows, at several of them side by side."""
        at_once = _windows_at_once(self.sizes)
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
        for face_job in self._face_jobs if prepared.looks else ():
            face_job.label(prepared.window, _needed(prepared.looks))

    def _watch(self, info: VideoInfo) -> FaceWatch:
        return FaceWatch(
            _needed(self._finder),
            sampler=self._face_sampler,
            crop_sizes=[job.input_size for job in self._face_jobs],
            height_px=info.height_px,
            skips=lambda frame_no: all(job.has_done(frame_no) for job in self._face_jobs),
        )

    @property
    def scored_now(self) -> int:
        """Frames that were scored so far, all detectors together."""
        return sum(job.scored_now for job in self._jobs)

    def conclude(self) -> tuple[VideoRecord, tuple[RunRecord, ...]]:
        """Derive the appearances of each label, and mark the runs as done.

        Returns:
            The video and the runs as they are stored then.
        """
        video_id = self.video.video_id
        video = self._database.video(video_id)
        footage = Footage.of(self._database, video)
        for job in self._jobs:
            job.conclude(footage)
        stored = {run.run_id: run for run in self._database.runs(video_id)}
        return video, tuple(stored[run.run_id] for run in self.runs)
