from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def scanned(vidtag: Run, clip: Path) -> Run:
    """A scanned clip of 40 frames in 1.6 s; `r-on` is on screen for 0.80 s."""
    assert vidtag("scan", clip, "-p", "r", "--every", 1, "--series", "Greys").code == 0
    return vidtag


def screen_time_us(vidtag: Run, *options: str) -> dict[str, int]:
    [episode] = vidtag("report", "--json", *options).json["episodes"]
    return {time["label"]: time["duration_us"] for time in episode["screen_times"]}


HEADINGS = ("LABEL", "IS", "FROM", "TO", "FOR", "FRAMES", "SAID", "BY", "ON")
RANGE = ("--from", "0:00", "--to", "0.4")


def test_a_correction_counts_until_it_is_taken_back(scanned: Run) -> None:
    before = screen_time_us(scanned)

    said = scanned("correct", "clip.mp4", "--character", "r-on", "--present", *RANGE, "--json")

    assert (said.code, said.err) == (0, "")
    [correction] = said.json
    assert (correction["start_frame"], correction["end_frame"], correction["present"]) == (
        0,
        10,
        True,
    )
    assert (correction["start_us"], correction["end_us"]) == (0, 400_000)
    assert correction["author"] == getpass.getuser()
    assert screen_time_us(scanned)["r-on"] != before["r-on"]
    assert screen_time_us(scanned, "--no-corrections") == before
    undone = scanned("correct", "clip.mp4", "--undo", correction["correction_id"])
    assert (undone.code, undone.err) == (0, "taken back\n")
    assert screen_time_us(scanned) == before


@pytest.mark.parametrize(
    ("start", "end", "frames"),
    [
        ("0.2", "0.4", [5, 10]),
        ("0:00.2", "00:00:00.400", [5, 10]),
        ("5f", "10F", [5, 10]),
        ("00:00:00:05", "00:00:00:10", [5, 10]),
        ("0.21", "0.39", [6, 10]),
        ("-1", "99", [0, 40]),
    ],
    ids=["seconds", "clock", "frames", "timecode", "between frames", "beyond both ends"],
)
def test_times_in_every_form(scanned: Run, start: str, end: str, frames: list[int]) -> None:
    asked = ["correct", "clip.mp4", "--character", "r-on", "--absent"]

    [said] = scanned(*asked, f"--from={start}", "--to", end, "--json").json

    assert [said["start_frame"], said["end_frame"]] == frames


def test_somebody_new(scanned: Run) -> None:
    asked = ["correct", "clip.mp4", "--character", "gunther", "--present", *RANGE]

    refused = scanned(*asked)
    accepted = scanned(*asked, "--new", "--author", "Ann", "--note", "at the counter")

    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "vidtag: unknown label 'gunther'; --new adds somebody; known: r-on\n"
    header, line = accepted.out.splitlines()
    assert header.split() == ["ID", *HEADINGS, "NOTE"]
    assert "gunther  present  0:00.00  0:00.40  0.40 s  0-9" in line
    assert line.endswith("at the counter")
    assert screen_time_us(scanned)["gunther"] == 400_000
    assert scanned("correct", "clip.mp4", "--list").out == accepted.out


def test_nothing_was_said_yet(scanned: Run) -> None:
    listed = scanned("correct", "clip.mp4", "--list")

    assert (listed.code, listed.out, listed.err) == (0, "", "nobody has corrected this video\n")
    assert scanned("correct", "clip.mp4", "--list", "--json").json == []


ROSS = ["clip.mp4", "--character", "r-on"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["clip.mp4"], 2, "expected one correction, --list or --undo"),
        ([*ROSS, "--list"], 2, "expected one correction, --list or --undo"),
        ([*ROSS], 2, "a correction needs --present or --absent, --from, --to as well"),
        ([*ROSS, "--absent", "--from", "1"], 2, "a correction needs --to as well"),
        ([*ROSS, "--absent", "--from", "soon", "--to", "1"], 2, "'soon' is no time; write seconds"),
        ([*ROSS, "--absent", "--from", "1", "--to", "0:99"], 2, "minutes and seconds end at 59"),
        ([*ROSS, "--absent", "--from", "1", "--to", "1"], 2, "no frame lies between --from 1 and"),
        ([*ROSS, "--absent", "--from", "1.6", "--to", "9"], 2, "--from 1.6 is beyond the end"),
        ([*ROSS[:2], "r-om", "--absent", *RANGE], 2, "did you mean r-on?"),
        ([*ROSS[:2], "x", "--absent", "--new", *RANGE], 2, "nobody has seen 'x' yet"),
        ([*ROSS[:2], " ", "--present", "--new", *RANGE], 2, "' ' is no name"),
        ([*ROSS[:2], "a\nb", "--present", "--new", *RANGE], 2, "is no name; write it in one line"),
        (["clip.mp4", "--undo", "7"], 1, "has no correction 7; see them with --list"),
        (["clap.mp4", "--list"], 2, "unknown video 'clap.mp4'; did you mean clip.mp4?"),
    ],
    ids=str,
)
def test_bad_input_is_one_line(scanned: Run, arguments: list[str], code: int, message: str) -> None:
    outcome = scanned("correct", *arguments)

    [line] = outcome.err.splitlines()
    assert line.startswith("vidtag: ")
    assert message in line
    assert (outcome.code, outcome.out) == (code, "")
    assert scanned("correct", "clip.mp4", "--list", "--json").json == []


def test_a_correction_of_another_video_is_not_taken_back(
    scanned: Run, clip: Path, tmp_path: Path
) -> None:
    from tests.videos import grey_steps, write_video

    other = write_video(tmp_path / "other.mp4", grey_steps(20))
    scanned("scan", other, "-p", "r")
    asked = ["--character", "r-on", "--absent", *RANGE, "--json"]
    [said] = scanned("correct", "other.mp4", *asked).json

    refused = scanned("correct", clip, "--undo", said["correction_id"])

    assert refused.code == 1
    assert "has no correction" in refused.err


def test_an_unknown_login_name_must_be_said(scanned: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)

    outcome = scanned("correct", *ROSS, "--absent", *RANGE)

    assert (outcome.code, outcome.err) == (
        2,
        "vidtag: your login name is not known; say --author\n",
    )
