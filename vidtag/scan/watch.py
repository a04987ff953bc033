"""Looks for faces in the frames that go by, once for all detectors.

A frame is looked at as soon as its place in a window is certain. Only small crops wait for the
window to end, never large pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidtag import media
from vidtag.regions import clothes
from vidtag.regions.faces import chip
from vidtag.windows import Placed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.regions.faces import Face
    from vidtag.regions.finders import FaceFinder
    from vidtag.sampling import TimeSampler
    from vidtag.types import Frame, Picture, Size

FACE_PICTURE = media.AtMost(1920 * 1080)  # what faces are looked for in


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A face on a frame; its box is in pixels of the picture as shown."""

    frame_no: int
    pts_us: int
    face: Face
    looks: NDArray[np.float32]  # see `regions.clothes`
    crops: dict[Size, Picture]


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What was seen in a window."""

    seen: list[Seen]
    looked: list[int]  # numbers of the frames that were looked at


class FaceWatch:
    """The faces of the newest window.

    Args:
        finder: made when the first frame is looked at.
        sampler: which frames are looked at.
        crop_sizes: (height, width) of the square crops that are kept of each face.
        height_px: of the picture as shown; boxes are in its pixels.
        skips: whether a frame need not be looked at.
    """

    def __init__(
        self,
        finder: FaceFinder,
        *,
        sampler: TimeSampler,
        crop_sizes: Iterable[Size],
        height_px: int,
        skips: Callable[[int], bool],
    ) -> None:
        self.looks = Looks([], [])
        self._finder = finder
        self._sampler = sampler
        self._crop_sizes = tuple(dict.fromkeys(crop_sizes))
        self._height_px = height_px
        self._skips = skips
        self._start = self._previous_us = 0
        self._start_us = 0

    def over(self, placed: Iterable[Placed]) -> Iterator[Placed]:
        """Pass the frames on, each without its last picture, after a look at it."""
        for each in placed:
            if each.begins:
                self._begin(each.frame)
            if self._takes(each) and not self._skips(each.frame.number):
                self._look(each.frame)
            self._previous_us = each.frame.pts_us
            frame = each.frame
            yield each._replace(frame=type(frame)(frame.number, frame.pts_us, frame.pictures[:-1]))

    def _begin(self, frame: Frame) -> None:
        self.looks = Looks([], [])
        self._start, self._start_us = frame.number, frame.pts_us

    def _takes(self, placed: Placed) -> bool:
        frame = placed.frame
        return placed.ends or self._sampler.takes(
            frame.number - self._start,
            frame.pts_us - self._start_us,
            self._previous_us - self._start_us,
        )

    def _look(self, frame: Frame) -> None:
        picture = frame.pictures[-1]
        self.looks.looked.append(frame.number)
        scale = self._height_px / picture.shape[0]
        for face in self._finder.find(picture):
            crops = {size: chip(picture, face, size_px=size[0]) for size in self._crop_sizes}
            self.looks.seen.append(
                Seen(
                    frame_no=frame.number,
                    pts_us=frame.pts_us,
                    face=face.scaled(scale),
                    looks=clothes.look(picture, face),
                    crops=crops,
                )
            )
