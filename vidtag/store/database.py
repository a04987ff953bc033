"""The database as the rest of vidtag sees it: values in, values out, one transaction each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vidtag.errors import StoreError
from vidtag.store import (
    corrections,
    decisions,
    findings,
    frame_rates,
    inspection,
    labels,
    migrate,
    pieces,
    queries,
    runs,
    scenes,
    sql,
    tracks,
    videos,
)
from vidtag.store.gallery import People
from vidtag.store.inspection import DatabaseInfo
from vidtag.store.schema import REVISION
from vidtag.store.sessions import Mode, Sessions, connect, parse
from vidtag.store.sql import SqlResult
from vidtag.types import (
    Appearance,
    Claim,
    Correction,
    Decision,
    DecodeSummary,
    Episode,
    Estimate,
    FacePiece,
    Head,
    Piece,
    RunRecord,
    ScoreSeries,
    Shot,
    TimedScene,
    Track,
    VideoFindings,
    VideoInfo,
    VideoRecord,
)


class Database:
    """An open database; a context manager. Every method may raise `StoreError`.

    Each method that writes is one transaction: after it returns the data is on the disk, and when
    it raises nothing has changed. Threads may share it; processes open their own.
    """

    def __init__(self, sessions: Sessions, *, clock: Callable[[], float] = time.time) -> None:
        self.people = People(sessions)
        self._sessions = sessions
        self._clock = clock

    @classmethod
    def open(
        cls,
        url_or_path: str | Path,
        *,
        create: bool = True,
        readonly: bool = False,
        busy_timeout_s: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open a database, and create it if it is not there or empty.

        Args:
            url_or_path: File name, `:memory:`, `sqlite:///...` or `postgresql://...`.
            create: Whether a new database may be made.
            readonly: Whether nothing will be written; implies `create=False`.
            busy_timeout_s: How long to wait for another program's transaction.
            clock: Unix time in seconds, for leases.

        Raises:
            StoreError: it cannot be opened, belongs to another program, or was made by an older
                or newer vidtag.
        """
        create = create and not readonly
        mode: Mode = "rwc" if create else "ro" if readonly else "rw"
        sessions = connect(parse(url_or_path), mode=mode, busy_timeout_s=busy_timeout_s)
        try:
            _make_ready(sessions, create=create)
        except BaseException:
            sessions.close()
            raise
        return cls(sessions, clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._sessions.close()

    # --- writing --------------------------------------------------------------------------

    def register_video(self, info: VideoInfo, episode: Episode) -> VideoRecord:
        """Make a video known, or learn where it lies now. What `episode` leaves open stays."""
        with self._sessions.writing() as connection:
            return videos.register(connection, info, episode)

    def open_run(self, video_id: int, head: Head, *, sampler: str, pipeline: str) -> RunRecord:
        """The run of this detector, sampler and pipeline on this video; made if need be.

        An unfinished run takes the thresholds of `head`. A finished one keeps those that its
        appearances were made with.
        """
        with self._sessions.writing() as connection:
            return runs.open_run(connection, video_id, head, sampler=sampler, pipeline=pipeline)

    def claim_piece(
        self, run_id: int, start_frame: int, end_frame: int, *, worker: str, ttl_s: float
    ) -> Claim:
        """Ask for the piece `[start_frame, end_frame)` for `ttl_s` seconds.

        `mine` gives it to `worker`, also when it had it before or another worker's time is over.
        """
        claims = self.claim_pieces([run_id], start_frame, end_frame, worker=worker, ttl_s=ttl_s)
        return claims[run_id]

    def claim_pieces(
        self, run_ids: Iterable[int], start_frame: int, end_frame: int, *, worker: str, ttl_s: float
    ) -> dict[int, Claim]:
        """Ask for the same piece of several runs, as `claim_piece` does for one."""
        now_us = round(self._clock() * 1_000_000)
        with self._sessions.writing() as connection:
            return {
                run_id: pieces.claim(
                    connection,
                    run_id,
                    (start_frame, end_frame),
                    worker=worker,
                    now_us=now_us,
                    ttl_us=round(ttl_s * 1_000_000),
                )
                for run_id in sorted(run_ids)
            }

    def write_piece(self, run_id: int, piece: Piece, *, worker: str) -> None:
        """Store a piece that `worker` has claimed: its frames, labels, and that it is done.

        Writing the same piece again changes nothing.

        Raises:
            StoreError: another worker has the piece by now.
            ValueError: the arrays do not fit, or a score is not in [0, 1].
        """
        self.write_pieces([(run_id, piece)], worker=worker)

    def write_pieces(self, written: Sequence[tuple[int, Piece]], *, worker: str) -> None:
        """Store pieces, each after the id of its run, all of them or none; see `write_piece`."""
        with self._sessions.writing() as connection:
            for run_id, of_run in groupby(sorted(written, key=_by_run_and_frame), key=_by_run):
                video_id = runs.lock(connection, run_id)
                ids = runs.label_ids(connection, run_id)
                for _, piece in of_run:
                    labels.check(piece, tuple(ids))
                    pieces.mark_done(connection, run_id, piece, worker=worker)
                    labels.write_times(connection, video_id, piece)
                    labels.write(connection, run_id, ids.values(), piece)

    def write_faces(self, run_id: int, piece: FacePiece, *, worker: str) -> None:
        """Store a piece of a scan for faces that `worker` has claimed, and that it is done.

        Writing the same piece again changes nothing.

        Raises:
            StoreError: another worker has the piece by now.
        """
        with self._sessions.writing() as connection:
            video_id = runs.lock(connection, run_id)
            pieces.mark_done(connection, run_id, piece, worker=worker)
            labels.write_times(connection, video_id, piece)
            tracks.write(connection, run_id, (piece.start_frame, piece.end_frame), piece.tracks)

    def release_dead(self, run_id: int, is_alive: Callable[[str], bool]) -> int:
        """Free the pieces of workers that are gone, without waiting for their leases to end."""
        with self._sessions.writing() as connection:
            return pieces.release_dead(connection, run_id, is_alive)

    def finish_video(self, video_id: int, summary: DecodeSummary, shots: Sequence[Shot]) -> None:
        """Store how one pass over the whole file went, and its shots."""
        with self._sessions.writing() as connection:
            videos.finish(connection, video_id, summary, shots)

    def finish_run(
        self,
        run_id: int,
        appearances: Mapping[str, Sequence[Appearance]],
        *,
        thresholds: Mapping[str, float] | None = None,
        estimates: Mapping[str, Estimate] | None = None,
    ) -> None:
        """Replace the appearances (and thresholds, if given), and mark the run done.

        Estimates that are not given are worked out from the scores when they are needed, slowly;
        `store_estimates` keeps them.

        Raises:
            StoreError: frames of the video have no label yet.
            ValueError: a label is not one of the run's.
        """
        with self._sessions.writing() as connection:
            runs.finish(connection, run_id, appearances, estimates or {})
            runs.set_thresholds(connection, run_id, thresholds or {})

    def store_estimates(self, run_id: int, estimates: Mapping[str, Estimate]) -> None:
        """Put these estimates in place of those of a finished run.

        Raises:
            ValueError: a label is not one of the run's.
        """
        with self._sessions.writing() as connection:
            runs.lock(connection, run_id)
            ids = runs.label_ids(connection, run_id)
            runs.replace_estimates(connection, run_id, ids, estimates)

    def store_frame_rates(self) -> None:
        """Store the frame rates of videos that an older vidtag has scanned."""
        with self._sessions.writing() as connection:
            frame_rates.store_missing(connection)

    def decide(self, run_id: int, decision: Decision) -> None:
        """Replace what follows from the tracks of a run, and mark it done.

        Raises:
            ValueError: the arrays do not fit the video, or a score is not in [0, 1].
        """
        with self._sessions.writing() as connection:
            decisions.write(connection, run_id, decision)

    def add_corrections(self, said: Sequence[Correction]) -> list[Correction]:
        """Store what a person said, and the labels that are new with it. Returns it with ids.

        Raises:
            StoreError: a video was not scanned to its end, or has fewer frames.
        """
        created_at = datetime.fromtimestamp(self._clock(), UTC)
        with self._sessions.writing() as connection:
            return corrections.add(connection, said, created_at=created_at)

    def remove_correction(self, correction_id: int) -> Correction:
        """Forget what a person said. Returns it.

        Raises:
            StoreError: there is no such correction.
        """
        with self._sessions.writing() as connection:
            return corrections.remove(connection, correction_id)

    def delete_run(self, run_id: int) -> None:
        """Delete a run and all it found. What people said about the video stays."""
        with self._sessions.writing() as connection:
            runs.remove(connection, run_id)

    # --- reading --------------------------------------------------------------------------

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
    ) -> list[VideoRecord]:
        """Videos that match all that is given, by series, season, episode and path."""
        with self._sessions.reading() as connection:
            return queries.find_videos(
                connection, series=series, season=season, episode=episode, path=path
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


def _by_run(written: tuple[int, Piece]) -> int:
    return written[0]


def _by_run_and_frame(written: tuple[int, Piece]) -> tuple[int, int]:
    """An order that is the same for all, so that no two scans wait for each other in a circle."""
    run_id, piece = written
    return run_id, piece.start_frame


def _make_ready(sessions: Sessions, *, create: bool) -> None:
    """Create what is not there, and refuse what this program cannot use."""
    with sessions.reading() as connection:
        found = migrate.revision(sessions, connection)
    if found is None and not create:
        hint = "run `vidtag scan` first, or name the database with --db"
        raise StoreError(f"database {sessions.where} is empty", hint=hint)
    if found is None:
        migrate.create(sessions)
    else:
        migrate.refuse_newer(sessions, found)
    if found is not None and found < REVISION:
        message = f"database {sessions.where} was made by an older vidtag (revision {found})"
        raise StoreError(message, hint="run `vidtag db upgrade`")
    if sessions.is_sqlite and sessions.mode != "ro":
        sessions.choose_journal()
