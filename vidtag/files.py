"""Writing files so that nobody ever sees half of one. Imports nothing of ours."""

from __future__ import annotations

import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a file in one piece, and its folder if need be: the old one or the new one is there.

    Threads and processes may write the same one; the last has its way. Not for what must outlive
    a power cut: it may still be in the memory of the system.

    Args:
        path: the file.
        content: all of it.
        mode: permissions of a new file, less what the system masks.

    Raises:
        OSError: it cannot be written; nothing of it is left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=path.parent) as beside:
        fresh = Path(beside, path.name)
        fresh.touch(mode)
        fresh.write_bytes(content)
        fresh.replace(path)
