"""Takes frames out of a video and puts them into a dataset, for a person to sort.

Two passes over the video: the first, of thumbnails, finds its shots; then it is known which frames
are wanted, and the second saves those. Kill it anywhere: the same command goes on, and the folder
ends up the same. What was extracted before is not extracted again, wherever it was moved.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from vidtag import media
from vidtag.dataset.choices import FrameChoice
from vidtag.dataset.names import UNSORTED, VIDEO_DIGITS, frame_name, parse_frame_name, unsafe_reason
from vidtag.dataset.reading import files_below
from vidtag.dataset.records import read_records
from vidtag.dataset.values import FrameOrigin
from vidtag.dataset.writing import DatasetWriter, file_sha256, open_writer
from vidtag.errors import DatasetError, UsageError, VideoError

if TYPE_CHECKING:
    from vidtag.types import DecodeSummary, Frame, Picture, ScanProgress, Shot, Size, VideoInfo

DEFAULT_QUALITY = 95


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractResult:
    """What became of the frames that were wanted."""

    info: VideoInfo
    summary: DecodeSummary  # of the pass that found the shots
    shots: int
    folder: Path  # where new frames went
    added: int
    present: int  # in the dataset before, in whatever folder
    removed: int  # extracted before, and not there any more: left out
    problems: tuple[str, ...] = ()  # each a short sentence; empty when all of the video was read


def extract(
    path: Path,
    root: Path,
    *,
    choice: FrameChoice,
    label: str = UNSORTED,
    max_side_px: int | None = None,
    quality: int = DEFAULT_QUALITY,
    restore: bool = False,
    progress: ScanProgress | None = None,
    limits: media.DecodeLimits | None = None,
) -> ExtractResult:
    """Save frames of the video at `path` as JPEG in the dataset `root`.

    Args:
        path: a local video file.
        root: folder of the dataset; made if it is not there.
        choice: which frames.
        label: folder in the dataset that they go to.
        max_side_px: the longer side of larger frames is scaled down to this.
        quality: of the JPEG, 1 to 100.
        restore: extract again also what was extracted before and is not there any more.
        progress: told how it goes on.
        limits: of the decoder.

    Raises:
        UsageError: `label` is no safe name.
        VideoError: the file cannot be read as video.
        DatasetError: the dataset cannot be written, or another process is writing into it.
    """
    if reason := unsafe_reason(label):
        raise UsageError(f"{label!r} cannot be a class: {reason}", hint="choose another name")
    limits = limits or media.DecodeLimits()
    survey = _survey(path, limits, progress)
    with open_writer(root) as writer:
        plan = _Plan(root, survey, choice, restore=restore)
        plan.write_down(writer)
        saver = _Saver(writer, root / label, quality)
        lost = 0
        if plan.missing:
            size = _fit(survey.info, max_side_px)
            lost = _extract(path, plan.missing, survey, size, saver, limits, progress)
    problems = [f"{lost} frames could not be decoded again"] if lost else []
    return ExtractResult(
        info=survey.info,
        summary=survey.summary,
        shots=len(survey.shots),
        folder=root / label,
        added=saver.saved,
        present=len(plan.present),
        removed=plan.removed,
        problems=(*survey.summary.problems, *problems),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """What the first pass found."""

    info: VideoInfo
    pts_us: Sequence[int]
    shots: Sequence[Shot]
    summary: DecodeSummary

    @property
    def video(self) -> str:
        return self.info.sha256[:VIDEO_DIGITS]

    def origins(self, frames: Iterable[int]) -> Iterator[FrameOrigin]:
        """Of `frames`, which are in order."""
        starts = [shot.start_frame for shot in self.shots]
        for frame_no in frames:
            shot = bisect_right(starts, frame_no) - 1
            yield FrameOrigin(self.video, frame_no, self.pts_us[frame_no], shot)


def _survey(path: Path, limits: media.DecodeLimits, progress: ScanProgress | None) -> _Survey:
    with media.open_video(path, sizes=[media.THUMBNAIL_SIZE], limits=limits) as reader:
        if progress:
            progress.begin(reader.info, ["finding shots"])
        detector = media.ShotDetector(frame_rate=reader.info.frame_rate)
        pts_us = []
        for frame in reader:
            detector.feed(frame.number, frame.pictures[0])
            pts_us.append(frame.pts_us)
            if progress:
                progress.advance(1, frame.pts_us)
        detector.finish()
        if not pts_us:
            raise VideoError(f"{path}: not one frame could be decoded")
        return _Survey(
            info=reader.info, pts_us=pts_us, shots=detector.shots(), summary=reader.summary
        )


class _Plan:
    """Which of the wanted frames are in the dataset, which were, and which are to be saved."""

    def __init__(self, root: Path, survey: _Survey, choice: FrameChoice, *, restore: bool) -> None:
        self._survey = survey
        self._records = read_records(root)
        found = _frame_files(root, survey.video)
        noted = {o.frame_no for o in self._records.extracted if o.video == survey.video}
        wanted = list(survey.origins(choice.choose(survey.pts_us, survey.shots)))
        gone = noted - found.keys()
        self._unnoted = [found[o.frame_no] for o in wanted if o.frame_no in found.keys() - noted]
        self.present = [o for o in wanted if o.frame_no in found]
        self.missing = [o for o in wanted if o.frame_no not in found.keys() | gone]
        if restore:
            self.missing = [o for o in wanted if o.frame_no not in found]
        self.removed = len(wanted) - len(self.present) - len(self.missing)

    def write_down(self, writer: DatasetWriter) -> None:
        """Record the video, and the frames that a process saved before it died."""
        info = self._survey.info
        if self._survey.video not in self._records.videos:
            writer.record(video=self._survey.video, sha256=info.sha256, name=info.path.name)
        for path in self._unnoted:
            writer.record(frame=path.name, sha256=file_sha256(path))


def _frame_files(root: Path, video: str) -> dict[int, Path]:
    """Frame number -> a file with this frame, in whatever folder."""
    found = {}
    for path in files_below(root):
        origin = parse_frame_name(path.name)
        if origin is not None and origin.video == video:
            found[origin.frame_no] = path
    return found


def _fit(info: VideoInfo, max_side_px: int | None) -> Size | None:
    """The size to decode to; `None` is that of the video."""
    longer = max(info.height_px, info.width_px)
    if max_side_px is None or longer <= max_side_px:
        return None
    height, width = (
        max(1, round(side * max_side_px / longer)) for side in (info.height_px, info.width_px)
    )
    return height, width


class _Saver:
    """Saves frames as JPEG and records them."""

    def __init__(self, writer: DatasetWriter, folder: Path, quality: int) -> None:
        self._writer = writer
        self._folder = folder
        self._quality = quality
        self.saved = 0

    def save(self, origin: FrameOrigin, picture: Picture) -> None:
        """Save `picture` (height, width, 3) RGB, whole or not at all."""
        name = frame_name(origin)
        content = self._encode(picture)
        self._writer.save(self._folder / name, content)
        self._writer.record(frame=name, sha256=hashlib.sha256(content).hexdigest())
        self.saved += 1

    def _encode(self, picture: Picture) -> bytes:
        bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
        done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, self._quality])
        if not done:
            height, width = picture.shape[:2]
            raise DatasetError(
                f"a frame of {width}x{height} pixels cannot be written as JPEG",
                hint="scale the frames down with --size",
            )
        return data.tobytes()


def _extract(
    path: Path,
    missing: Sequence[FrameOrigin],
    survey: _Survey,
    size: Size | None,
    saver: _Saver,
    limits: media.DecodeLimits,
    progress: ScanProgress | None,
) -> int:
    """Decode the video again and save the frames `missing`, which are in order.

    Returns:
        How many did not come this time.
    """
    waiting = deque(missing)
    with media.open_video(path, sizes=[size], limits=limits, sha256=survey.info.sha256) as reader:
        if progress:
            progress.begin(reader.info, ["saving frames"])
        for frame in reader:
            if frame.number == waiting[0].frame_no:
                _check_same(path, waiting[0], frame)
                saver.save(waiting.popleft(), frame.pictures[0])
            if progress:
                progress.advance(1, frame.pts_us)
            if not waiting:
                break
    return len(waiting)


def _check_same(path: Path, origin: FrameOrigin, frame: Frame) -> None:
    if frame.pts_us != origin.pts_us:
        raise VideoError(
            f"{path}: the file changed while it was read", hint="run the same command again"
        )
