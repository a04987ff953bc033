"""`manifest.toml`: what a model folder says about itself, checked key by key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from vidtag.errors import ModelError
from vidtag.models.table import Table
from vidtag.types import Region, Size

Kind: TypeAlias = Literal["classifier", "backbone"]

FORMAT = 1  # raised when an older vidtag could no longer read a folder rightly
MANIFEST_NAME = "manifest.toml"

_KINDS: tuple[Kind, ...] = ("classifier", "backbone")
_REGIONS: tuple[Region, ...] = ("frame", "face")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHA256_WORDS = "a SHA-256 (64 lower-case hex digits)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a model is, where it comes from and how good it is.

    `labels`, `region`, `thresholds` and `backbone...` belong to classifiers; a backbone has none.
    `parameters` are for the plugin that implements `architecture`: it checks them, not vidtag.
    """

    name: str  # kebab-case, the folder's name
    kind: Kind
    version: str
    architecture: str  # the plugin code that builds the network, such as "vgg16"
    summary: str
    input_size: Size
    preprocessing: str
    licence: str
    created_by: str  # program and version
    labels: tuple[str, ...] = ()
    region: Region = "frame"
    backbone: str = ""  # name of the backbone that a classifier stands on
    backbone_sha256: str = ""  # `ModelFolder.sha256` of the backbone it was trained on
    thresholds: Mapping[str, float] = field(default_factory=dict)  # label -> score in [0, 1]
    files: Mapping[str, str] = field(default_factory=dict)  # file name -> SHA-256
    training: Mapping[str, str | int | float] = field(default_factory=dict)  # data and method
    metrics: Mapping[str, float] = field(default_factory=dict)  # measured on held-out material
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def to_table(self) -> dict[str, Any]:
        """The manifest as TOML values, without what is empty."""
        table = {key: value for key, value in asdict(self).items() if value not in ("", (), {})}
        if self.kind == "backbone":
            del table["region"]
        return {"format": FORMAT, **table}


def parse_manifest(table: Mapping[str, object], *, file: Path) -> Manifest:
    """Check the values read from `file`.

    Raises:
        ModelError: naming the file, the key, what was expected and what was found.
    """
    top = Table(table, file=file)
    _check_format(top, file)
    kind = top.choice("kind", _KINDS)
    manifest = Manifest(
        name=top.matching("name", _NAME, "a kebab-case name"),
        kind=kind,
        version=top.text("version"),
        architecture=top.text("architecture"),
        summary=top.text("summary"),
        input_size=top.size("input_size"),
        preprocessing=top.text("preprocessing"),
        licence=top.text("licence"),
        created_by=top.text("created_by"),
        files=_files(top),
        training=top.scalars("training"),
        metrics=top.numbers("metrics"),
        parameters=top.free("parameters"),
        **(_classifier_values(top) if kind == "classifier" else {}),
    )
    top.finish()
    return manifest


def is_name(text: str) -> bool:
    """Whether `text` can be a model's name: kebab-case, so never a path."""
    return _NAME.fullmatch(text) is not None


def _check_format(top: Table, file: Path) -> None:
    number = top.integer("format", minimum=1)
    if number > FORMAT:
        raise ModelError(
            f"{file}: made for a newer vidtag (format {number}, this one reads up to {FORMAT})",
            hint="upgrade vidtag",
        )


def _classifier_values(top: Table) -> dict[str, Any]:
    labels = top.texts("labels")
    return {
        "labels": labels,
        "region": top.choice("region", _REGIONS),
        "backbone": top.matching("backbone", _NAME, "the kebab-case name of a backbone"),
        "backbone_sha256": top.matching("backbone_sha256", _SHA256, _SHA256_WORDS),
        "thresholds": _thresholds(top.table("thresholds"), labels),
    }


def _thresholds(table: Table, labels: tuple[str, ...]) -> dict[str, float]:
    thresholds = {label: table.number(label, minimum=0.0, maximum=1.0) for label in labels}
    table.finish()
    return thresholds


def _files(top: Table) -> dict[str, str]:
    table = top.table("files")
    files = {}
    for name in table:
        if not _FILE_NAME.fullmatch(name):
            raise table.wrong(name, "a plain file name inside the folder", name)
        files[name] = table.matching(name, _SHA256, _SHA256_WORDS)
    if not files:
        raise top.wrong("files", "at least one file", {})
    return files
