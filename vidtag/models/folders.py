"""Finding, checking and writing model folders."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from vidtag.errors import ModelError
from vidtag.models.manifest import MANIFEST_NAME, Kind, Manifest, is_name, parse_manifest
from vidtag.paths import model_dirs

_log = logging.getLogger(__name__)

_BACKBONES = "backbones"
_AGAIN = "install or make the model again"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose manifest is in order. Its files are checked when they are asked for."""

    path: Path
    manifest: Manifest

    @property
    def sha256(self) -> str:
        """One hash over the names and hashes of all files: changes with any weight."""
        lines = [f"{name} {digest}\n" for name, digest in sorted(self.manifest.files.items())]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def file(self, name: str) -> Path:
        """The path of the file `name`, after its hash was checked (once per process).

        Raises:
            ModelError: if the manifest does not list it, it is missing or unreadable, leads out
                of the folder, or is not the file that the manifest means.
        """
        if name not in self.manifest.files:
            raise ModelError(f"{self.path / MANIFEST_NAME}: files lists no {name!r}", hint=_AGAIN)
        path = self.path / name
        try:
            if not path.resolve(strict=True).is_relative_to(self.path.resolve()):
                raise ModelError(f"{path}: leads out of the model folder", hint=_AGAIN)
            status = path.stat()
            digest = _sha256(path, status.st_size, status.st_mtime_ns, status.st_ino)
        except OSError as error:
            raise ModelError(f"{path}: {error.strerror or error}", hint=_AGAIN) from error
        if digest != self.manifest.files[name]:
            raise ModelError(f"{path}: damaged or exchanged, its SHA-256 is {digest}", hint=_AGAIN)
        return path


def find_model(kind: Kind, name: str) -> ModelFolder:
    """Open the first model folder called `name` on the search path.

    Raises:
        ModelError: if `name` is not a model name, there is none, or the first is not in order.
    """
    if not is_name(name):
        raise ModelError(f"{name!r} is not a model name", hint="names are kebab-case: ross-geller")
    folders = _folders(kind)
    if name not in folders:
        known = ", ".join(folders) or "none"
        raise ModelError(f"there is no {kind} {name!r}", hint=f"known: {known}")
    return open_model(folders[name], kind=kind)


def list_models(kind: Kind) -> list[ModelFolder]:
    """Every model of `kind` that is in order, by name; the others are logged as warnings."""
    return list(_in_order(kind))


def open_model(path: Path, *, kind: Kind) -> ModelFolder:
    """Read and check the manifest of the model folder `path`.

    Raises:
        ModelError: if it is missing, unreadable, wrong, or describes another model.
    """
    file = path / MANIFEST_NAME
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{file}: {error.strerror or error}", hint=_AGAIN) from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise ModelError(f"{file}: not TOML: {error}", hint=_AGAIN) from error
    manifest = parse_manifest(table, file=file)
    for key, found, expected in (("kind", manifest.kind, kind), ("name", manifest.name, path.name)):
        if found != expected:
            raise ModelError(
                f"{file}: {key} must be {expected!r} here, found {found!r}", hint=_AGAIN
            )
    return ModelFolder(path, manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` into `folder`, whole or not at all.

    Raises:
        ModelError: if it could not be read back.
        OSError: if it cannot be written.
    """
    import tomli_w

    parse_manifest(manifest.to_table(), file=folder / MANIFEST_NAME)
    temporary = folder / f".{MANIFEST_NAME}.{os.getpid()}"
    _write(temporary, tomli_w.dumps(manifest.to_table()).encode())
    temporary.replace(folder / MANIFEST_NAME)
    _sync_folder(folder)


def write_model(
    folder: Path,
    manifest: Manifest,
    files: Mapping[str, bytes],
    *,
    notes: Mapping[str, bytes] | None = None,
) -> ModelFolder:
    """Make the model folder `folder`, replacing an older one; it is never found half-written.

    Args:
        folder: ends with the model's name.
        manifest: its `files` are filled in here.
        files: file name -> content.
        notes: the same for files that a person reads and no score depends on; not in the manifest.

    Raises:
        ModelError: if the manifest is wrong or the folder has another name.
        OSError: if the folder cannot be written.
    """
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = replace(manifest, files=hashes)
    parse_manifest(manifest.to_table(), file=folder / MANIFEST_NAME)
    if manifest.name != folder.name:
        raise ModelError(f"{folder}: must be called {manifest.name!r}, as the model is")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as beside:
        fresh = Path(beside, folder.name)
        fresh.mkdir()
        for name, content in {**(notes or {}), **files}.items():
            _write(fresh / name, content)
        write_manifest(fresh, manifest)
        _exchange(fresh, folder, Path(beside, "old"))
    return ModelFolder(folder, manifest)


def _exchange(fresh: Path, folder: Path, old: Path) -> None:
    """Put `fresh` in the place of `folder`, or leave `folder` as it is."""
    replaces = folder.exists()
    if replaces:
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if replaces:
            old.rename(folder)
        raise
    _sync_folder(folder.parent)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open a folder
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folders(kind: Kind) -> dict[str, Path]:
    """Name -> folder, the first on the search path for each name."""
    found: dict[str, Path] = {}
    for directory in model_dirs():
        place = directory / _BACKBONES if kind == "backbone" else directory
        for manifest in sorted(place.glob(f"*/{MANIFEST_NAME}")):
            if is_name(manifest.parent.name):
                found.setdefault(manifest.parent.name, manifest.parent)
    return dict(sorted(found.items()))


def _in_order(kind: Kind) -> Iterator[ModelFolder]:
    for path in _folders(kind).values():
        try:
            yield open_model(path, kind=kind)
        except ModelError as error:
            _log.warning("model skipped: %s", error)


@lru_cache(maxsize=256)
def _sha256(path: Path, size: int, modified_ns: int, inode: int) -> str:  # noqa: ARG001
    """Hash of a file; the other arguments make a changed file another entry of the cache."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
