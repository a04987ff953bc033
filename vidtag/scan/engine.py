"""One pass over a video: decode, cut into windows, let each detector label them, conclude.

Every window of a run is a piece, written in one transaction. Kill the scan anywhere: the pieces
written stay, and the next scan of the same video and detectors skips them and ends with the same
rows.

Several scans of one video may run at once. A piece is claimed before it is scored; one that another
process holds is left to it, and taken over if that process dies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag import media
from vidtag.sampling import ONLY_KEPT, OnlyKept, Sampler
from vidtag.scan.only_kept import are_done, check_kept, label_only_kept
from vidtag.scan.parts import look_at_missing
from vidtag.scan.work import Work, wanted_sizes
from vidtag.types import Episode, RunRecord, VideoRecord

if TYPE_CHECKING:
    from vidtag.regions.finders import FaceFinder
    from vidtag.scan.kept import FeatureCache
    from vidtag.store import Database
    from vidtag.types import Detector, ScanProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What a scan came to."""

    video: VideoRecord
    runs: tuple[RunRecord, ...]
    frames_decoded_now: int  # and looked at by this call; 0 where what was kept was enough
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
    decoder: media.DecoderProcess | None = None,
) -> ScanResult:
    """Label every frame of the video at `path` with every one of `detectors`.

    Args:
        path: a local video file.
        detectors: opened; they stay open.
        database: where the labels go.
        episode: what is known of the video; what it leaves open keeps its value in the store.
        sampler: which frames are scored; faces are looked for at times of their own, unless it goes
            by times alone; with `OnlyKept` nothing is decoded.
        force: forget earlier runs of these detectors on this video, and scan again; with `OnlyKept`
            only the runs that went by what is kept.
        progress: told how it goes on.
        limits: of the decoder.
        finder: finds faces; needed where a detector looks at them.
        cache: keeps features of frames for other detectors on the same network.
        decoder: see `media.open_video`.

    Raises:
        VideoError: the file cannot be read as video.
        PluginError: a detector broke its contract.
        StoreError: the database cannot be used.
        UsageError: not all is kept that the sampler `OnlyKept` needs.
    """
    sizes = wanted_sizes(detectors)
    limits = replace(limits or media.DecodeLimits(), busy_beside=True)
    with media.open_video(path, sizes=sizes, limits=limits, decoder=decoder) as reader:
        only_kept = isinstance(sampler, OnlyKept)
        check = partial(check_kept, path, reader.info.sha256, database, detectors, cache)
        if only_kept and (force or not are_done(reader.info.sha256, database, detectors)):
            check()
        video = database.register_video(reader.info, episode or Episode())
        if force:
            _forget(database, video, detectors, sampler=ONLY_KEPT if only_kept else None)
        work = Work(database, video, detectors, sampler, finder, cache)
        if work.done:
            return _result(work, video, work.runs, unchanged=True)
        with work.ledger.leases(work.runs):
            if only_kept:
                label_only_kept(work, check, progress)
            else:
                work.label_kept()
                look_at_missing(work, path, limits=limits, progress=progress)
                if not work.seen:
                    work.pass_over(reader, progress)
                while work.ledger.is_left_over(work.runs, progress):
                    with media.open_video(path, sizes=sizes, limits=limits) as again:
                        work.pass_over(again, None)
    result = _result(work, *work.conclude())
    if cache:
        cache.prune()
    return result


def _result(
    work: Work, video: VideoRecord, runs: tuple[RunRecord, ...], *, unchanged: bool = False
) -> ScanResult:
    return ScanResult(
        video=video,
        runs=runs,
        frames_decoded_now=work.decoded_now,
        frames_scored_now=work.scored_now,
        unchanged=unchanged,
    )


def _forget(
    database: Database,
    video: VideoRecord,
    detectors: Sequence[Detector],
    *,
    sampler: Sampler | None,
) -> None:
    """Delete the runs of these detectors, or those of them with one sampler."""
    names = {head.identity.name for detector in detectors for head in detector.heads}
    for run in database.runs(video.video_id, done=None):
        if run.identity.name in names and (sampler is None or run.sampler == str(sampler)):
            database.delete_run(run.run_id)
    database.people.prune()
