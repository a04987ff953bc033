"""Model folders: only what the manifest means is ever used, and every fault says what it is."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vidtag.errors import ModelError
from vidtag.models import (
    Manifest,
    ModelFolder,
    find_model,
    list_models,
    open_model,
    parse_manifest,
    write_manifest,
    write_model,
)

CLASSIFIER = Manifest(
    name="ross",
    kind="classifier",
    version="2",
    architecture="vgg16",
    summary="Ross Geller",
    input_size=(224, 112),
    preprocessing="rgb-unit",
    licence="MIT",
    created_by="vidtag 0.1.0",
    labels=("ross", "not quite ross"),
    region="face",
    backbone="bundled",
    backbone_sha256="b" * 64,
    thresholds={"ross": 0.5, "not quite ross": 1.0},
    files={"head.safetensors": "a" * 64},
    training={"examples": 3817, "data": "photos", "epochs": 2.5},
    metrics={"f1": 0.9, "count": 2.0},
    parameters={"pooling": "max", "calibration": {"ross": {"scale": 1.5}}},
)
BACKBONE = Manifest(
    name="bundled",
    kind="backbone",
    version="1",
    architecture="vgg16",
    summary="Trained by the project",
    input_size=(224, 224),
    preprocessing="rgb-unit",
    licence="MIT",
    created_by="vidtag 0.1.0",
    files={"weights.safetensors": "c" * 64},
)
FILE = Path("ross/manifest.toml")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two folders of models; the first is searched first."""
    places = tmp_path / "first", tmp_path / "second"
    monkeypatch.setattr("vidtag.models.folders.model_dirs", lambda: places)
    return places


@pytest.fixture
def ross(places: tuple[Path, Path]) -> ModelFolder:
    return write_model(places[0] / "ross", CLASSIFIER, {"head.safetensors": b"weights"})


# --- manifests ---


@pytest.mark.parametrize("manifest", [CLASSIFIER, BACKBONE], ids=lambda m: m.kind)
def test_manifest_is_read_as_it_was_written(tmp_path: Path, manifest: Manifest) -> None:
    folder = tmp_path / manifest.name
    folder.mkdir()
    write_manifest(folder, manifest)
    assert open_model(folder, kind=manifest.kind) == ModelFolder(folder, manifest)
    assert [path.name for path in folder.iterdir()] == ["manifest.toml"]


def changed(**values: Any) -> dict[str, Any]:
    """The table of a good manifest with some values exchanged; `None` removes one."""
    table = {**CLASSIFIER.to_table(), **values}
    return {key: value for key, value in table.items() if value is not None}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": "../ross"}, "name must be a kebab-case name, found '../ross'"),
        ({"name": "/ross"}, "name must be a kebab-case name, found '/ross'"),
        ({"name": "Ross"}, "name must be a kebab-case name, found 'Ross'"),
        ({"name": "ross\n"}, "name must be a kebab-case name, found 'ross\\n'"),
        ({"kind": "head"}, "kind must be one of classifier, backbone, found 'head'"),
        ({"kind": None}, "kind must be one of classifier, backbone, found nothing"),
        ({"version": 2}, "version must be a text, found 2"),
        ({"summary": " "}, "summary must be a text, found ' '"),
        ({"licence": None}, "licence must be a text, found nothing"),
        ({"labels": []}, "labels must be a list of different texts, found []"),
        ({"labels": ["a", "a"]}, "labels must be a list of different texts, found ['a', 'a']"),
        ({"labels": ["a", 1]}, "labels must be a list of different texts, found ['a', 1]"),
        ({"labels": [[], {}]}, "labels must be a list of different texts, found [[], {}]"),
        ({"labels": "ross"}, "labels must be a list of different texts, found 'ross'"),
        ({"region": "body"}, "region must be one of frame, face, found 'body'"),
        ({"input_size": 224}, "input_size must be [height, width] in pixels, found 224"),
        ({"input_size": [1, 0]}, "input_size must be [height, width] in pixels, found [1, 0]"),
        ({"input_size": [1, "2"]}, "input_size must be [height, width] in pixels, found [1, '2']"),
        (
            {"input_size": [1, True]},
            "input_size must be [height, width] in pixels, found [1, True]",
        ),
        (
            {"thresholds": {"ross": 0.5}},
            "thresholds.not quite ross must be a number from 0 to 1, found nothing",
        ),
        (
            {"labels": ["ross"], "thresholds": {"ross": 1.1}},
            "thresholds.ross must be a number from 0 to 1, found 1.1",
        ),
        (
            {"labels": ["ross"], "thresholds": {"ross": float("nan")}},
            "thresholds.ross must be a number from 0 to 1, found nan",
        ),
        (
            {"labels": ["ross"], "thresholds": {"ross": True}},
            "thresholds.ross must be a number from 0 to 1, found True",
        ),
        ({"thresholds": 0.5}, "thresholds must be a table, found 0.5"),
        ({"backbone": None}, "backbone must be the kebab-case name of a backbone, found nothing"),
        (
            {"backbone_sha256": "abc"},
            "backbone_sha256 must be a SHA-256 (64 lower-case hex digits), found 'abc'",
        ),
        ({"files": {}}, "files must be at least one file, found {}"),
        (
            {"files": {"head": "A" * 64}},
            f"files.head must be a SHA-256 (64 lower-case hex digits), found '{'A' * 64}'",
        ),
        ({"metrics": {"f1": "good"}}, "metrics.f1 must be a number, found 'good'"),
        ({"metrics": {"f1": float("inf")}}, "metrics.f1 must be a number, found inf"),
        ({"training": {"data": ["a"]}}, "training.data must be a text or a number, found ['a']"),
        ({"parameters": []}, "parameters must be a table, found []"),
        ({"format": "1"}, "format must be a whole number from 1, found '1'"),
        ({"format": 0}, "format must be a whole number from 1, found 0"),
        ({"format": True}, "format must be a whole number from 1, found True"),
    ],
    ids=str,
)
def test_wrong_value_is_named(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(ModelError) as error:
        parse_manifest(changed(**values), file=FILE)
    assert error.value.message == f"ross/manifest.toml: {problem}"


@pytest.mark.parametrize(
    "name",
    ["../head", "/etc/passwd", "a/b", "a\\b", "..", ".", ".hidden", "", "C:head", "a\0b", "a b"],
)
def test_file_names_cannot_be_paths(name: str) -> None:
    with pytest.raises(ModelError) as error:
        parse_manifest(changed(files={name: "a" * 64}), file=FILE)
    assert error.value.message == (
        f"ross/manifest.toml: files.{name} must be a plain file name inside the folder, "
        f"found {name!r}"
    )


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"label": "ross"}, "label"),
        ({"thresholds": {"ross": 0.5, "not quite ross": 1, "x": 1}}, "thresholds.x"),
    ],
    ids=["top", "in a table"],
)
def test_misspelled_key_is_named(values: dict[str, Any], key: str) -> None:
    with pytest.raises(ModelError) as error:
        parse_manifest(changed(**values), file=FILE)
    assert error.value.message == f"ross/manifest.toml: unknown key {key}"


def test_backbone_has_no_labels() -> None:
    with pytest.raises(ModelError, match="unknown key labels"):
        parse_manifest({**BACKBONE.to_table(), "labels": ["ross"]}, file=FILE)


def test_newer_format_asks_for_an_upgrade() -> None:
    with pytest.raises(ModelError) as error:
        parse_manifest({"format": 2, "something": "new"}, file=FILE)
    assert str(error.value) == (
        "ross/manifest.toml: made for a newer vidtag (format 2, this one reads up to 1); "
        "upgrade vidtag"
    )


def test_long_values_are_cut_in_messages() -> None:
    with pytest.raises(ModelError) as error:
        parse_manifest(changed(version=["x" * 10_000]), file=FILE)
    assert len(error.value.message) < 200


# --- files ---


def test_file_is_given_out_after_its_hash_was_checked(ross: ModelFolder) -> None:
    path = ross.file("head.safetensors")
    assert path.read_bytes() == b"weights"
    assert ross.manifest.files == {"head.safetensors": hashlib.sha256(b"weights").hexdigest()}


def test_exchanged_file_is_refused_even_when_it_was_right_before(ross: ModelFolder) -> None:
    path = ross.file("head.safetensors")
    before = path.stat()
    path.write_bytes(b"WEIGHTS")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(ModelError) as error:
        ross.file("head.safetensors")
    assert error.value.message == (
        f"{path}: damaged or exchanged, its SHA-256 is {hashlib.sha256(b'WEIGHTS').hexdigest()}"
    )


def test_missing_file_is_refused(ross: ModelFolder) -> None:
    path = ross.path / "head.safetensors"
    path.unlink()
    with pytest.raises(ModelError) as error:
        ross.file("head.safetensors")
    assert str(error.value) == (
        f"{path}: No such file or directory; install or make the model again"
    )


def test_folder_in_place_of_a_file_is_refused(ross: ModelFolder) -> None:
    path = ross.path / "head.safetensors"
    path.unlink()
    path.mkdir()
    with pytest.raises(ModelError, match="Is a directory"):
        ross.file("head.safetensors")


@pytest.mark.parametrize("name", ["weights.safetensors", "../ross/head.safetensors"])
def test_file_that_the_manifest_does_not_list_is_refused(ross: ModelFolder, name: str) -> None:
    with pytest.raises(ModelError, match="files lists no"):
        ross.file(name)


def test_link_out_of_the_folder_is_refused(ross: ModelFolder, tmp_path: Path) -> None:
    outside, path = tmp_path / "outside", ross.path / "head.safetensors"
    outside.write_bytes(b"weights")
    path.unlink()
    path.symlink_to(outside)
    with pytest.raises(ModelError) as error:
        ross.file("head.safetensors")
    assert error.value.message == f"{path}: leads out of the model folder"


def test_folder_itself_may_be_a_link(ross: ModelFolder, places: tuple[Path, Path]) -> None:
    places[1].mkdir()
    ross.path.rename(places[1] / "elsewhere")
    ross.path.symlink_to(places[1] / "elsewhere")
    assert find_model("classifier", "ross").file("head.safetensors").read_bytes() == b"weights"


def test_hash_of_the_folder_changes_with_any_file(ross: ModelFolder) -> None:
    def sha256(**files: str) -> str:
        return ModelFolder(ross.path, replace(CLASSIFIER, files=files)).sha256

    hashes = {sha256(a="1", b="2"), sha256(a="1", b="3"), sha256(a="2", b="1"), sha256(a="1")}
    assert len(hashes) == 4
    assert sha256(a="1", b="2") == sha256(b="2", a="1")


# --- finding ---


def named(name: str, **values: Any) -> Manifest:
    return replace(CLASSIFIER, name=name, **values)


def test_first_folder_on_the_search_path_wins(places: tuple[Path, Path]) -> None:
    first = write_model(places[0] / "ross", named("ross", version="new"), {"a": b""})
    write_model(places[1] / "ross", named("ross", version="old"), {"a": b""})
    other = write_model(places[1] / "joey", named("joey"), {"a": b""})
    assert find_model("classifier", "ross") == first
    assert list_models("classifier") == [other, first]


def test_backbones_have_their_own_place(places: tuple[Path, Path], ross: ModelFolder) -> None:
    bundled = write_model(places[1] / "backbones" / "bundled", BACKBONE, {"a": b""})
    assert find_model("backbone", "bundled") == bundled
    assert list_models("backbone") == [bundled]
    assert list_models("classifier") == [ross]


def test_absent_model_is_named_with_those_that_there_are(ross: ModelFolder) -> None:
    with pytest.raises(ModelError) as error:
        find_model("classifier", "joey")
    assert str(error.value) == "there is no classifier 'joey'; known: ross"
    with pytest.raises(ModelError) as error:
        find_model("backbone", "ross")
    assert str(error.value) == "there is no backbone 'ross'; known: none"


@pytest.mark.parametrize("name", ["../ross", "/ross", "a/b", "..", "", "Ross", "ross\n", "a--b"])
def test_unsafe_name_is_never_looked_for(ross: ModelFolder, name: str) -> None:
    with pytest.raises(ModelError) as error:
        find_model("classifier", name)
    assert error.value.message == f"{name!r} is not a model name"


def overwrite(content: bytes) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(content)


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (overwrite(b"name = "), "not TOML: Invalid value (at end of document)"),
        (overwrite(b"\xff"), "not TOML: 'utf-8' codec can't decode byte 0xff in position 0"),
        (overwrite(b""), "format must be a whole number from 1, found nothing"),
        (make_folder, "Is a directory"),
    ],
    ids=["half", "binary", "empty", "folder"],
)
def test_broken_folder_is_skipped_in_listings_and_refused_by_name(
    places: tuple[Path, Path],
    ross: ModelFolder,
    damage: Callable[[Path], object],
    problem: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    joey = write_model(places[0] / "joey", named("joey"), {"a": b""})
    damage(joey.path / "manifest.toml")
    with caplog.at_level(logging.WARNING):
        assert list_models("classifier") == [ross]
    (record,) = caplog.records
    assert f"model skipped: {joey.path}/manifest.toml: {problem}" in record.getMessage()
    with pytest.raises(ModelError) as error:
        find_model("classifier", "joey")
    assert error.value.message.startswith(f"{joey.path}/manifest.toml: {problem}")


def test_folder_must_be_called_as_the_model(places: tuple[Path, Path], ross: ModelFolder) -> None:
    ross.path.rename(places[0] / "joey")
    with pytest.raises(ModelError) as error:
        find_model("classifier", "joey")
    assert error.value.message == (
        f"{places[0]}/joey/manifest.toml: name must be 'joey' here, found 'ross'"
    )


def test_folders_without_a_manifest_are_no_models(places: tuple[Path, Path]) -> None:
    (places[0] / "notes").mkdir(parents=True)
    (places[0] / "README.md").write_text("models")
    assert list_models("classifier") == []


# --- writing ---


def test_writing_again_replaces_everything(ross: ModelFolder) -> None:
    fresh = write_model(ross.path, CLASSIFIER, {"other": b"new"})
    assert sorted(path.name for path in ross.path.iterdir()) == ["manifest.toml", "other"]
    assert find_model("classifier", "ross") == fresh
    assert [path.name for path in ross.path.parent.iterdir()] == ["ross"]


def test_failed_writing_leaves_the_old_model_and_nothing_else(
    ross: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vidtag.models.folders.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_model(ross.path, CLASSIFIER, {"other": b"new"})
    assert find_model("classifier", "ross") == ross
    assert [path.name for path in ross.path.parent.iterdir()] == ["ross"]


def test_failed_exchange_puts_the_old_model_back(
    ross: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fail_for_the_new(self: Path, target: Path) -> Path:
        if target == ross.path and self.name == "ross":
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new)
    with pytest.raises(PermissionError):
        write_model(ross.path, CLASSIFIER, {"other": b"new"})
    assert find_model("classifier", "ross") == ross


def test_model_that_could_not_be_read_is_not_written(places: tuple[Path, Path]) -> None:
    with pytest.raises(ModelError, match=r"thresholds\.joey must be a number"):
        write_model(places[0] / "ross", replace(CLASSIFIER, labels=("joey",)), {"a": b""})
    with pytest.raises(ModelError, match="must be called 'ross', as the model is"):
        write_model(places[0] / "joey", CLASSIFIER, {"a": b""})
    with pytest.raises(ModelError, match="must be a plain file name"):
        write_model(places[0] / "ross", CLASSIFIER, {"../a": b""})
    assert not places[0].exists()
