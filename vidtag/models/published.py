"""Files of weights that others publish: found on this machine, or downloaded once and checked."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from vidtag.errors import ModelError
from vidtag.paths import cache_dir, model_dirs

_log = logging.getLogger(__name__)

_TIMEOUT_S = 30.0  # without a byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A file with pinned content."""

    what: str  # in words, such as "the face detector YuNet"
    url: str
    hash: str  # "sha256:..." or "md5:...", as its publisher states it

    @property
    def file_name(self) -> str:
        """Last part of the address."""
        return self.url.rpartition("/")[2]


def find_published(published: Published, *, offline: bool) -> Path:
    """The file in a folder of models, else in the user's cache, downloaded on first use.

    Args:
        published: what is wanted.
        offline: whether it must not be downloaded; `VIDTAG_OFFLINE=1` says so too.

    Raises:
        ModelError: if it has to be downloaded and cannot be, or what came is another file.
    """
    kept = cache_dir() / published.file_name
    for path in (*(folder / published.file_name for folder in model_dirs()), kept):
        if path.is_file():
            if _has_hash(path, published.hash):
                return path
            _log.warning("%s is not %s: its hash differs; not used", path, published.what)
    _download(kept, published, offline=offline or _offline_by_environment())
    return kept


def _has_hash(path: Path, expected: str) -> bool:
    from pooch import file_hash

    algorithm, _, digest = expected.partition(":")
    return bool(file_hash(str(path), alg=algorithm) == digest)


def _offline_by_environment() -> bool:
    return os.environ.get("VIDTAG_OFFLINE", "") not in ("", "0")


def _download(path: Path, published: Published, *, offline: bool) -> None:
    import pooch

    hint = f"put {published.url} at {path}"
    if offline:
        raise ModelError(
            f"{published.what} is not on this machine and vidtag is offline", hint=hint
        )
    try:
        pooch.get_logger().setLevel("WARNING")  # it would write about every download
        pooch.retrieve(
            published.url,
            known_hash=published.hash,
            fname=path.name,
            path=path.parent,
            downloader=pooch.HTTPDownloader(timeout=_TIMEOUT_S),
        )
    except OSError as error:  # the network, the server or the disk
        why = _in_short(error)
        raise ModelError(f"cannot download {published.what} ({why})", hint=hint) from error
    except ValueError as error:  # the hash; pooch has removed the file
        raise ModelError(
            f"{published.url} is not {published.what}: its hash differs",
            hint=f"try again, or {hint}",
        ) from error


def _in_short(error: OSError) -> str:
    """What went wrong, without the request's whole story."""
    from requests.exceptions import ConnectionError as NoConnection

    return "no connection" if isinstance(error, NoConnection) else str(error)
