"""What the plugin offers, in which order."""

from __future__ import annotations

import vidtag_fetchers
from vidtag.api import Fetcher


def test_ytdlp_stands_before_pytube() -> None:
    fetchers = tuple(vidtag_fetchers.vidtag_fetchers())
    assert [fetcher.name for fetcher in fetchers] == ["yt-dlp", "pytube"]
    assert all(isinstance(fetcher, Fetcher) for fetcher in fetchers)
