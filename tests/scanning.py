"""A scan in a process of its own.

python -m tests.scanning VIDEO DATABASE CHANNELS LIVES SAMPLER
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.detectors import Channels, Mortal
from vidtag.sampling import parse
from vidtag.scan import scan
from vidtag.store import Database


def main(video: str, database: str, channels: str, lives: str, sampler: str) -> None:
    detector = Mortal(channels, int(lives)) if lives else Channels(channels)
    with Database.open(database) as opened:
        scan(Path(video), [detector], opened, sampler=parse(sampler))


if __name__ == "__main__":
    main(*sys.argv[1:])
