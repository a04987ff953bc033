"""Model folders: a manifest and weight files, and nothing else that is trusted.

    models/ross/manifest.toml                  what the model is, with the SHA-256 of every file
    models/ross/head.safetensors               a classifier's head
    models/backbones/bundled/weights.safetensors   the frozen network below it

Weights are plain arrays; the code builds the architecture. Nothing in a folder is executed.
"""

from __future__ import annotations

from vidtag.models.folders import (
    ModelFolder,
    find_model,
    list_models,
    open_model,
    write_manifest,
    write_model,
)
from vidtag.models.manifest import FORMAT, MANIFEST_NAME, Kind, Manifest, is_name, parse_manifest
from vidtag.models.published import Published, find_published
from vidtag.models.weights import Weights, check_weights, read_weights

__all__ = [
    "FORMAT",
    "MANIFEST_NAME",
    "Kind",
    "Manifest",
    "ModelFolder",
    "Published",
    "Weights",
    "check_weights",
    "find_model",
    "find_published",
    "is_name",
    "list_models",
    "open_model",
    "parse_manifest",
    "read_weights",
    "write_manifest",
    "write_model",
]
