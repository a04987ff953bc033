from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from vidtag import scaffold
from vidtag.errors import UsageError, VidtagError
from vidtag.scaffold import new_plugin


def test_a_project_is_written_whole(tmp_path: Path) -> None:
    folder = new_plugin("night-sky", into=tmp_path, author="Ada Lovelace <ada@example.org>")

    assert folder == tmp_path / "vidtag-night-sky"
    assert list(tmp_path.iterdir()) == [folder]
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == [
        ".gitignore",
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "tests/test_night_sky.py",
        "vidtag_night_sky/__init__.py",
        "vidtag_night_sky/detector.py",
        "vidtag_night_sky/py.typed",
    ]
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["name"] == "vidtag-night-sky"
    assert project["authors"] == [{"name": "Ada Lovelace", "email": "ada@example.org"}]
    assert project["entry-points"] == {"vidtag": {"night-sky": "vidtag_night_sky"}}
    assert "class NightSky:" in (folder / "vidtag_night_sky/detector.py").read_text()
    assert "Copyright (c) Ada Lovelace\n" in (folder / "LICENSE").read_text()


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (None, {"name": "The vidtag-a authors"}),
        ('  D. "Tab" $name \\ Löwe ', {"name": 'D. "Tab" $name \\ Löwe'}),
        ("猫<neko@example.org>", {"name": "猫", "email": "neko@example.org"}),
    ],
)
def test_authors(tmp_path: Path, author: str | None, expected: dict[str, str]) -> None:
    folder = new_plugin("a", into=tmp_path, author=author)

    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["authors"] == [expected]


@pytest.mark.parametrize(
    "author", [" ", "<a@b.org>", "a\nb", "a\x00", "a <b>", "\udcff", "a <b@c> d"], ids=repr
)
def test_what_is_no_author(tmp_path: Path, author: str) -> None:
    with pytest.raises(UsageError, match="is no author"):
        new_plugin("a", into=tmp_path, author=author)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["", "A", "a_b", "a b", "-a", "a-", "a--b", "1a", "../a", "a/b", "/a", "a\n", "é", "a" * 51],
    ids=repr,
)
def test_names_that_are_unfit(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a plugin; use lower-case letters"):
        new_plugin(name, into=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ross", "the name 'ross' is taken on this machine"),
        ("vgg16", "the name 'vgg16' is taken on this machine"),  # its package is installed
        ("vidtag-a", "'vidtag-a' would become vidtag-vidtag-a; leave out the first 'vidtag-'"),
    ],
)
def test_names_that_are_taken(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        new_plugin(name, into=tmp_path, taken={"ross"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_nothing_is_overwritten(tmp_path: Path, kind: str) -> None:
    there = tmp_path / "vidtag-a"
    if kind == "file":
        there.write_text("mine")
    elif kind == "folder":
        there.mkdir()
    else:
        there.symlink_to("nowhere")

    with pytest.raises(UsageError, match="vidtag-a exists; move it away"):
        new_plugin("a", into=tmp_path)
    assert list(tmp_path.iterdir()) == [there]
    assert kind != "folder" or list(there.iterdir()) == []


def test_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last file cannot be written: nothing stays of the others."""
    layout = dict(scaffold.LAYOUT) | {"README.md/inside": "py.typed"}
    monkeypatch.setattr(scaffold, "LAYOUT", layout)

    with pytest.raises(VidtagError, match=r"vidtag-a: cannot be written: .*; choose another place"):
        new_plugin("a", into=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(VidtagError, match="cannot be written: No such file or directory"):
        new_plugin("a", into=tmp_path / "missing")


def test_every_template_is_used() -> None:
    folder = Path(scaffold.__file__).parent / "templates"

    assert {path.name for path in folder.iterdir()} == {
        f"{name}.tmpl" for name in scaffold.LAYOUT.values()
    }
