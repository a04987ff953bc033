"""What people's corrections tell about faces, beyond the frames that they name.

Somebody who is not there in a frame is none of the faces in it, so a whole track is not theirs.
Somebody who is there is most likely the face in it that looks most like them. So a few corrected
frames teach a recognizer how a person looks in this video.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from vidtag.timeline import latest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.timeline import Said
    from vidtag.types import Correction, Track

SURE: Final = 30.0  # log-odds of what a person said: more than any face tells
ELSEWHO: Final = 2.0  # log-odds from which a face is rather somebody else's


def fingerprint(corrections: Sequence[Correction]) -> str:
    """Equal corrections give equal text; empty where there are none."""
    if not corrections:
        return ""
    content = hashlib.sha256()
    for each in corrections:
        where = f"{each.start_frame} {each.end_frame} {each.present}"
        content.update(f"{each.label}\n{where}\n".encode())
    return content.hexdigest()


def told(
    tracks: Sequence[Track],
    names: Sequence[str],
    corrections: Sequence[Correction],
    log_odds: NDArray[np.float64],
    *,
    frames: int,
) -> NDArray[np.float64]:
    """Log-odds (tracks, names) that follow from the corrections of a video.

    Args:
        tracks: of the video.
        names: of the people.
        corrections: of the video, oldest first.
        log_odds: (tracks, names) that each face is each person's, by itself.
        frames: of the video.
    """
    found = np.zeros_like(log_odds)
    for column, name in enumerate(names):
        said = latest([each for each in corrections if each.label == name], frames)
        for part in said:
            inside = np.array([_overlaps(track, part) for track in tracks], np.bool_)
            if not part.present:
                found[inside, column] = -SURE
                continue
            candidates = inside & ~_is_another(log_odds, column)
            if candidates.any():
                likely = np.where(candidates, log_odds[:, column], -np.inf)
                found[int(likely.argmax()), column] = SURE
    return found


def _is_another(log_odds: NDArray[np.float64], column: int) -> NDArray[np.bool_]:
    """Which faces (tracks,) are surely somebody else's: who is there may be turned away."""
    others = np.delete(log_odds, column, axis=1).max(axis=1, initial=-np.inf)
    return np.asarray((others >= ELSEWHO) & (others > log_odds[:, column]), np.bool_)


def _overlaps(track: Track, said: Said) -> bool:
    return track.start_frame < said.end_frame and said.start_frame < track.end_frame
