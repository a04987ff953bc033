"""Everything that reports need, read at once, on every kind of server."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.migrations import alembic
from tests.store.samples import (
    FRAME_US,
    appearance,
    finished_run,
    head,
    open_run,
    summary,
    video_info,
    write,
)
from vidtag.store import Database, findings
from vidtag.store.frame_rates import standard
from vidtag.types import (
    Correction,
    DecodeSummary,
    Episode,
    Estimate,
    Piece,
    RunRecord,
    Shot,
    TimedShot,
)

SHOTS = [Shot(0, 0, 4), Shot(1, 4, 7), Shot(2, 7, 10, scene=1)]


def test_an_empty_database_has_no_findings(database: Database) -> None:
    assert database.findings() == []
    assert database.findings(detail=True) == []


def test_a_video_that_is_being_scanned_has_no_runs_yet(database: Database) -> None:
    open_run(database)

    [found] = database.findings(detail=True)

    assert (found.runs, found.shots, found.frame_rate) == ((), (), None)


def test_findings_are_what_the_single_questions_tell(database: Database) -> None:
    first, other = finished_run(database), finished_run(database, video="b.mp4")

    found = database.findings()

    assert [each.video for each in found] == database.videos()
    assert [each.runs[0].run for each in found] == [first, other]
    for each in found:
        [run] = each.runs
        assert {k: list(v) for k, v in run.appearances.items()} == database.appearances(
            run.run.run_id
        )
        assert (run.estimates, run.region, each.corrections) == ({}, "frame", ())


def test_filters_are_those_of_videos(database: Database) -> None:
    for name, series in (("a.mp4", "Friends"), ("b.mp4", "Cheers")):
        database.register_video(video_info(name), Episode(series=series, season=1))

    [found] = database.findings(series="Cheers", season=1)

    assert found.video.path.name == "b.mp4"


def test_many_videos_take_several_statements(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [finished_run(database, video=f"{name}.mp4") for name in "abcde"]
    monkeypatch.setattr(findings, "AT_ONCE", 2)

    assert [each.runs[0].run for each in database.findings()] == runs


def test_estimates_are_kept_until_the_run_is_finished_again(database: Database) -> None:
    run = finished_run(database)
    known = {"ross": Estimate(expected_us=1.5, variance_us2=0.25)}

    database.finish_run(run.run_id, {"ross": [appearance(2, 5)]}, estimates=known)
    assert database.findings()[0].runs[0].estimates == known

    database.finish_run(run.run_id, {})
    assert database.findings()[0].runs[0].estimates == {}


def test_estimates_are_of_the_runs_labels(database: Database) -> None:
    run = finished_run(database)
    known = {"monica": Estimate(expected_us=1, variance_us2=0)}
    with pytest.raises(ValueError, match=r"expected labels among .*, got \['monica'\]"):
        database.finish_run(run.run_id, {}, estimates=known)


def test_shots_have_times_where_they_are_asked_for(database: Database) -> None:
    video_id = finished_run(database).video_id
    database.finish_video(video_id, summary(10), SHOTS)

    [bare], [found] = database.findings(), database.findings(detail=True)

    assert bare.shots == ()
    assert found.shots == tuple(
        TimedShot(
            number=shot.number,
            start_frame=shot.start_frame,
            end_frame=shot.end_frame,
            start_us=shot.start_frame * FRAME_US,
            end_us=shot.end_frame * FRAME_US,
            scene=shot.scene,
        )
        for shot in SHOTS
    )


def test_corrections_come_with_the_times_and_shots_that_they_need(database: Database) -> None:
    video_id = finished_run(database).video_id
    finished_run(database, video="b.mp4")
    database.finish_video(video_id, summary(10), SHOTS)
    said = Correction(
        video_id=video_id, label="ross", start_frame=3, end_frame=10, present=True, author="Ann"
    )
    database.add_corrections([said, replace(said, start_frame=5, end_frame=6)])

    corrected, other = database.findings()

    assert corrected.frame_us == {3: 3 * FRAME_US, 5: 5 * FRAME_US, 6: 6 * FRAME_US}
    assert [shot.start_frame for shot in corrected.shots] == [0, 4, 7]
    assert (other.frame_us, other.shots) == ({}, ())


def test_scores_of_some_frames(database: Database) -> None:
    run = finished_run(database)

    whole = database.scores(run.run_id, "ross")
    part = database.scores(run.run_id, "ross", frames=(3, 7))

    np.testing.assert_array_equal(part.frame_no, [3, 4, 5, 6])
    np.testing.assert_array_equal(part.scores, whole.scores[3:7])


# --- frame rates --------------------------------------------------------------------------


def run_with_times(database: Database, pts_us: list[int], end_us: int) -> RunRecord:
    video = database.register_video(video_info(), Episode())
    run = database.open_run(video.video_id, head(labels=("a",)), sampler="all", pipeline="1")
    count = len(pts_us)
    database.claim_piece(run.run_id, 0, count, worker="w", ttl_s=60)
    piece = Piece(0, np.array(pts_us), np.zeros((count, 1), np.float32), np.ones(count, np.bool_))
    database.write_piece(run.run_id, piece, worker="w")
    decoded = DecodeSummary(frames=count, start_us=pts_us[0], end_us=end_us)
    database.finish_video(video.video_id, decoded, [])
    return run


FILM = Fraction(24000, 1001)
TV = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("pts_us", "rate"),
    [
        pytest.param([n * 40_000 for n in range(50)], Fraction(25), id="25"),
        pytest.param([-80_000 + n * 40_000 for n in range(50)], Fraction(25), id="before 0"),
        pytest.param([round(n / FILM * 1_000_000) for n in range(300)], FILM, id="23.976"),
        pytest.param([round(n * 1001 / 24) * 1000 for n in range(300)], FILM, id="in ms"),
        pytest.param([round(n / TV * 1_000_000) for n in range(300)], TV, id="29.97"),
        pytest.param([n * 80_000 for n in range(20)], Fraction(25, 2), id="12.5"),
        pytest.param([n * 40_000 + 41_000 * (n > 9) for n in range(20)], None, id="lost"),
        pytest.param([0, 10, 1_000, 1_010, 2_000, 2_010], None, id="varies"),
        pytest.param([n * 40_000 + 15_000 * (n % 2) for n in range(20)], None, id="uneven"),
        pytest.param([n * 40_000 + 2_000 * (n % 2) for n in range(21)], Fraction(25), id="jitter"),
        pytest.param([n * 40_000 + 150 * n * (19 - n) for n in range(20)], None, id="drifts"),
        pytest.param([0], None, id="one frame"),
    ],
)
def test_frame_rate_is_told_by_the_times(
    database: Database, pts_us: list[int], rate: Fraction | None
) -> None:
    run = run_with_times(database, pts_us, pts_us[-1] + 1_000_000)

    [derived] = database.findings(detail=True)
    database.finish_run(run.run_id, {})
    [stored] = database.findings(detail=True)

    assert derived.frame_rate == stored.frame_rate == rate


def test_a_new_pass_over_the_video_tells_its_frame_rate_anew(
    database: Database, database_url: str
) -> None:
    run = run_with_times(database, [0, 40_000, 80_000], 120_000)
    database.finish_run(run.run_id, {})
    assert alembic.rows(database_url, "videos", columns="frame_rate") == [("25",)]

    decoded = DecodeSummary(frames=2, start_us=0, end_us=80_000)
    database.finish_video(run.video_id, decoded, [])

    assert alembic.rows(database_url, "videos", columns="frame_rate") == [(None,)]


@pytest.mark.parametrize(
    ("steps", "span_us", "rate"),
    [
        (10, 10 * 41_708, FILM),
        (10, 10 * 41_667, Fraction(24)),
        (1, 33_367, TV),
        (5, 50_000_000, Fraction(1, 10)),
    ],
)
def test_standard_rates(steps: int, span_us: int, rate: Fraction) -> None:
    assert standard(steps, span_us) == rate


def test_a_piece_more_changes_no_finished_findings(database: Database) -> None:
    run = finished_run(database)
    other = database.open_run(run.video_id, head("cheers"), sampler="all", pipeline="1")
    write(database, other, 0, 6)

    [found] = database.findings()

    assert [each.run for each in found.runs] == [run]
