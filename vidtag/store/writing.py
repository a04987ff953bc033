"""What goes into the database: values in, one transaction each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

from vidtag.store import corrections, decisions, frame_rates, labels, pieces, runs, tracks, videos
from vidtag.store.part import Part
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
    Shot,
    VideoInfo,
    VideoRecord,
)


class Writing(Part):
    """What scans store, and what people say."""

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
        frames = (start_frame, end_frame)
        return self.claim_pieces([run_id], [frames], worker=worker, ttl_s=ttl_s)[run_id, frames]

    def claim_pieces(
        self,
        run_ids: Iterable[int],
        frames: Collection[tuple[int, int]],
        *,
        worker: str,
        ttl_s: float,
    ) -> dict[tuple[int, tuple[int, int]], Claim]:
        """Ask for the same pieces of several runs, as `claim_piece` does for one of one.

        No piece may overlap another.
        """
        lease = pieces.Lease(
            worker, round(self._clock() * 1_000_000), ttl_us=round(ttl_s * 1_000_000)
        )
        with self._sessions.writing() as connection:
            return {
                (run_id, piece): claim
                for run_id in sorted(run_ids)
                for piece, claim in pieces.claim(connection, run_id, frames, lease).items()
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
        timed: set[tuple[int, int, int]] = set()  # of a video, the frames
        with self._sessions.writing() as connection:
            for run_id, of_run in groupby(sorted(written, key=_by_run_and_frame), key=_by_run):
                video_id = runs.lock(connection, run_id)
                ids = runs.label_ids(connection, run_id)
                for _, piece in of_run:
                    labels.check(piece, tuple(ids))
                    pieces.mark_done(connection, run_id, piece, worker=worker)
                    where = (video_id, piece.start_frame, piece.end_frame)
                    if where not in timed:  # by another run
                        timed.add(where)
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


def _by_run(written: tuple[int, Piece]) -> int:
    return written[0]


def _by_run_and_frame(written: tuple[int, Piece]) -> tuple[int, int]:
    """An order that is the same for all, so that no two scans wait for each other in a circle."""
    run_id, piece = written
    return run_id, piece.start_frame
