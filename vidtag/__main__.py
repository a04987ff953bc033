"""`python -m vidtag` is `vidtag`."""

from __future__ import annotations

from vidtag.cli import main

if __name__ == "__main__":
    main()
