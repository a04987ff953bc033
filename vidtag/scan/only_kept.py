"""Labels a video from kept features alone, or refuses to before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.errors import UsageError
from vidtag.sampling import ONLY_KEPT
from vidtag.types import FeatureDetector

if TYPE_CHECKING:
    from vidtag.scan.kept import FeatureCache
    from vidtag.scan.work import Work
    from vidtag.store import Database
    from vidtag.types import Detector, ScanProgress, VideoRecord

_HINT = "scan it once with another classifier on the same network, or without `--accuracy kept`"


def check_kept(
    path: Path,
    sha256: str,
    database: Database,
    detectors: Sequence[Detector],
    cache: FeatureCache | None,
) -> None:
    """Raise `UsageError` unless features of every window of a video are kept for all `detectors`.

    Args:
        path: of the video.
        sha256: of its content.
        database: where it was scanned into.
        detectors: opened.
        cache: where features are kept, if they are.
    """
    if cache is None:
        raise UsageError("no features are kept here", hint="leave out `--no-cache`")
    video = _stored(sha256, database)
    if video is None or video.frames is None:
        raise UsageError(f"{path}: was not scanned to its end yet", hint=_HINT)
    for detector in detectors:
        name = detector.heads[0].identity.name
        if detector.region != "frame" or not isinstance(detector, FeatureDetector):
            raise UsageError(
                f"{name}: keeps no features that others could use",
                hint="leave out `--accuracy kept`; classifiers of whole frames keep them with "
                "`--device cpu`",
            )
        if not cache.of(video.sha256, detector.features_id).covers(video.frames):
            raise UsageError(f"{path}: its features are not all kept", hint=_HINT)


def are_done(sha256: str, database: Database, detectors: Sequence[Detector]) -> bool:
    """Whether all `detectors` have labelled the video from kept features before."""
    video = _stored(sha256, database)
    runs = database.runs(video.video_id) if video else []
    done = [run.identity for run in runs if run.sampler == str(ONLY_KEPT)]
    return all(head.identity in done for detector in detectors for head in detector.heads)


def _stored(sha256: str, database: Database) -> VideoRecord | None:
    return next(iter(database.videos(sha256=sha256)), None)


def label_only_kept(work: Work, check: Callable[[], None], progress: ScanProgress | None) -> None:
    """Label all windows, but for those that other processes label meanwhile.

    Args:
        work: to be done.
        check: raises where features are gone meanwhile.
        progress: told where others are waited for.
    """
    work.label_kept()
    while not work.seen:
        work.ledger.is_left_over(work.runs, progress)
        check()
        work.label_kept()
