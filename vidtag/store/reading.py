"""What comes out of the database: values, never rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vidtag.store import (
    corrections,
    findings,
    inspection,
    pieces,
    queries,
    scenes,
    sql,
    tracks,
)
from vidtag.store.inspection import DatabaseInfo
from vidtag.store.part import Part
from vidtag.store.sql import SqlResult
from vidtag.types import (
    Appearance,
    Correction,
    RunRecord,
    ScoreSeries,
    Shot,
    TimedScene,
    Track,
    VideoFindings,
    VideoRecord,
)


class Reading(Part):
    """What is known, in one view of the database for each method."""

    def pending(self, run_id: int) -> tuple[tuple[int, int], ...]:
        """Pieces `(start_frame, end_frame)` that were claimed and are not done, in order."""
        with self._sessions.reading() as connection:
            return pieces.ranges(connection, run_id, done=False)

    def done_pieces(self, run_id: int) -> frozenset[tuple[int, int]]:
        """Pieces `(start_frame, end_frame)` that are done."""
        with self._sessions.reading() as connection:
            return frozenset(pieces.ranges(connection, run_id, done=True))

    def videos(
        self,
        *,
        series: str | None = None,
        season: int | None = None,
        episode: int | None = None,
        path: Path | None = None,
        sha256: str | None = None,
    ) -> list[VideoRecord]:
        """Videos that match all that is given: by episode, by path, by the hash of the content."""
        with self._sessions.reading() as connection:
            return queries.find_videos(
                connection,
                series=series,
                season=season,
                episode=episode,
                path=path,
                sha256=sha256,
            )

    def video(self, video_id: int) -> VideoRecord:
        """The video with this id.

        Raises:
            StoreError: there is none.
        """
        with self._sessions.reading() as connection:
            return queries.video(connection, video_id)

    def corrections(self, video_id: int) -> list[Correction]:
        """What people said about a video, oldest first."""
        with self._sessions.reading() as connection:
            return corrections.find(connection, [video_id])

    def label_names(self) -> list[str]:
        """Every label that anybody has used, sorted."""
        with self._sessions.reading() as connection:
            return queries.label_names(connection)

    def findings(
        self,
        *,
        series: str | None = None,
        season: int | None = None,
        episode: int | None = None,
        path: Path | None = None,
        detail: bool = False,
    ) -> list[VideoFindings]:
        """What is known about the videos that `videos` would find, in one view of the database.

        With `detail` also the shots and frame rates, which takes longer.
        """
        with self._sessions.reading() as connection:
            found = queries.find_videos(
                connection, series=series, season=season, episode=episode, path=path
            )
            return findings.find(connection, found, detail=detail)

    def runs(
        self, video_id: int, *, detector: str | None = None, done: bool | None = True
    ) -> list[RunRecord]:
        """Runs on a video, oldest first: the finished, the unfinished, or (`None`) all."""
        with self._sessions.reading() as connection:
            return queries.find_runs(connection, video_id, detector=detector, done=done)

    def scores(
        self, run_id: int, label: str, *, frames: tuple[int, int] | None = None
    ) -> ScoreSeries:
        """The scores of one label, frame by frame: of all, or of those in `[start, end)`.

        Raises:
            UnknownNameError: the run has no such label.
        """
        with self._sessions.reading() as connection:
            return queries.scores(connection, run_id, label, frames)

    def appearances(self, run_id: int) -> dict[str, list[Appearance]]:
        """The run's appearances in order of time, for each of its labels."""
        with self._sessions.reading() as connection:
            return queries.find_appearances(connection, run_id)

    def tracks(self, run_id: int) -> dict[int, Track]:
        """The faces that a run has followed, by their ids, in order of their first frames."""
        with self._sessions.reading() as connection:
            return tracks.find(connection, run_id)

    def shots(self, video_id: int) -> list[Shot]:
        """The video's shots in order."""
        with self._sessions.reading() as connection:
            return queries.find_shots(connection, video_id)

    def frame_times(self, video_id: int) -> NDArray[np.int64]:
        """The PTS in microseconds of the frames that are stored, in order, shape (n,)."""
        with self._sessions.reading() as connection:
            return queries.frame_times(connection, video_id)

    def scenes(self, video_ids: Sequence[int]) -> dict[int, list[TimedScene]]:
        """The scenes of these videos in order; a video whose shots are not known is left out."""
        with self._sessions.reading() as connection:
            return scenes.find(connection, video_ids)

    def sql(self, statement: str, *, timeout_s: float = 30.0, max_rows: int = 1000) -> SqlResult:
        """Run one reading statement on a connection of its own that cannot write.

        Raises:
            UsageError: the statement is wrong, or does something else than reading.
            StoreError: it took longer than `timeout_s`.
        """
        return sql.ask(self._sessions, statement, timeout_s=timeout_s, max_rows=max_rows)

    def info(self) -> DatabaseInfo:
        """What kind of database this is and how much it holds."""
        with self._sessions.reading() as connection:
            return inspection.info(self._sessions, connection)

    def check(self) -> tuple[str, ...]:
        """One sentence for everything that is not as it should be; empty when all is well."""
        with self._sessions.reading() as connection:
            return tuple(inspection.problems(self._sessions, connection))
