"""Fetchers bundled with vidtag: yt-dlp first, pytube second.

Both download the file themselves, inside this process, and start no helper that writes it. Nothing
heavy is imported before a download begins.
"""

from __future__ import annotations

from collections.abc import Iterable

from vidtag.api import Fetcher, hookimpl
from vidtag_fetchers.pytube_fetcher import PytubeFetcher
from vidtag_fetchers.ytdlp_fetcher import YtDlpFetcher


@hookimpl
def vidtag_fetchers() -> Iterable[Fetcher]:
    """Offer yt-dlp, which knows many sites, before pytube, which knows one."""
    return (YtDlpFetcher(), PytubeFetcher())
