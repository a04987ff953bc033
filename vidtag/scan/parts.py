"""Labels what is left of a video that was scanned before, without decoding the rest."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag import media
from vidtag.errors import VideoError

if TYPE_CHECKING:
    from vidtag.scan.work import Work
    from vidtag.types import ScanProgress

log = logging.getLogger(__name__)

_MOST = 3 / 4  # of the frames; where more is left, one pass is as fast


def look_at_missing(
    work: Work,
    path: Path,
    *,
    limits: media.DecodeLimits,
    progress: ScanProgress | None,
) -> None:
    """Label the windows that are missing, as far as that can be done without a whole pass.

    What the pictures are after a seek depends on the file. So each is compared with the check sum
    that was kept of it; where one differs, the rest stays missing.

    Args:
        work: that has labelled what it could without decoding.
        path: the video.
        limits: of the decoder.
        progress: as for `scan`.
    """
    windows = work.missing
    if not windows or sum(end - start for start, end in windows) > _MOST * (work.video.frames or 0):
        return
    try:
        with media.open_video(
            path,
            sizes=work.sizes,
            limits=limits,
            sha256=work.video.sha256,
            parts=work.times_of(windows),
        ) as reader:
            work.look_again(reader, windows, progress)
    except VideoError as error:  # the whole pass will tell, if it is not only the seeking
        log.info("%s: parts of it could not be decoded: %s", path, error.message)
