"""What follows from the scores of a whole video: appearances, and how sure they are."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidtag.timeline import estimate, find_appearances, frame_edges

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.store import Database
    from vidtag.types import Appearance, Estimate, Shot, Size, VideoRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """A video that has been decoded to its end: its frames in time, and its shots."""

    edges_us: NDArray[np.int64]  # (frames + 1,)
    size: Size  # (height, width) of the picture as shown
    shots: tuple[Shot, ...]

    @classmethod
    def of(cls, database: Database, video: VideoRecord) -> Footage:
        """Read what the database knows of the video.

        Raises:
            ValueError: no pass has reached the video's end yet.
        """
        if video.end_us is None:
            raise ValueError(f"{video.path} was never decoded to its end")
        edges_us = frame_edges(database.frame_times(video.video_id), video.end_us)
        return cls(
            edges_us=edges_us,
            size=(video.height_px, video.width_px),
            shots=tuple(database.shots(video.video_id)),
        )

    @property
    def frames(self) -> int:
        """How many there are."""
        return len(self.edges_us) - 1

    def shot_at(self, frame_no: int) -> Shot:
        """The shot that a frame is in."""
        after = bisect(self.shots, frame_no, key=lambda shot: shot.start_frame)
        return self.shots[after - 1]

    @property
    def shot_starts(self) -> list[int]:
        """The frames that begin a shot."""
        return [shot.start_frame for shot in self.shots]

    def conclude(
        self, scores: NDArray[np.float32], scored: NDArray[np.bool_], threshold: float
    ) -> tuple[tuple[Appearance, ...], Estimate]:
        """Where a label appears, and how long it can be expected to be on screen.

        Args:
            scores: (frames,) of the label.
            scored: (frames,) False where the score was filled.
            threshold: lowest score that counts.
        """
        found = find_appearances(
            scores, edges_us=self.edges_us, threshold=threshold, shot_starts=self.shot_starts
        )
        expected = estimate(
            scores,
            scored=scored,
            edges_us=self.edges_us,
            threshold=threshold,
            shot_starts=self.shot_starts,
        )
        return found, expected
