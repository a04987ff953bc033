"""`vidtag dataset`, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.pictures import write_jpeg
from tests.videos import damage, grey_steps, write_video
from vidtag.media import content_hash


def test_extract_sort_and_look(vidtag: Run, clip: Path, tmp_path: Path) -> None:
    extracted = vidtag("dataset", "extract", clip, "--out", "data")

    assert (extracted.code, extracted.err) == (0, "")
    assert extracted.out == (
        "clip.mp4: frames added: 4, there already: 0; shots: 1; folder: data/unsorted\n"
    )
    for number, path in enumerate(sorted((tmp_path / "data" / "unsorted").iterdir())):
        folder = tmp_path / "data" / ("ross" if number % 2 else "no_ross")
        folder.mkdir(exist_ok=True)
        path.rename(folder / path.name)
    again = vidtag("dataset", "extract", clip, "-o", "data", "--every", 12)
    assert again.out == (
        "clip.mp4: frames added: 0, there already: 4; shots: 1; folder: data/unsorted\n"
    )
    shown = vidtag("dataset", "info", "data", "--shots")
    assert shown.code == 0
    assert shown.out.splitlines()[:10] == [
        "data: 4 pictures, 0 of them photos; 0 unsorted",
        "",
        "CLASS    PICTURES  SHOTS",
        "no_ross  2         1",
        "ross     2         1",
        "",
        "VIDEO     PICTURES  SHOTS",
        "clip.mp4  4         1",
        "",
        "VIDEO     SHOT  PICTURES",
    ]
    assert shown.out.splitlines()[10] == "clip.mp4  0     4         no_ross 2, ross 2"
    assert "warning: all of ross is from one shot: nothing is left to check with\n" in shown.err


def test_extract_as_json(vidtag: Run, clip: Path) -> None:
    arguments = ("dataset", "extract", clip, "-o", "data", "--rate", "5/2", "--label", "ross")
    [result] = vidtag(*arguments, "--json").json

    assert result == {
        "path": str(clip),
        "sha256": content_hash(clip),
        "frames": 40,
        "shots": 1,
        "folder": "data/ross",
        "added": 4,
        "present": 0,
        "removed": 0,
        "completeness": "complete",
        "problems": [],
    }


def test_removed_frames_are_told(vidtag: Run, clip: Path, tmp_path: Path) -> None:
    vidtag("dataset", "extract", clip, "-o", "data", "--per-shot", 2)
    for path in (tmp_path / "data" / "unsorted").iterdir():
        path.unlink()

    outcome = vidtag("dataset", "extract", clip, "-o", "data", "--per-shot", 2)

    assert outcome.err == "clip.mp4: 2 were removed since; --restore takes them again\n"
    assert "frames added: 2," in (
        vidtag("dataset", "extract", clip, "-o", "data", "--per-shot", 2, "--restore").out
    )


def test_one_bad_video_does_not_stop_the_others(vidtag: Run, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")

    outcome = vidtag("dataset", "extract", "text.mp4", clip, "-o", "data")

    assert outcome.code == 1
    assert outcome.out.startswith("clip.mp4: frames added: 4,")
    assert outcome.err.startswith(f"vidtag: cannot read {tmp_path / 'text.mp4'}: ")
    assert outcome.err.count("\n") == 1


def test_a_video_read_in_part_ends_with_3(vidtag: Run, tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", grey_steps(40), keyframe_every=40)
    damage(whole, tmp_path / "spoilt.mp4", [20])

    outcome = vidtag("dataset", "extract", "spoilt.mp4", "-o", "data")

    assert outcome.code == 3
    assert outcome.out.startswith("spoilt.mp4: ")
    assert outcome.err.startswith("vidtag: spoilt.mp4: read in part: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--every", 2, "--rate", 3],
            "--every, --rate and --per-shot exclude each other; give one",
        ),
        (["--rate", "0"], "'0' is no number of frames a second above 0; write it as 4,"),
        (["--rate", "1/0"], "invalid value for '--rate': '1/0' is no number of frames"),
        (["--rate", "1e999999999"], "'1e999999999' is no number of frames a second"),
        (["--per-shot", 0], "invalid value for '--per-shot': 0 is not in the range x>=1; see `"),
        (["--label", "a/b"], "'a/b' cannot be a class"),
    ],
)
def test_wrong_usage(vidtag: Run, clip: Path, arguments: list[object], said: str) -> None:
    outcome = vidtag("dataset", "extract", clip, "-o", "data", *arguments)

    assert outcome.code == 2
    assert said in outcome.err


def test_add(vidtag: Run, tmp_path: Path) -> None:
    for seed in range(3):
        write_jpeg(tmp_path / "photos" / f"{seed}.jpg", seed)
    (tmp_path / "photos" / "bad.jpg").write_bytes(b"bad")

    good = vidtag("dataset", "add", "data/ross", "photos/0.jpg", "photos/1.jpg")
    rest = vidtag("dataset", "add", "data/ross", "photos")

    assert (good.code, good.out, good.err) == (
        0, "data/ross: 2 added, 0 there already, 0 skipped\n", "",
    )  # fmt: skip
    assert (rest.code, rest.out) == (3, "data/ross: 1 added, 2 there already, 1 skipped\n")
    assert rest.err == "vidtag: photos/bad.jpg: not a picture, or damaged\n"
    value = vidtag("dataset", "add", "data/ross", "photos", "--json").json
    assert (value["added"], len(value["duplicates"])) == ([], 3)
    assert value["skipped"] == [{"path": "photos/bad.jpg", "reason": "not a picture, or damaged"}]


def test_info_as_json(vidtag: Run, tmp_path: Path) -> None:
    write_jpeg(tmp_path / "data" / "ross" / "a.jpg", 1)
    write_jpeg(tmp_path / "data" / "no_ross" / "b.jpg", 1, quality=80)
    (tmp_path / "data" / "ross" / "bad.jpg").write_bytes(b"bad")

    value = vidtag("dataset", "info", "data", "--json").json

    assert value["classes"] == ["ross"]
    assert value["folders"] == [
        {"name": "no_ross", "pictures": 1, "shots": 1},
        {"name": "ross", "pictures": 1, "shots": 1},
    ]
    assert value["conflicts"] == value["alike"] == [["data/no_ross/b.jpg", "data/ross/a.jpg"]]
    assert value["skipped"] == [
        {"path": "data/ross/bad.jpg", "reason": "not a picture, or damaged"}
    ]
    assert "files that are not used: 1" in value["warnings"]


def test_info_shows_the_first_conflicts_and_unused_files(vidtag: Run, tmp_path: Path) -> None:
    for seed in range(12):
        write_jpeg(tmp_path / "data" / "ross" / f"{seed}.jpg", seed)
        write_jpeg(tmp_path / "data" / "no_ross" / f"{seed}.jpg", seed, quality=80)
    write_jpeg(tmp_path / "data" / "loose.jpg", 99)

    outcome = vidtag("dataset", "info", "data")

    assert outcome.code == 0
    assert outcome.out.splitlines()[-12:-10] == [
        "near-duplicates: 24 pictures in 12 groups",
        "  alike, in different classes: data/no_ross/0.jpg  data/ross/0.jpg",
    ]
    assert outcome.out.endswith("  and 2 more; --json lists all\n")
    assert outcome.err.endswith("vidtag: data/loose.jpg: it lies in no class folder\n")


def test_names_that_are_not_utf_8_can_be_shown(vidtag: Run, tmp_path: Path) -> None:
    write_jpeg(tmp_path / "data" / "ross" / "\udcff.jpg", 1).write_bytes(b"bad")

    [skipped] = vidtag("dataset", "info", "data", "--json").json["skipped"]

    assert skipped["path"] == "data/ross/\ufffd.jpg"


def test_info_of_nothing(vidtag: Run) -> None:
    outcome = vidtag("dataset", "info", "nowhere")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        "vidtag: nowhere: there is no such folder; make it with vidtag dataset extract or add\n"
    )
