"""A video that says which timecode its first frame bears: every command goes by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.videos import grey_steps, write_video


@pytest.fixture
def scanned(vidtag: Run, tmp_path: Path) -> Run:
    """A scanned clip of 40 frames at 25 a second, the first of which bears 01:00:00:00.

    `r-on` is on screen from frame 20 on.
    """
    video = write_video(tmp_path / "tape.mov", grey_steps(40), timecode="01:00:00:00")
    assert vidtag("scan", video, "-p", "r", "--every", 1).code == 0
    return vidtag


@pytest.mark.parametrize(
    ("asked", "source"),
    [
        ((), "01:00:00:20 01:00:01:15"),
        (("--start-timecode", "00:00:00:00"), "00:00:00:20 00:00:01:15"),
        (("--start-timecode", "10:00:00:00"), "10:00:00:20 10:00:01:15"),
    ],
)
def test_what_is_exported_comes_back(
    scanned: Run, tmp_path: Path, asked: tuple[str, ...], source: str
) -> None:
    file = tmp_path / "tape.edl"
    assert scanned("export", "--format", "edl", "-o", file, *asked).code == 0

    back = scanned("import", file, *asked)

    assert f"C        {source}" in file.read_text()
    assert back.out.splitlines()[1] == "it says what is known already: nothing to correct"


def test_a_folder_of_exports(scanned: Run, tmp_path: Path) -> None:
    assert scanned("export", "--format", "fcpxml", "-o", tmp_path / "out").code == 0

    [file] = (tmp_path / "out").iterdir()
    assert 'start="3600/1s"' in file.read_text()


def test_an_edl_that_counts_otherwise_is_refused(scanned: Run, tmp_path: Path) -> None:
    file = tmp_path / "tape.edl"
    assert scanned("export", "-o", file, "--start-timecode", "00:00:00:00").code == 0

    refused = scanned("import", file)

    assert refused.code == 1
    assert "timecode 00:00:00:20 lies before 01:00:00:00, the first frame" in refused.err
    assert "say with --start-timecode which timecode the first frame bears" in refused.err


def test_corrections_are_said_in_it(scanned: Run) -> None:
    asked = ("correct", "tape.mov", "--character", "r-on", "--present", "--json")

    [said] = scanned(*asked, "--from", "01:00:00:05", "--to", "01:00:00:10").json
    zero = ("--start-timecode", "00:00:00:00")
    [other] = scanned(*asked, "--from", "00:00:00:05", "--to", "00:00:00:10", *zero).json

    assert (said["start_frame"], said["end_frame"]) == (5, 10)
    assert (other["start_frame"], other["end_frame"]) == (5, 10)


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ("r-on,01:00:00:20,01:00:01:15", ()),
        ("r-on,00:00:00:20,00:00:01:15", ("--start-timecode", "00:00:00:00")),
    ],
)
def test_truth_is_told_in_it(
    scanned: Run, tmp_path: Path, row: str, asked: tuple[str, ...]
) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text(f"label,start,end\n{row}\n")

    found = scanned("evaluate", "tape.mov", "-p", "r", "--truth", truth, "--json", *asked).json

    [label] = found["runs"][0]["labels"]
    assert label["confusion"] == {
        "true_positives": 20, "false_positives": 0, "false_negatives": 0, "true_negatives": 20,
    }  # fmt: skip


def test_a_start_timecode_that_is_none(scanned: Run) -> None:
    wrong = scanned("evaluate", "tape.mov", "-p", "r", "--truth", "a.csv", "--start-timecode", "1")

    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith("vidtag: --start-timecode: '1' is no timecode; write HH:MM:SS:FF")
