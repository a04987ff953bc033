from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.videos import grey_steps, write_video
from vidtag_reports import vidtag_exporters

EXPORTERS = {each.name: each for each in vidtag_exporters()}
TABLES = {name for name, each in EXPORTERS.items() if not each.one_video}
CUE = "00:00:00.800 --> 00:00:01.600\nr-on\n"


@pytest.fixture
def scanned(vidtag: Run, clip: Path) -> Run:
    """A scanned clip of 40 frames in 1.6 s; `r-on` is on screen from frame 20 on."""
    scan = ("scan", clip, "-p", "r", "--every", 1, "--series", "Greys", "--season", 1)
    assert vidtag(*scan, "--episode", 2).code == 0
    return vidtag


@pytest.fixture
def two(scanned: Run, tmp_path: Path) -> Run:
    """Two episodes; the frame rate of the second varies."""
    second = write_video(tmp_path / "b.mp4", grey_steps(40)[::-1], pts=[n * n for n in range(40)])
    scan = ("scan", second, "-p", "r", "--every", 1, "--series", "Greys", "--season", 1)
    assert scanned(*scan, "--episode", 3).code == 0
    return scanned


def test_one_text_file_goes_to_stdout(scanned: Run) -> None:
    outcome = scanned("export", "--format", "webvtt")

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("WEBVTT\n")
    assert outcome.out.endswith(CUE)


def test_the_format_is_told_by_the_file(scanned: Run, tmp_path: Path) -> None:
    outcome = scanned("export", "-o", "a.vtt")

    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert (tmp_path / "a.vtt").read_text().endswith(CUE)


@pytest.mark.parametrize("name", sorted(EXPORTERS))
def test_what_was_exported_is_imported_without_a_change(
    scanned: Run, name: str, tmp_path: Path
) -> None:
    exporter = EXPORTERS[name]
    path = tmp_path / f"labels{exporter.suffix}"
    assert scanned("export", "--format", name, "-o", path).code == 0

    outcome = scanned("import", path, "--json")

    assert outcome.code == 0
    assert outcome.json["labels"] == {"r-on": {"added_us": 0, "removed_us": 0, "corrections": []}}


def test_a_file_for_each_video(two: Run, tmp_path: Path) -> None:
    outcome = two("export", "--format", "srt", "-o", "out/")

    assert (outcome.code, outcome.err) == (0, "out: 2 files written\n")
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [
        "Greys S01E02.srt",
        "Greys S01E03.srt",
    ]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_holds_all_videos(two: Run, name: str, tmp_path: Path) -> None:
    path = tmp_path / f"all{EXPORTERS[name].suffix}"

    assert two("export", "-o", path).code == 0

    outcome = two("import", path)
    assert outcome.code == 1
    assert "it speaks of 2 videos" in outcome.err


def test_what_one_video_lacks_keeps_no_other_from_being_written(two: Run, tmp_path: Path) -> None:
    outcome = two("export", "--format", "edl", "-o", "out")

    assert outcome.code == 3
    assert "vidtag: Greys S01E03: EDL counts frames of one length" in outcome.err
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["Greys S01E02.edl"]


def test_several_videos_need_a_folder(two: Run) -> None:
    for output in ((), ("-o", "a.srt")):
        outcome = two("export", "--format", "srt", *output)
        assert (outcome.code, outcome.out) == (2, "")
        assert "srt tells of one video, and there are 2; name a folder with -o" in outcome.err


def test_only_what_was_asked_for(two: Run, clip: Path) -> None:
    chosen = ("--path", clip, "--character", "r-on", "--detector", "r")
    lines = two("export", "--format", "jsonl", *chosen).out.splitlines()

    assert {json.loads(line)["path"] for line in lines} == {str(clip)}
    assert two("export", "--format", "jsonl", "--episode", 3).out not in ("", "\n")


@pytest.mark.parametrize("asked", [("report",), ("export", "--format", "csv"), ("query", "ross")])
def test_an_empty_database(vidtag: Run, asked: tuple[str, ...]) -> None:
    assert vidtag("db", "upgrade").code == 0

    outcome = vidtag(*asked)

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        "vidtag: vidtag.db: no video was scanned yet; "
        "scan one first: `vidtag scan VIDEO --plugin NAME`\n"
    )


def test_corrections_count_unless_they_are_not_wanted(scanned: Run) -> None:
    absent = ("--character", "r-on", "--absent", "--from", "0f", "--to", "40f")
    assert scanned("correct", "clip.mp4", *absent).code == 0

    assert "r-on" not in scanned("export", "--format", "audacity").out
    raw = scanned("export", "--format", "audacity", "--no-corrections")
    assert raw.out == "0.800000\t1.600000\tr-on\n"


def test_the_start_timecode(scanned: Run) -> None:
    edl = scanned("export", "--format", "edl", "--start-timecode", "01:00:00:00").out

    assert "C        01:00:00:20 01:00:01:15 01:00:00:00 01:00:00:20" in edl
    wrong = scanned("export", "--format", "edl", "--start-timecode", "noon")
    assert (wrong.code, wrong.out) == (2, "")
    assert "--start-timecode: 'noon' is no timecode; write HH:MM:SS:FF" in wrong.err


def test_losses_are_one_line_each(scanned: Run) -> None:
    outcome = scanned("export", "--format", "coco", "-o", "a.json")

    assert outcome.err == "coco: COCO needs a box for each label: each is the whole picture\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "expected a format; choose with --format: webvtt, srt, csv"),
        (("--format", "webvt"), 2, "unknown format 'webvt'; did you mean webvtt?"),
        (("-o", "a.json"), 2, "2 formats end with .json; choose with --format: label-studio or c"),
        (("-o", "a.xyz"), 2, "no formats end with .xyz"),
        (("--format", "srt", "--series", "No"), 1, "vidtag.db: no video fits"),
        (("--format", "srt", "--character", "r-om"), 2, "unknown label 'r-om'; did you mean r-on"),
        (("--format", "srt", "-o", "no/a.srt"), 1, "no/a.srt: cannot be written: No such file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_mistakes_are_one_line(
    scanned: Run, arguments: tuple[str, ...], code: int, message: str
) -> None:
    outcome = scanned("export", *arguments)

    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith(f"vidtag: {message}")
    assert outcome.err.count("\n") == 1


def test_a_failed_export_leaves_the_old_file(
    scanned: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.srt"
    path.write_text("old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    outcome = scanned("export", "-o", path)

    assert outcome.code == 130
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_a_video_not_scanned_to_its_end_is_left_out(
    scanned: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vidtag.store import Database

    real = Database.findings

    def unfinished(self: Database, **options: object) -> list[object]:
        from dataclasses import replace

        found = real(self, **options)  # type: ignore[arg-type]
        return [replace(each, video=replace(each.video, frames=None)) for each in found]

    monkeypatch.setattr(Database, "findings", unfinished)

    outcome = scanned("export", "--format", "srt")

    assert outcome.code == 1
    assert "Greys S01E02: not scanned to its end yet" in outcome.err
    assert "there is nothing to export; scan again" in outcome.err
