"""`enroll`, `people` and `forget`, with faces that are coloured squares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.faces import SIDE_PX, ColourRecognizer, SquareFinder, film, scene
from tests.videos import write_video
from vidtag.api import hookimpl
from vidtag.registry import Registry
from vidtag.store import Database
from vidtag.types import Detector, DetectorInfo, NewReference, Reporter, Settings
from vidtag_reports import vidtag_reporters


class ColourPlugin:
    """Offers the recognizer of colours under the name of the real one."""

    @hookimpl
    def vidtag_detectors(self) -> Iterable[DetectorInfo]:
        return [
            DetectorInfo(
                name="gallery", summary="", labels=(), version="1", region="face", space="colour"
            )
        ]

    @hookimpl
    def vidtag_open_detectors(self, names: Sequence[str], settings: Settings) -> Iterable[Detector]:
        return [ColourRecognizer(settings.gallery)] if "gallery" in names else []

    @hookimpl
    def vidtag_reporters(self) -> Iterable[Reporter]:
        return vidtag_reporters()


@pytest.fixture(autouse=True)
def colours(vidtag: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only the recognizer of colours is installed, after `vidtag` has installed its own."""
    registry = Registry()
    registry.register(ColourPlugin(), "colours")
    monkeypatch.setattr(Registry, "load", lambda **_: registry)
    monkeypatch.setattr("vidtag.finding.open_finder", lambda **_: SquareFinder())
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path / "cache"))


def photo(folder: Path, number: int, **people: tuple[int, int]) -> Path:
    path = folder / f"{number}.png"
    picture = scene(people)
    picture[0, 0] = (number, 0, 0)  # each file is another
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return path


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return [photo(tmp_path, number, ross=(20 + number, 30)) for number in range(4)]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Ross, then Rachel."""
    shots = [[{"ross": (60, 30)}] * 20, [{"rachel": (90, 30)}] * 20]
    options = {"crf": "10"}
    return write_video(tmp_path / "a.mp4", film(shots), pixel_format="yuv444p", options=options)


def test_enrolling_says_what_could_not_be_used(vidtag: Run, photos: list[Path]) -> None:
    folder = photos[0].parent
    nobody = photo(folder, 10)
    two = photo(folder, 11, ross=(10, 30), rachel=(100, 30))
    other = photo(folder, 12, rachel=(50, 30))
    copy = folder / "copy.png"
    copy.write_bytes(photos[0].read_bytes())
    text = folder / "text.png"
    text.write_text("no picture")

    done = vidtag("enroll", "ross", *photos, nobody, two, other, copy, text)

    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        "ross  4 of 9 photos added, 4 in use",
        f"  {nobody}: no face was found in it",
        f"  {two}: 2 faces; take the largest with --largest, or say which with --box",
        f"  {copy}: the same picture as 0.png",
        f"  {text}: not a picture, or damaged",
        "  12.png: left out: looks like somebody else",
    ]


def test_two_photos_are_too_few(vidtag: Run, photos: list[Path]) -> None:
    nobody = photo(photos[0].parent, 10)

    failed = vidtag("enroll", "ross", *photos[:2], nobody)

    assert failed.code == 2
    assert failed.err == (
        f"vidtag: 2 photos of 'ross' can be used, 3 are needed ({nobody}: no face was found in "
        "it); add photos that show one sharp face each\n"
    )
    assert vidtag("people", "--json").out == "[]\n"


def test_enrolling_the_same_photos_again_adds_nothing(vidtag: Run, photos: list[Path]) -> None:
    vidtag("enroll", "ross", *photos)
    again = json.loads(vidtag("enroll", "ross", *photos, "--json").out)

    assert (again["added"], again["in_use"]) == (0, 4)
    assert {each["reason"] for each in again["unusable"]} == {"enrolled already, as ross"}


def test_a_photo_left_out_of_one_may_show_another(vidtag: Run, photos: list[Path]) -> None:
    others = [photo(photos[0].parent, number, rachel=(number, 9)) for number in (20, 21, 22)]
    vidtag("enroll", "ross", *photos, others[0])

    done = vidtag("enroll", "rachel", *others)

    assert done.out == "rachel  3 of 3 photos added, 3 in use\n"
    again = vidtag("enroll", "joey", *others)
    assert again.code == 2
    assert f"{others[0]}: enrolled already, as rachel and 2 more" in again.err


def test_naming_somebody_as_before_loses_nothing(vidtag: Run, photos: list[Path]) -> None:
    vidtag("enroll", "ross", *photos)

    failed = vidtag("people", "name", "ross", "ross")

    assert (failed.code, "cannot be merged with itself" in failed.err) == (2, True)
    assert vidtag("people").out.startswith("ross  4 references")


def test_photos_that_another_network_looked_at_are_shown_again(
    vidtag: Run, photos: list[Path]
) -> None:
    vidtag("enroll", "ross", *photos)
    with Database.open("vidtag.db") as database:
        [ross] = database.people.all()
        old = [
            NewReference(
                space="of an older version",
                embedding=np.ones(3, np.float32),
                source=each.source,
                image_sha256=each.image_sha256,
            )
            for each in ross.references
        ]
        database.people.remove("ross")
        database.people.add("ross", old)

    assert vidtag("people").err == (
        "vidtag: warning: not recognised, because another network looked at the photos: ross; show "
        "the photos again with `vidtag enroll`\n"
    )
    assert vidtag("enroll", "ross", *photos).out == "ross  4 of 4 photos added, 4 in use\n"
    assert vidtag("people").err == ""


def test_a_box_says_which_face(vidtag: Run, photos: list[Path]) -> None:
    vidtag("enroll", "ross", *photos)
    two = photo(photos[0].parent, 11, ross=(10, 30), rachel=(100, 30))

    done = vidtag("enroll", "ross", two, "--box", f"5,25,{SIDE_PX + 10},{SIDE_PX + 10}")

    assert done.out == "ross  1 of 1 photos added, 5 in use\n"
    assert vidtag("enroll", "ross", *photos, "--box", "1,1,9,9").code == 2
    assert "is LEFT,TOP,WIDTH,HEIGHT" in vidtag("enroll", "ross", two, "--box", "1,2").err


def test_people_lists_who_is_known(vidtag: Run, photos: list[Path]) -> None:
    vidtag("enroll", "ross", *photos)

    assert vidtag("people").out == "ross  4 references  100% recognised\n"
    [ross] = json.loads(vidtag("people", "--json").out)
    assert (ross["name"], ross["named"], ross["recognised"]) == ("ross", True, 1.0)
    assert [line.split()[1] for line in vidtag("people", "show", "ross").out.splitlines()] == [
        "0.png",
        "1.png",
        "2.png",
        "3.png",
    ]


def test_nobody_is_known_yet(vidtag: Run, photos: list[Path]) -> None:
    vidtag("enroll", "ross", *photos)
    vidtag("people", "remove", "ross")

    done = vidtag("people")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("nobody is known yet")


def test_an_unknown_person_gets_a_name(vidtag: Run, photos: list[Path], video: Path) -> None:
    vidtag("enroll", "ross", *photos)
    scanned = vidtag("scan", video, "-p", "gallery", "--series", "Friends")
    assert [line.split()[0] for line in scanned.out.splitlines()[1:]] == ["ross", "cluster-1"]

    assert vidtag("people", "name", "cluster-1", "rachel").code == 0

    report = json.loads(vidtag("report", "--json").out)
    labels = [each["label"] for each in report["episodes"][0]["screen_times"]]
    assert sorted(labels) == ["rachel", "ross"]


def test_enrolling_later_finds_people_in_old_scans(
    vidtag: Run, photos: list[Path], video: Path
) -> None:
    vidtag("scan", video, "-p", "gallery", "--series", "Friends")
    vidtag("enroll", "ross", *photos)

    report = json.loads(vidtag("report", "--json").out)
    labels = {each["label"] for each in report["episodes"][0]["screen_times"]}
    assert "ross" in labels


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["people", "name", "cluster-9", "x"], "unknown person 'cluster-9'; did you mean"),
        (["people", "merge", "ross", "ross"], "cannot be merged with itself"),
        (["people", "split", "ross", "x", "--reference", "99"], "'ross' has no reference 99"),
        (["people", "split", "ross", "ross", "--reference", "1"], "cannot be split from itself"),
        (["people", "name", "ross", "../x"], "'../x' is no good name"),
        (["forget", "rosss"], "unknown label 'rosss'; did you mean ross?"),
        (["forget", "ross"], "nobody could be asked; say --yes, or --dry-run"),
        (["enroll", "ross", "no.jpg"], "no such file"),
    ],
    ids=str,
)
def test_mistakes_are_one_line(
    vidtag: Run, photos: list[Path], arguments: list[str], message: str
) -> None:
    vidtag("enroll", "ross", *photos)
    vidtag(
        "enroll", "cluster-8", *[photo(photos[0].parent, n, rachel=(n, 9)) for n in (20, 21, 22)]
    )

    failed = vidtag(*arguments)

    assert failed.code == 2
    assert message in failed.err
    assert failed.err.count("\n") == 1


def test_forgetting_counts_what_it_erases(vidtag: Run, photos: list[Path], video: Path) -> None:
    vidtag("enroll", "ross", *photos)
    vidtag("scan", video, "-p", "gallery", "--series", "Friends")

    planned = json.loads(vidtag("forget", "ross", "--dry-run", "--json").out)
    erased = json.loads(vidtag("forget", "ross", "--yes", "--json").out)

    assert planned["rows"] == erased["rows"]
    assert (planned["erased"], erased["erased"]) == (False, True)
    assert erased["rows"]["faces"] == 4
    assert erased["rows"]["frame_labels"] == 40
    assert "ross" not in vidtag("report", "--json").out


def test_forgetting_takes_along_what_the_cache_tells_of_pictures(
    vidtag: Run, photos: list[Path], tmp_path: Path
) -> None:
    vidtag("enroll", "ross", *photos)
    cache = tmp_path / "cache"
    kept = [cache / "backbones" / "a", cache / "yunet.onnx"]
    told = [
        cache / "features" / "5e" / "a.npy",
        cache / "faces" / "5e" / "a.npy",
        cache / "faces" / "7a" / "b.npy",
        cache / "mistakes" / "ross" / "mistakes.html",
    ]
    for path in (*kept, *told):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    planned = json.loads(vidtag("forget", "ross", "--dry-run", "--json").out)
    assert planned["files"] == 4
    assert all(path.exists() for path in told)

    erased = json.loads(vidtag("forget", "ross", "--yes", "--json").out)
    assert erased["files"] == 4
    assert sorted(path for path in cache.rglob("*") if path.is_file()) == sorted(kept)


def test_what_is_forgotten_cannot_be_read_from_the_file(
    vidtag: Run, photos: list[Path], tmp_path: Path
) -> None:
    db = tmp_path / "own.db"
    vidtag("enroll", "Ross Eustace Geller", *photos, "--db", db)
    assert b"Ross Eustace Geller" in db.read_bytes()

    vidtag("forget", "Ross Eustace Geller", "--yes", "--db", db)
    assert not any(b"Eustace" in file.read_bytes() for file in tmp_path.glob("own.db*"))


@pytest.mark.parametrize("arguments", [["people"], ["forget", "ross", "--dry-run"]], ids=str)
def test_without_a_database_it_says_how_to_begin(
    vidtag: Run, tmp_path: Path, arguments: list[str]
) -> None:
    failed = vidtag(*arguments, "--db", tmp_path / "none.db")

    assert failed.code == 1
    assert failed.err.endswith(
        "none.db; run `vidtag scan` or `vidtag enroll` first, or name the file with --db\n"
    )
