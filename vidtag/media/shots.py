"""Shots and scenes, from a small picture of every frame as it is decoded.

PySceneDetect's detectors say where the cuts are: `AdaptiveDetector` finds hard cuts and fast
wipes (a change that stands out from the frames around it, so that camera movement does not
count), `ThresholdDetector` finds where the picture comes back from black. Dissolves are not found:
their two shots stay one. Cut positions are frame numbers, so a variable frame rate changes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np
from scenedetect.common import FrameTimecode
from scenedetect.detectors import AdaptiveDetector, ThresholdDetector

from vidtag.types import Shot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Picture

_WINDOW_FRAMES = 2  # on either side, that a change is compared with
_MIN_SHOT = Fraction(1, 3)  # seconds
_DEFAULT_RATE = Fraction(24)  # where the container does not tell
_ZERO = FrameTimecode(0, _DEFAULT_RATE)  # others get their rate from it: that checks it less often
_LIMITS_FRAMES = (4, 30)  # of the shortest shot, whatever the rate claims to be
_LOOK_EVERY_FRAMES = 4  # for the colours of a shot

_BINS = (8, 4, 4)  # hue, saturation, value
_RANGES = (0, 180, 0, 256, 0, 256)  # of OpenCV's HSV
_SIMILAR = 0.55  # shots of one set share more of their colours than this
_BLACK = 0.95  # a shot with more of its pixels in the darkest quarter has no colours to compare
_REACH_SHOTS = 4  # how far apart two shots of one conversation may lie


@dataclass(frozen=True, slots=True, eq=False)
class ShotSignature:
    """The colours of a shot: a histogram over hue, saturation and value whose sum is 1."""

    histogram: NDArray[np.float32]  # (8, 4, 4)

    @property
    def is_black(self) -> bool:
        """Whether the shot is too dark to be compared."""
        return float(self.histogram[:, :, 0].sum()) > _BLACK

    def similarity(self, other: ShotSignature) -> float:
        """Share of the colours that both have in common, in [0, 1]."""
        if self.is_black or other.is_black:
            return 0.0
        return float(np.minimum(self.histogram, other.histogram).sum())


class ShotDetector:
    """Finds the cuts in a stream of thumbnails, two frames behind the newest.

    Args:
        frame_rate: of the video; no shot is shorter than a third of a second.
    """

    def __init__(self, *, frame_rate: Fraction | None = None) -> None:
        shortest, longest = _LIMITS_FRAMES
        wanted = round(_MIN_SHOT * (frame_rate or _DEFAULT_RATE))
        self._min_frames = min(longest, max(shortest, wanted))
        self._hard_cuts = _HardCuts(window_width=_WINDOW_FRAMES, min_scene_len=self._min_frames)
        self._fades = ThresholdDetector(fade_bias=1.0, min_scene_len=self._min_frames)
        self._fed = 0
        self._candidates: list[int] = []
        self._starts = [0]
        self._colours: deque[tuple[int, NDArray[np.float32]]] = deque()  # of unsettled frames
        self._sums = [np.zeros(_BINS, np.float32)]  # of each shot

    @property
    def settled_frame(self) -> int:
        """Every cut at a frame before this one is known."""
        return max(0, self._fed - _WINDOW_FRAMES)

    def feed(self, frame_no: int, thumbnail: Picture) -> tuple[int, ...]:
        """Look at the next frame.

        Args:
            frame_no: one more than the last, from 0.
            thumbnail: (72, 128, 3) RGB.

        Returns:
            The frames that begin a new shot and have become certain, in order.
        """
        if frame_no != self._fed:
            raise ValueError(f"frames come in order: expected {self._fed}, received {frame_no}")
        self._fed += 1
        bgr = np.asarray(cv2.cvtColor(thumbnail, cv2.COLOR_RGB2BGR), np.uint8)
        timecode = FrameTimecode(frame_no, _ZERO)
        mean = np.array(cv2.mean(bgr)[:3])  # fades are told by the mean alone
        cuts = self._hard_cuts.process_frame(timecode, bgr)
        cuts += self._fades.process_frame(timecode, mean)
        self._candidates.extend(cut.frame_num for cut in cuts)
        if frame_no % _LOOK_EVERY_FRAMES == 0:
            self._colours.append((frame_no, _colours(bgr)))
        return self._settle(self.settled_frame)

    def finish(self) -> tuple[int, ...]:
        """There are no more frames: return the last cuts."""
        return self._settle(self._fed)

    def shots(self) -> list[Shot]:
        """All shots, grouped into scenes; for after `finish`."""
        edges = pairwise([*self._starts, self._fed])
        shots = [Shot(number, start, end) for number, (start, end) in enumerate(edges)]
        return group_scenes(shots if self._fed else [], self.signatures())

    def signatures(self) -> list[ShotSignature]:
        """The colours of each shot so far."""
        return [ShotSignature(total / max(1.0, float(total.sum()))) for total in self._sums]

    def _settle(self, end: int) -> tuple[int, ...]:
        """Accept what was found before frame `end`; the detectors may agree on a cut."""
        accepted = []
        for cut in sorted(cut for cut in self._candidates if cut < end):
            if cut - self._starts[-1] >= self._min_frames:
                self._add_colours(cut)
                self._starts.append(cut)
                self._sums.append(np.zeros(_BINS, np.float32))
                accepted.append(cut)
        self._add_colours(end)
        self._candidates = [cut for cut in self._candidates if cut >= end]
        return tuple(accepted)

    def _add_colours(self, end: int) -> None:
        """Count the frames before `end` for the newest shot."""
        while self._colours and self._colours[0][0] < end:
            self._sums[-1] += self._colours.popleft()[1]


class _HardCuts(AdaptiveDetector):  # type: ignore[misc]  # scenedetect has no types
    """Measures changes as the library does by default, in a fraction of the time."""

    _last_hsv: Picture | None = None

    def _calculate_frame_score(self, _: FrameTimecode, frame_img: Picture) -> float:
        """The mean difference to the last frame of hue, saturation and value, in [0, 255]."""
        hsv = np.asarray(cv2.cvtColor(frame_img, cv2.COLOR_BGR2HSV), np.uint8)
        last, self._last_hsv = self._last_hsv, hsv
        return 0.0 if last is None else cv2.norm(hsv, last, cv2.NORM_L1) / hsv.size


def group_scenes(shots: Sequence[Shot], signatures: Sequence[ShotSignature]) -> list[Shot]:
    """Number the scenes: consecutive shots that look alike, and all shots between two of them.

    So the two sides of a conversation, shown in turn, are one scene.

    Args:
        shots: in order.
        signatures: one for each shot.
    """
    grouped: list[Shot] = []
    scene, linked = 0, 0  # `linked`: the last shot known to be in the scene
    for index, shot in enumerate(shots):
        if index > linked:
            scene += 1
        grouped.append(replace(shot, scene=scene))
        linked = max(linked, index, _last_similar(signatures, index))
    return grouped


def _last_similar(signatures: Sequence[ShotSignature], index: int) -> int:
    """The last shot within reach that looks like the one at `index`; that one if there is none."""
    reach = range(index + 1, min(len(signatures), index + 1 + _REACH_SHOTS))
    alike = (i for i in reach if signatures[index].similarity(signatures[i]) >= _SIMILAR)
    return max(alike, default=index)


def _colours(bgr: Picture) -> NDArray[np.float32]:
    hsv = cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV)
    return cv2.calcHist([hsv], [0, 1, 2], None, _BINS, _RANGES).astype(np.float32)
