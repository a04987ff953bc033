from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.plugins.vgg16.card.making import (
    HOSTILE,
    lesson_of,
    manifest_of,
    with_files,
    without_judgement,
)
from vidtag.api import ModelError, ModelFolder, open_model, write_model
from vidtag_vgg16.card import card_files, write_mistakes


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def model(tmp_path: Path) -> ModelFolder:
    return write_model(tmp_path / "friends", manifest_of("ross"), {"head.safetensors": b"head"})


def test_the_files_of_a_card() -> None:
    files = card_files(manifest_of("ross"), lesson_of("ross"))

    assert list(files) == [
        "roc.png",
        "precision_recall.png",
        "calibration.png",
        "curves.png",
        "card.md",
        "card.html",
    ]
    assert b"(precision_recall.png)" in files["card.md"]
    assert files["card.html"].count(b"data:image/png;base64,") == 4
    assert files == card_files(manifest_of("ross"), lesson_of("ross"))


def test_without_judgement_there_are_no_plots_of_it() -> None:
    files = card_files(manifest_of("ross"), without_judgement("ross"))

    assert list(files) == ["curves.png", "card.md", "card.html"]


def test_hostile_names_make_a_card() -> None:
    files = card_files(manifest_of(*HOSTILE), lesson_of(*HOSTILE))

    assert b"<b>" not in files["card.html"]
    assert "مريم".encode() in files["card.html"]


def test_a_folder_with_a_card_is_a_model_wherever_it_is_copied(tmp_path: Path) -> None:
    manifest = manifest_of("ross")
    notes = card_files(manifest, lesson_of("ross"))
    made = write_model(tmp_path / "friends", manifest, {"head.safetensors": b"head"}, notes=notes)

    copied = shutil.copytree(made.path, tmp_path / "copy" / "friends")
    model = open_model(copied, kind="classifier")

    assert model.file("head.safetensors").read_bytes() == b"head"
    assert model.sha256 == made.sha256
    assert (copied / "card.html").read_bytes() == notes["card.html"]
    assert set(model.manifest.files) == {"head.safetensors"}


def test_the_mistakes_stay_in_the_cache(model: ModelFolder, cache: Path, tmp_path: Path) -> None:
    before = sorted(model.path.iterdir())
    path = write_mistakes(model, with_files(lesson_of("ross"), tmp_path / "data"))

    assert path == cache / "mistakes" / "friends" / "mistakes.html"
    assert list(path.parent.iterdir()) == [path]
    page = path.read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") == 4
    assert "<bdi>ross/7.jpg</bdi>" in page
    assert model.sha256 in page
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(model.path.iterdir()) == before


def test_mistakes_of_an_older_model_are_taken_away(model: ModelFolder, cache: Path) -> None:
    old = write_mistakes(model, lesson_of("ross"))

    assert write_mistakes(model, without_judgement("ross")) is None
    assert old is not None
    assert not old.exists()


def test_a_cache_that_cannot_be_written_is_one_line(model: ModelFolder, cache: Path) -> None:
    cache.write_bytes(b"a file")

    with pytest.raises(ModelError) as raised:
        write_mistakes(model, lesson_of("ross"))

    assert str(raised.value) == (
        f"{cache / 'mistakes' / 'friends' / 'mistakes.html'}: cannot be written: not a directory; "
        "the model is whole and can be used; make room, or set VIDTAG_CACHE"
    )
