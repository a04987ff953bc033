"""yt-dlp, held to what vidtag promises. Imported only when a download begins.

Used as a library it reads no configuration and asks for no update. Beyond that this session
- opens nothing but http and https, also after redirects and inside playlists of a stream;
- starts no other program to download or to convert, and loads no plugins of yt-dlp;
- writes below one folder, under names made of plain characters.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

# Read by yt-dlp when its first session starts.
os.environ.setdefault("YTDLP_NO_PLUGINS", "1")

from yt_dlp import YoutubeDL
from yt_dlp.networking.exceptions import RequestError

from vidtag.api import FetchProgress
from vidtag_fetchers.addresses import split_web_address

_LOG = logging.getLogger(__name__)
_RETRIES = 3
_TIMEOUT_S = 30
# vidtag looks and never listens: a picture without sound is enough, and needs no merging.
_FORMAT = "[protocol~='^(https?|m3u8_native|http_dash_segments)$']"
_CHOICE = "/".join(f"bestvideo*{limit}{_FORMAT}" for limit in ("[height<=?1080]", ""))


class Session(YoutubeDL):  # type: ignore[misc]  # yt-dlp has no types
    """One download into `folder` (absolute, links resolved)."""

    def __init__(self, folder: Path, progress: FetchProgress) -> None:
        super().__init__({**_options(folder), "progress_hooks": [_reporting(progress)]})

    def urlopen(self, req: Any) -> Any:
        """Open an address, which must be a web address before and after redirects.

        Raises:
            RequestError: if it is not.
        """
        _require_web(req if isinstance(req, str) else req.url)
        response = super().urlopen(req)
        try:
            _require_web(response.url)
        except RequestError:
            response.close()
            raise
        return response


def _require_web(url: str) -> None:
    if split_web_address(url) is None:
        raise RequestError(f"it leads to {url[:80]!r}, which is no web address")


def _options(folder: Path) -> dict[str, object]:
    return {
        "outtmpl": {"default": "%(vidtag_name)s.[%(vidtag_key)s].%(ext)s"},
        "paths": {"home": str(folder)},
        "restrictfilenames": True,
        "windowsfilenames": True,
        "overwrites": False,
        "continuedl": True,
        "noplaylist": True,
        "extract_flat": "in_playlist",
        "playlistend": 1,
        "format": _CHOICE,
        "fixup": "never",
        # A relative name that no file has: without FFmpeg there is no helper program to start.
        "ffmpeg_location": str(folder / "no-ffmpeg"),
        "external_downloader": {"default": "native"},
        "hls_prefer_native": True,
        "enable_file_urls": False,
        "cachedir": False,
        "usenetrc": False,
        "retries": _RETRIES,
        "fragment_retries": _RETRIES,
        "skip_unavailable_fragments": False,
        "socket_timeout": _TIMEOUT_S,
        "quiet": True,
        "noprogress": True,
        "color": {"stdout": "no_color", "stderr": "no_color"},
        "logger": _Log(),
    }


class _Log:
    """What yt-dlp says, errors included, is for debugging: failures are raised as well."""

    def debug(self, message: str) -> None:
        _LOG.debug("%s", message)

    info = warning = error = debug


def _reporting(progress: FetchProgress) -> Any:
    def report(state: dict[str, Any]) -> None:
        total = state.get("total_bytes") or state.get("total_bytes_estimate")
        progress(int(state.get("downloaded_bytes") or 0), None if total is None else int(total))

    return report
