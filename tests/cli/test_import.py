from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from tests.cli.conftest import Run

KNOWN = "label,start_frame,end_frame\nr-on,20,40\n"


@pytest.fixture
def scanned(vidtag: Run, clip: Path) -> Run:
    """A scanned clip of 40 frames in 1.6 s; `r-on` is on screen from frame 20 on."""
    assert vidtag("scan", clip, "-p", "r", "--every", 1).code == 0
    return vidtag


def labels(folder: Path, *rows: str) -> Path:
    path = folder / "clip.csv"
    path.write_text("\n".join(("label,start_frame,end_frame", *rows)))
    return path


def test_differences_become_corrections(scanned: Run, tmp_path: Path) -> None:
    edited = labels(tmp_path, "r-on,10,30", "r-on,38,40")

    outcome = scanned("import", edited)

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[1:] == [
        "LABEL  ADDED    REMOVED  CORRECTIONS",
        "r-on   +0.40 s  -0.32 s  2",
    ]
    said = scanned("correct", "clip.mp4", "--list", "--json").json
    assert [(each["present"], each["start_frame"], each["end_frame"]) for each in said] == [
        (True, 10, 20),
        (False, 30, 38),
    ]
    assert {(each["author"], each["note"]) for each in said} == {
        (getpass.getuser(), "from clip.csv")
    }
    assert scanned("import", edited).out.splitlines()[1] == (
        "it says what is known already: nothing to correct"
    )


@pytest.mark.parametrize(
    ("name", "format_name"),
    [("a b", "rttm"), ("a, b", "fcpxml"), ("a --> b", "srt")],
)
def test_names_that_a_format_cannot_write_come_back(
    scanned: Run, tmp_path: Path, name: str, format_name: str
) -> None:
    there = ("--present", "--from", "3f", "--to", "5f")
    assert scanned("correct", "clip.mp4", "--character", name, "--new", *there).code == 0
    file = tmp_path / f"clip.{format_name}"
    assert scanned("export", "--format", format_name, "-o", file).code == 0

    assert scanned("import", file).out.splitlines()[1] == (
        "it says what is known already: nothing to correct"
    )


def test_a_dry_run_stores_nothing(scanned: Run, tmp_path: Path) -> None:
    outcome = scanned("import", labels(tmp_path, "r-on,0,40"), "--dry-run", "--json")

    assert outcome.err == "nothing was stored\n"
    assert outcome.json["stored"] is False
    assert outcome.json["labels"]["r-on"] == {
        "added_us": 800_000,
        "removed_us": 0,
        "corrections": [
            {"present": True, "start_frame": 0, "end_frame": 20, "duration_us": 800_000}
        ],
    }
    assert scanned("correct", "clip.mp4", "--list").out == ""


def test_unsure_frames_are_left_as_they_are(scanned: Run, tmp_path: Path) -> None:
    outcome = scanned("import", labels(tmp_path, "r-on,30,40", "r-on?,10,30"), "--json")

    assert outcome.json["labels"]["r-on"]["corrections"] == []


def test_unknown_people_are_listed_and_need_new(scanned: Run, tmp_path: Path) -> None:
    edited = labels(tmp_path, "r-on,20,40", "r-om,0,5", "gunther,0,5")

    refused = scanned("import", edited)

    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        "vidtag: nobody is called 'r-om', 'gunther' yet; --new adds them; did you mean r-on?\n"
    )
    added = scanned("import", edited, "--new", "--author", "ann", "--json").json["labels"]
    assert {label: each["added_us"] for label, each in added.items()} == {
        "r-on": 0, "r-om": 200_000, "gunther": 200_000,
    }  # fmt: skip
    said = scanned("correct", "clip.mp4", "--list", "--json").json
    assert {each["author"] for each in said} == {"ann"}


def test_who_is_not_mentioned_stays_unless_absent(scanned: Run, tmp_path: Path) -> None:
    edited = labels(tmp_path, "gunther,0,5")

    kept = scanned("import", edited, "--new")
    assert "r-on: not in the file, so left as it is; if it is nowhere on screen, say" in kept.err
    gone = scanned("import", edited, "--absent", "r-on", "--json")
    assert gone.json["labels"]["r-on"]["removed_us"] == 800_000


def test_labels_are_told_by_their_name_on_one_line(scanned: Run, tmp_path: Path) -> None:
    present = ("--present", "--from", "0f", "--to", "5f", "--new")
    assert scanned("correct", "clip.mp4", "--character", "Mr. Heckles", *present).code == 0
    path = tmp_path / "clip.rttm"

    assert scanned("export", "-o", path).code == 0

    assert "Mr._Heckles" in path.read_text()
    outcome = scanned("import", path, "--json").json
    assert sorted(outcome["labels"]) == ["Mr. Heckles", "r-on"]
    assert [each["corrections"] for each in outcome["labels"].values()] == [[], []]


def test_the_video_is_told_by_the_name_of_the_file(
    scanned: Run, clip: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(clip.read_bytes() + bytes(8))
    assert scanned("scan", other, "-p", "r", "--series", "Greys", "--episode", 2).code == 0

    assert scanned("import", labels(tmp_path, "r-on,20,40"), "--json").json["path"] == str(clip)
    unclear = tmp_path / "edited.csv"
    unclear.write_text(KNOWN)
    refused = scanned("import", unclear)
    assert refused.code == 2
    assert "edited.csv may be about any of 2 videos; say which with --video" in refused.err
    for which in (("--video", other), ("--series", "Greys"), ("--episode", 2)):
        assert scanned("import", unclear, *which, "--json").json["path"] == str(other)
    assert scanned("import", unclear, "--series", "No").err == (
        "vidtag: no video fits; see all with `vidtag report`\n"
    )


@pytest.mark.parametrize(
    ("rows", "options", "code", "message"),
    [
        (["r-on,20,99"], (), 1, "clip.csv: line 2: r-on ends at frame 99, 2.36 s beyond the end"),
        (["r-on,x,40"], (), 1, "clip.csv: line 2: 'x' is no frame number"),
        (["r-on,20,40"], ("--absent", "r-on"), 2, "'r-on' is in the file, so it is not absent"),
        (["r-on,20,40"], ("--absent", "bo"), 2, "unknown label 'bo'"),
        (["r-on,20,40"], ("--video", "no.mp4"), 2, "unknown video 'no.mp4'"),
    ],
)
def test_mistakes_are_one_line(
    scanned: Run,
    tmp_path: Path,
    rows: list[str],
    options: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    outcome = scanned("import", labels(tmp_path, *rows), *options)

    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert scanned("correct", "clip.mp4", "--list").out == ""
