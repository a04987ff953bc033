"""Where things lie: what ships with vidtag, and what it keeps for its user.

Imports nothing of ours. In an installed wheel the models and migrations lie in `_bundled` inside
the package; in a checkout (or an editable install of it) they lie at its top.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """The folder `name` (`models` or `migrations`) that ships with vidtag."""
    in_wheel = _PACKAGE / "_bundled" / name
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / name


def samples() -> Path:
    """The folder with the self-made sample episodes and their truth."""
    return _PACKAGE / "samples"


def cache_dir() -> Path:
    """What can be made again: converted weights, downloads. `VIDTAG_CACHE` overrides."""
    import platformdirs

    chosen = os.environ.get("VIDTAG_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("vidtag", appauthor=False))


def model_dirs() -> tuple[Path, ...]:
    """Folders that hold model folders, first match wins.

    Those in `VIDTAG_MODELS` (separated like `PATH`), then the user's own, then the bundled ones.
    """
    import platformdirs

    chosen = [Path(part) for part in os.environ.get("VIDTAG_MODELS", "").split(os.pathsep) if part]
    own = Path(platformdirs.user_data_dir("vidtag", appauthor=False)) / "models"
    return (*chosen, own, bundled("models"))
