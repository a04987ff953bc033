"""What a classifier finds in clips, measured as a user would: by `vidtag evaluate`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def clip_figures(model: Path, yunet: Path, name: str, clip: Path) -> dict[str, float]:
    """What a scan of a clip finds, beside what saying the same of every frame would do."""
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [
                Path(sys.executable).with_name("vidtag"),
                *("evaluate", clip.resolve(), "--plugin", model.name, "--json", "--offline"),
                *("--truth", clip.resolve().with_suffix(".labels.csv")),
                *("--db", Path(scratch, "clips.db")),
            ],
            env={**os.environ, "VIDTAG_MODELS": f"{model.parent.resolve()}:{yunet.parent}"},
            stdout=subprocess.PIPE,
            check=True,
        )
    [run] = json.loads(done.stdout)["runs"]
    [found] = run["labels"]
    confusion = found["confusion"]
    truly = confusion["true_positives"] + confusion["false_negatives"]
    return {
        f"{name}: frame accuracy": found["accuracy"],
        f"{name}: accuracy of always absent": 1 - truly / sum(confusion.values()),
        f"{name}: accuracy of always present": truly / sum(confusion.values()),
        f"{name}: precision": found["precision"] or 0.0,
        f"{name}: recall": found["recall"] or 0.0,
        f"{name}: screen-time error": found["error_ratio"],
    }
