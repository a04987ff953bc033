"""Golden files: `pytest --update-golden` writes them anew; read the diff before committing."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from tests.plugins.reports import samples
from tests.plugins.reports.samples import SECOND
from vidtag.contract.examples import EMPTY
from vidtag.types import Correction, Episode, EpisodeReport, Report, Reporter
from vidtag_reports import vidtag_reporters

GOLDEN = Path(__file__).parent / "golden"
REPORTERS = {reporter.name: reporter for reporter in vidtag_reporters()}
RATE = Fraction(24)
TIMES = samples.constant(240, RATE)


def kiosk(number: int, where: Episode, labels: dict[str, samples.Ranges]) -> EpisodeReport:
    record = samples.video(number, f"{number}.mp4", where, TIMES)
    return samples.episode(record, TIMES, labels, rate=RATE, cuts=(60, 96))


PILOT = kiosk(
    1,
    Episode(series="Kiosk", season=1, episode=1, title="Pilot"),
    {"mia": [(0, 108), (144, 174)], "bo": [(48, 49)], "nobody": []},
)
CORRECTED = replace(
    PILOT,
    video=replace(PILOT.video, timecode="01:00:00:00"),
    screen_times=(
        replace(PILOT.screen_times[0], added_us=500_000, removed_us=40_000),
        *PILOT.screen_times[1:],
    ),
    other_times=(samples.screen_time("mia", [(0, 96)], TIMES, detector="rooms"),),
    corrections=(
        Correction(
            video_id=1, label="mia", start_frame=96, end_frame=108, present=True, author="ann",
            note="in the door", created_at=datetime(2026, 5, 4, 12, 30, tzinfo=UTC),
            correction_id=7,
        ),
    ),
)  # fmt: skip
DAMAGED = kiosk(2, Episode(series="Kiosk", season=1, episode=2), {"mia": [(12, 96)]})
PARTIAL = replace(
    DAMAGED,
    video=replace(DAMAGED.video, damaged_packets=2, problems=("2 damaged packets",)),
    analysed_share=0.96,
)
UNFINISHED = EpisodeReport(
    video=samples.video(4, "home.mp4", Episode(), None), runs=(), screen_times=()
)
FIRST_SEASON = samples.group(
    "Kiosk season 1",
    season=1,
    duration_us=20 * SECOND,
    cast_us=12 * SECOND,
    totals=(
        samples.total("mia", 9_250_000, interval_us=(9 * SECOND, 9_500_000), count=3, videos=2),
        samples.total("bo", 41_667, videos=1, detectors=(), added_us=41_667),
    ),
)
SEASON = samples.report(
    CORRECTED,
    PARTIAL,
    UNFINISHED,
    seasons=(FIRST_SEASON,),
    series=(replace(FIRST_SEASON, name="Kiosk", season=None, by="series"),),
    total=replace(FIRST_SEASON, name="all", season=None, series=None, videos=3),
)
NASTY = samples.report(
    kiosk(
        5,
        Episode(series="=1+1", title='q"u,o'),
        {
            "=cmd()": [(0, 24)],
            "two\nlines": [(0, 24)],
            "\x1b[31mred": [(0, 24)],
            "猫と犬": [(0, 48)],
            "נועה": [(0, 72)],
            "<b>🐱</b>": [(0, 96)],
        },
    )
)
SCENES = samples.report(
    PILOT,
    by="scene",
    groups=tuple(
        samples.group(
            f"Kiosk S01E01 Pilot scene {scene.number + 1}",
            by="scene",
            season=1,
            video=PILOT.video,
            scene=scene,
            videos=1,
            duration_us=scene.end_us - scene.start_us,
            totals=(samples.total("mia", SECOND, interval_us=(900_000, 1_200_000)),)
            if scene.number
            else (),
            cast_us=SECOND,
        )
        for scene in PILOT.scenes
    ),
)
REPORTS = {"season": SEASON, "nasty": NASTY, "scenes": SCENES}


def written(name: str, report: Report) -> bytes:
    out = io.BytesIO()
    REPORTERS[name].write(report, out)
    return out.getvalue()


@pytest.mark.parametrize("name", sorted(REPORTERS))
@pytest.mark.parametrize("which", sorted(REPORTS))
def test_output_is_golden(
    name: str, which: str, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    content = written(name, REPORTS[which])

    golden = GOLDEN / f"{which}{REPORTERS[name].suffix}"
    if update_golden:
        golden.write_bytes(content)
    assert content == golden.read_bytes()


@pytest.mark.parametrize("columns", ["20", "40", "60", "200"])
def test_text_fits_the_terminal_from_60_columns(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    plain = samples.report(PILOT, PARTIAL)

    rows = [line for line in written("text", plain).decode().splitlines() if " by " in line]

    assert len(rows) == 4
    assert max(map(len, rows)) <= max(60, int(columns))
    assert any("·" in row for row in rows) == (int(columns) >= 60)
    assert any("0:05.50-0:06.00" in row for row in rows) == (int(columns) >= 60)


def test_text_has_no_control_characters() -> None:
    assert all(line.isprintable() for line in written("text", NASTY).decode().split("\n"))


def test_csv_reads_back_and_starts_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", NASTY).decode(), newline="")))

    assert [row["label"] for row in rows] == [
        "'=cmd()", "two\nlines", "\x1b[31mred", "猫と犬", "נועה", "<b>🐱</b>",
    ]  # fmt: skip
    assert {row["series"] for row in rows} == {"'=1+1"}
    assert rows[-1]["seconds"] == "4.000000"
    assert (rows[-1]["low_s"], rows[-1]["high_s"]) == ("3.750000", "4.250000")


def test_csv_has_a_line_for_each_label_of_each_group() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", SCENES).decode(), newline="")))

    assert [(row["scene"], row["label"], row["seconds"]) for row in rows] == [
        ("2", "mia", "1.000000"),
    ]


def test_json_is_whole() -> None:
    value = json.loads(written("json", SEASON))

    [first, *_] = value["episodes"]
    assert first["screen_times"][0] == {
        "label": "mia",
        "detector": "cast",
        "run_id": 1,
        "region": "frame",
        "threshold": 0.5,
        "duration_us": 5_750_000,
        "interval_us": [5_500_000, 6_000_000],
        "share": 0.575,
        "share_of_cast": 5_750_000 / 5_791_667,
        "count": 2,
        "added_us": 500_000,
        "removed_us": 40_000,
        "mean_us": 2_875_000.0,
        "first_us": 0,
        "last_us": 7_250_000,
        "longest_us": 4_500_000,
        "scored_share": 0.25,
        "segments": [[0, 4_500_000], [6_000_000, 7_250_000]],
        "appearances": [[0, 60], [60, 96], [96, 108], [144, 174]],
    }
    assert first["corrections"][0]["created_at"] == "2026-05-04T12:30:00+00:00"
    assert first["frame_rate"] == "24"
    assert [each["completeness"] for each in value["episodes"]] == [
        "complete", "partial", "complete",
    ]  # fmt: skip
    assert [total["label"] for total in value["seasons"][0]["totals"]] == ["mia", "bo"]


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_reporters_keep_the_contract(name: str) -> None:
    reporter = REPORTERS[name]

    assert isinstance(reporter, Reporter)
    assert written(name, EMPTY).endswith(b"\n")
