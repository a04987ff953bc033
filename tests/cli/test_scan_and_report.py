"""The main job, as it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cli.conftest import Run
from tests.videos import damage, grey_steps, write_video
from vidtag.media import DecoderProcess
from vidtag.store import Database


def test_scan_then_report(vidtag: Run, clip: Path) -> None:
    scanned = vidtag("scan", clip, "-p", "r", "--series", "Greys", "--season", 1, "--episode", 2)

    assert (scanned.code, scanned.err) == (0, "")
    assert scanned.out == (
        "Greys S01E02  (clip.mp4)  40 frames  1.60 s\n  r-on  0.80 s  1 appearance  by r\n"
    )
    reported = vidtag("report")
    assert (reported.code, reported.err) == (0, "")
    assert reported.out.splitlines()[:2] == [
        "Greys S01E02  0:01.60",
        "  r-on  ██████████████··············  0:00.80  50.0 %  0:00.00-0:01.60  1x  by r",
    ]


def test_scan_as_json(vidtag: Run, clip: Path) -> None:
    [result] = vidtag("scan", clip, "-p", "r", "-p", "g", "--every", 1, "--json").json

    assert (result["frames"], result["start_us"], result["end_us"]) == (40, 0, 1_600_000)
    assert [run["screen_time_us"] for run in result["runs"]] == [
        {"r-on": 800_000},
        {"g-on": 800_000},
    ]
    assert [run["frames_scored"] for run in result["runs"]] == [40, 40]
    assert result["unchanged"] is False
    assert (result["frames_decoded_now"], result["frames_scored_now"]) == (40, 40)


def test_scanning_again_says_so(vidtag: Run, clip: Path) -> None:
    first = vidtag("scan", clip, "-p", "r")
    again = vidtag("scan", clip, "-p", "r")

    assert again.code == 0
    assert again.out == first.out
    assert "nothing to do; --force scans it again" in again.err


def test_episode_comes_from_the_file_name(vidtag: Run, clip: Path, tmp_path: Path) -> None:
    named = tmp_path / "The.Greys.S03E07.The.One.mp4"
    named.write_bytes(clip.read_bytes())

    [result] = vidtag("scan", named, "-p", "r", "--json").json

    assert [result[key] for key in ("series", "season", "episode", "title")] == [
        "The Greys", 3, 7, "The One",
    ]  # fmt: skip


def test_an_unclear_name_is_not_guessed(vidtag: Run, clip: Path) -> None:
    outcome = vidtag("scan", clip, "-p", "r", "--json")

    assert [outcome.json[0][key] for key in ("series", "season", "episode")] == [None] * 3
    assert outcome.err == "clip.mp4: series unknown; say it with --series\n"


def test_a_folder_is_scanned_file_by_file(vidtag: Run, clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "season" / "1"
    folder.mkdir(parents=True)
    (folder / "Greys.1x01.mp4").write_bytes(clip.read_bytes())
    (folder / "Greys.1x02.MKV").write_bytes(b"this is no video, whatever it says")
    (folder / "notes.txt").write_text("not meant")
    write_video(folder / "Greys.1x03.mp4", grey_steps(20))

    outcome = vidtag("scan", tmp_path / "season", "-p", "r", "--json")

    assert outcome.code == 1
    assert [result["episode"] for result in outcome.json] == [1, 3]
    [error] = outcome.err.splitlines()
    assert error.startswith("vidtag: ")
    assert "Greys.1x02.MKV" in error


def test_any_number_of_jobs_gives_the_same_results(vidtag: Run, tmp_path: Path) -> None:
    folder = tmp_path / "season"
    folder.mkdir()
    for number in range(1, 6):
        write_video(folder / f"Greys.1x0{number}.mp4", grey_steps(10 * number))
    (folder / "Greys.1x04.mp4").write_bytes(b"this is no video")

    one = vidtag("--db", "one.db", "scan", folder, "-p", "r", "--jobs", "1", "--json")
    three = vidtag("--db", "three.db", "scan", folder, "-p", "r", "--jobs", "3", "--json")

    assert (three.code, three.out, three.err) == (one.code, one.out, one.err)
    assert one.code == 1
    assert [result["episode"] for result in one.json] == [1, 2, 3, 5]
    reports = [vidtag("--db", f"{name}.db", "report").out for name in ("one", "three")]
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    ("videos", "options", "expected"),
    [
        (1, ["-p", "r"], ["decoder", "database"]),
        (2, ["-p", "r", "-j", "1"], ["decoder", "database", "decoder"]),
        (2, ["-p", "r", "-j", "2"], ["decoder", "decoder", "database"]),
        (1, ["-p", "nobody"], []),
        (1, ["-p", "r", "--every", "1", "--rate", "1"], []),
    ],
    ids=["one", "two in turn", "two at once", "unknown detector", "wrong options"],
)
def test_decoders_start_first_and_none_in_vain(
    vidtag: Run,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    videos: int,
    options: list[str],
    expected: list[str],
) -> None:
    started: list[str] = []

    class Noted(DecoderProcess):
        def __init__(self) -> None:
            started.append("decoder")
            super().__init__()

    def noted(*arguments: Any, **options: Any) -> Database:
        started.append("database")
        return opened(*arguments, **options)

    opened = Database.open
    monkeypatch.setattr("vidtag.media.DecoderProcess", Noted)
    monkeypatch.setattr("vidtag.media.decode.DecoderProcess", Noted)
    monkeypatch.setattr(Database, "open", noted)
    copies = [tmp_path / f"Greys.1x{number}.mp4" for number in range(videos)]
    for copy in copies:
        copy.write_bytes(clip.read_bytes())

    vidtag("scan", *copies, *options)

    assert started == expected
    assert psutil.Process().children() == []


def test_a_partial_video_is_code_3(vidtag: Run, tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", grey_steps(40), keyframe_every=5)
    spoilt = damage(whole, tmp_path / "spoilt.mp4", [7, 8])

    outcome = vidtag("scan", spoilt, "-p", "r", "--series", "Greys")

    assert outcome.code == 3
    assert "vidtag: spoilt.mp4: read in part: " in outcome.err
    assert "read in part: " in vidtag("report").out


@pytest.mark.parametrize("ending", ["txt", "json", "csv"])
def test_report_into_a_file(vidtag: Run, clip: Path, tmp_path: Path, ending: str) -> None:
    vidtag("scan", clip, "-p", "r")
    name = {"txt": "text"}.get(ending, ending)

    outcome = vidtag("report", "-o", tmp_path / f"report.{ending}")

    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    written = (tmp_path / f"report.{ending}").read_text(encoding="utf-8")
    assert written == vidtag("report", "--format", name).out.replace("\r", "")
    assert list(tmp_path.glob(".*")) == []


def test_report_filters(vidtag: Run, clip: Path) -> None:
    vidtag("scan", clip, "-p", "r", "-p", "b", "--series", "Greys")

    def labels(*options: str) -> list[str]:
        [episode] = vidtag("report", "--json", *options).json["episodes"]
        return [time["label"] for time in episode["screen_times"]]

    assert labels() == ["b-on", "r-on"]
    assert labels("--character", "r-on") == ["r-on"]
    assert labels("--detector", "b") == ["b-on"]
    assert vidtag("report", "--series", "Browns").code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["scan", "none.mp4", "-p", "r"], 1, "none.mp4"),
        (["scan", "empty", "-p", "r"], 1, "the folder has no videos in it; looked for .3gp"),
        (["scan", "text.mp4", "-p", "r"], 1, "text.mp4"),
        (["scan", "zero.mp4", "-p", "r"], 1, "zero.mp4"),
        (["scan", "", "-p", "r"], 2, "it is empty; name a file or a folder; see `vidtag scan"),
        (["scan", "http://a/b.mp4", "-p", "r"], 2, "is an address, not a file; download it with"),
        (["scan"], 2, "vidtag: missing argument 'PATHS...'; see `vidtag scan --help`"),
        (
            ["scan", "zero.mp4", "--evry", "2"],
            2,
            "no such option '--evry'; did you mean '--every'?",
        ),
        (
            ["scan", "zero.mp4", "--accuracy", "top"],
            2,
            "'top' is none; choose low, normal",
        ),
        (["scan", "zero.mp4"], 2, "no detector was named; choose with --plugin from: r, g, b"),
        (["scan", "zero.mp4", "-p", "rr"], 2, "unknown detector 'rr'; did you mean r?"),
        (["scan", "zero.mp4", "-p", "r", "--every", "2", "--rate", "1"], 2, "exclude each other"),
        (
            ["scan", "zero.mp4", "-p", "r", "--rate", "1", "--shared"],
            2,
            "--shared does not go with --rate; leave it out: all look at the same frames there",
        ),
        (
            ["scan", "zero.mp4", "-p", "r", "--accuracy", "kept", "--shared"],
            2,
            "--shared does not go with --accuracy kept; leave it out",
        ),
        (["scan", "zero.mp4", "a.mp4", "-p", "r", "--episode", "2"], 2, "--episode belongs to one"),
        (["report"], 1, "there is no database vidtag.db"),
        (["report", "--format", "jsonn"], 2, "unknown format 'jsonn'; did you mean json?"),
        (["report", "-o", "a.xyz"], 2, "no reporter writes .xyz files; choose one with --format"),
        (["rapport"], 2, "unknown command 'rapport'; did you mean report or"),
        (["report", "--db", "text.mp4"], 1, "text.mp4"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_line(
    vidtag: Run, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.mp4").write_text("Dear diary, " * 100)
    (tmp_path / "zero.mp4").touch()

    outcome = vidtag(*arguments)

    [line] = outcome.err.splitlines()
    assert line.startswith("vidtag: ")
    assert message in line
    assert (outcome.code, outcome.out) == (code, "")


def test_unwritable_report_leaves_the_old_one(vidtag: Run, clip: Path, tmp_path: Path) -> None:
    vidtag("scan", clip, "-p", "r")

    outcome = vidtag("report", "-o", tmp_path / "no" / "report.csv")

    assert outcome.code == 1
    assert "cannot be written: No such file or directory; choose another place" in outcome.err


def test_quiet_says_nothing_but_errors(vidtag: Run, clip: Path) -> None:
    outcome = vidtag("scan", "-q", clip, "-p", "r")

    assert (outcome.code, outcome.err) == (0, "")


def test_options_stand_before_or_after_the_command(vidtag: Run, clip: Path, tmp_path: Path) -> None:
    vidtag("--db", "one.db", "-q", "scan", clip, "-p", "r")
    vidtag("scan", clip, "-p", "r", "--db", "two.db")

    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["one.db", "two.db"]
