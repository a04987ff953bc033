"""Model cards: what a person should know of a bundled model, with its figures filled in.

The texts lie beside this file as `<model>.md`; figures and hashes come from the manifest, so that
a card can never praise an older model. A card is not a file of the model: nothing reads it.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from vidtag.api import ModelFolder

CARD_NAME = "card.md"
_TEXTS = Path(__file__).parent


def write_card(folder: ModelFolder) -> Path:
    """Write the card of the model in `folder` beside its manifest; returns its path.

    Raises:
        OSError: if there is no text for the model, or the card cannot be written.
        KeyError: if the text names a value that the manifest lacks.
    """
    text = Template((_TEXTS / f"{folder.manifest.name}.md").read_text(encoding="utf-8"))
    card = folder.path / CARD_NAME
    card.write_text(text.substitute(_values(folder)), encoding="utf-8")
    return card


def _values(folder: ModelFolder) -> dict[str, str]:
    manifest = folder.manifest
    return {
        "version": manifest.version,
        "summary": manifest.summary,
        "licence": manifest.licence,
        "sha256": folder.sha256,
        "backbone_sha256": manifest.backbone_sha256,
        "thresholds": ", ".join(f"{k} {v:.3f}" for k, v in manifest.thresholds.items()),
        "metrics": "\n".join(
            ["| figure | value |", "| --- | --- |"]
            + [f"| {name} | {value:g} |" for name, value in manifest.metrics.items()]
        ),
        **{f"training_{key}": str(value) for key, value in manifest.training.items()},
    }
