"""A run folder: checkpoint, state and log."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class State:
    """How far a run is: steps done, share of the work, seconds spent, pictures seen."""

    step: int = 0
    position: float = 0.0
    seconds: float = 0.0
    images: int = 0


@dataclass(frozen=True)
class Run:
    """A run folder and its files."""

    folder: Path

    @property
    def checkpoint(self) -> Path:
        """Model and optimizer."""
        return self.folder / "checkpoint.keras"

    @property
    def state(self) -> Path:
        """The `State` that belongs to the checkpoint, with the options of the run."""
        return self.folder / "state.json"

    @property
    def log(self) -> Path:
        """Losses by step."""
        return self.folder / "log.csv"

    def save(self, model: keras.Model, state: State, options: dict[str, Any]) -> None:
        """Replace the checkpoint; a kill while it is written leaves the old one."""
        unfinished = self.folder / "unfinished.keras"
        model.save(unfinished)
        self.state.write_text(json.dumps({**asdict(state), "options": options}, indent=2))
        unfinished.replace(self.checkpoint)

    def load_state(self) -> State:
        """Read back the state that was saved last."""
        saved = json.loads(self.state.read_text())
        return State(**{name: saved[name] for name in asdict(State())})

    def append_log(self, row: dict[str, float | int]) -> None:
        """Add one line to the log."""
        new = not self.log.exists()
        with self.log.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(row))
            if new:
                writer.writeheader()
            writer.writerow(row)
