"""Golden files: `pytest --update-golden` writes them anew; read the diff before committing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from vidtag.types import (
    DetectorIdentity,
    Episode,
    EpisodeReport,
    Report,
    Reporter,
    RunRecord,
    ScreenTime,
    Segment,
    VideoRecord,
)
from vidtag_reports import vidtag_reporters

GOLDEN = Path(__file__).parent / "golden"
REPORTERS = {reporter.name: reporter for reporter in vidtag_reporters()}
SECOND = 1_000_000


def run(video_id: int, *labels: str) -> RunRecord:
    return RunRecord(
        run_id=video_id,
        video_id=video_id,
        identity=DetectorIdentity(name="cast", version="1.2", weights_sha256="ab" * 32),
        labels=labels,
        thresholds=dict.fromkeys(labels, 0.5),
        sampler="rate 4",
        pipeline="test",
        done=True,
        frames_scored=10,
        frames_filled=230,
    )


def video(video_id: int, file: str, episode: Episode, **facts: object) -> VideoRecord:
    known: dict[str, object] = {"frames": 240, "start_us": 0, "end_us": 10 * SECOND} | facts
    return VideoRecord(
        video_id=video_id,
        sha256=f"{video_id:064x}",
        path=Path("/videos") / file,
        episode=episode,
        width_px=640,
        height_px=360,
        **known,  # type: ignore[arg-type]
    )


def time(label: str, *segments: tuple[float, float]) -> ScreenTime:
    return ScreenTime(
        label=label,
        detector="cast",
        threshold=0.5,
        segments=tuple(Segment(int(a * SECOND), int(b * SECOND)) for a, b in segments),
    )


def episode(record: VideoRecord, *times: ScreenTime) -> EpisodeReport:
    labels = tuple(one.label for one in times)
    return EpisodeReport(video=record, runs=(run(record.video_id, *labels),), screen_times=times)


def report(*episodes: EpisodeReport) -> Report:
    return Report(episodes=episodes, generator="vidtag test", definition="As defined.")


SEASON = report(
    episode(
        video(1, "a.mp4", Episode(series="Kiosk", season=1, episode=1, title="Pilot")),
        time("mia", (0, 4.5), (6, 7.25)),
        time("bo", (2, 2.04)),
        time("nobody"),
    ),
    episode(
        video(
            2,
            "b.mp4",
            Episode(series="Kiosk", season=1, episode=2),
            end_us=5 * SECOND,
            damaged_packets=2,
            problems=("2 damaged packets",),
        ),
        time("mia", (-0.5, 4)),
    ),
    episode(
        video(3, "c.mp4", Episode(series="Kiosk", season=2, episode=1), end_us=3661 * SECOND),
        time("bo", (1, 3601)),
    ),
    episode(video(4, "home.mp4", Episode(), frames=None, start_us=None, end_us=None)),
)
NASTY = report(
    episode(
        video(5, "=x.mp4", Episode(series="=1+1", season=None, episode=None, title='q"u,o')),
        time("=cmd()", (0, 1)),
        time("two\nlines", (0, 1)),
        time("\x1b[31mred", (0, 1)),
        time("猫と犬", (0, 2)),
        time("נועה", (0, 3)),
        time("<b>🐱</b>", (0, 4)),
    )
)


@pytest.mark.parametrize("name", sorted(REPORTERS))
@pytest.mark.parametrize("which", ["season", "nasty"])
def test_output_is_golden(
    name: str, which: str, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = io.BytesIO()
    REPORTERS[name].write({"season": SEASON, "nasty": NASTY}[which], out)

    golden = GOLDEN / f"{which}{REPORTERS[name].suffix}"
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(out.getvalue())
    assert out.getvalue() == golden.read_bytes()


@pytest.mark.parametrize("columns", ["20", "40", "60", "200"])
def test_text_fits_the_terminal_from_60_columns(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out = io.BytesIO()
    REPORTERS["text"].write(SEASON, out)

    rows = [line for line in out.getvalue().decode().splitlines() if " by " in line]
    assert len(rows) == 11
    assert max(map(len, rows)) <= max(60, int(columns))
    assert any("·" in row for row in rows) == (int(columns) >= 60)


def test_text_has_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    REPORTERS["text"].write(NASTY, out)

    assert all(line.isprintable() for line in out.getvalue().decode().split("\n"))


def test_csv_reads_back_and_starts_no_formula() -> None:
    out = io.BytesIO()
    REPORTERS["csv"].write(NASTY, out)

    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline="")))
    assert [row["label"] for row in rows] == [
        "'=cmd()", "two\nlines", "\x1b[31mred", "猫と犬", "נועה", "<b>🐱</b>",
    ]  # fmt: skip
    assert {row["series"] for row in rows} == {"'=1+1"}
    assert [row["seconds"] for row in rows][-1] == "4.000000"


def test_json_is_whole() -> None:
    out = io.BytesIO()
    REPORTERS["json"].write(SEASON, out)

    value = json.loads(out.getvalue())
    [first, *_] = value["episodes"]
    assert first["screen_times"][0] == {
        "label": "mia",
        "detector": "cast",
        "threshold": 0.5,
        "duration_us": 5_750_000,
        "share": 0.575,
        "segments": [[0, 4_500_000], [6_000_000, 7_250_000]],
    }
    assert [one["completeness"] for one in value["episodes"]] == [
        "complete", "partial", "complete", "complete",
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_reporters_keep_the_contract(name: str) -> None:
    reporter = REPORTERS[name]

    assert isinstance(reporter, Reporter)
    assert reporter.suffix.startswith(".")
    out = io.BytesIO()
    reporter.write(report(), out)
    assert not out.closed
    assert out.getvalue().endswith(b"\n")
