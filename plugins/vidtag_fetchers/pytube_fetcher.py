"""The second fetcher: pytube, for YouTube alone.

pytube's last release, 15.0.0 of May 2023, no longer works against the live site, which has changed
since; expect "the server answered 400" or an answer that pytube does not understand. It stays
because vidtag was asked for with pytube by name, because its interface is what revivals of it
keep, and because a second fetcher keeps the hook honest. It is used only when asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vidtag.api import FetchError, FetchProgress
from vidtag_fetchers.addresses import split_web_address
from vidtag_fetchers.files import key_of, plain_name, prepared, require_inside, require_video

_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})
_VIDEO_ID = re.compile(r"(?:^/|v=|/(?:embed|shorts|v)/)([0-9A-Za-z_-]{11})(?:$|[/&?#])")
_TIMEOUT_S = 30
_RETRIES = 3


class PytubeFetcher:
    """Downloads one video from YouTube."""

    name = "pytube"

    def accepts(self, url: str) -> bool:
        """The address of a single YouTube video."""
        return _video_id(url) is not None

    def fetch(self, url: str, folder: Path, progress: FetchProgress) -> Path:
        """Download `url` into `folder`; a transfer that breaks off leaves nothing behind.

        A file that is there in full is not downloaded again, and none is overwritten.

        Raises:
            FetchError: with what went wrong and what to do.
        """
        video_id = _video_id(url)
        if video_id is None:
            raise FetchError(
                f"pytube knows YouTube videos only, not {url!r}", hint="use --with yt-dlp"
            )
        inside = prepared(folder)
        with _translated(url):
            stream = _best_stream(url, video_id, progress)
            target = require_inside(inside / _file_name(stream, video_id), inside)
            if target.exists():
                progress(target.stat().st_size, target.stat().st_size)
                return target
            _download(stream, target)
        return require_video(target, url)


def _video_id(url: str) -> str | None:
    parts = split_web_address(url)
    if parts is None or (parts.hostname or "") not in _HOSTS:
        return None
    where = parts.path if parts.hostname == "youtu.be" or not parts.query else f"?{parts.query}"
    found = _VIDEO_ID.search(where)
    return None if found is None else found[1]


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Turn everything pytube can raise into a `FetchError`.

    It parses pages by patterns: a page it does not expect ends in any of these errors.
    """
    from http.client import HTTPException  # as slow to import as pytube

    from pytube.exceptions import PytubeError

    from vidtag_fetchers.explain import explain

    try:
        yield
    except (PytubeError, OSError, HTTPException) as error:
        raise explain(url, error) from error
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise FetchError(
            f"pytube does not understand the answer of {url}", hint="use --with yt-dlp"
        ) from error


def _best_stream(url: str, video_id: str, progress: FetchProgress) -> Any:
    """The largest picture on offer, with sound or without."""
    from pytube import YouTube

    video = YouTube(
        f"https://www.youtube.com/watch?v={video_id}", on_progress_callback=_reporting(progress)
    )
    streams = [stream for stream in video.streams if stream.includes_video_track]
    if not streams:
        raise FetchError(f"there is no video to download at {url}", hint="use --with yt-dlp")
    best = max(streams, key=lambda stream: int((stream.resolution or "0p").rstrip("p")))
    if not best.url.startswith("https://"):
        raise FetchError(f"{url} leads to an address that is not secure", hint="use --with yt-dlp")
    return best


def _file_name(stream: Any, video_id: str) -> str:
    return f"{plain_name(stream.title)}.[{key_of(video_id)}].{plain_name(stream.subtype)}"


def _download(stream: Any, target: Path) -> None:
    """Write `target` only when everything has arrived."""
    part = target.with_name(f"{target.name}.part")
    try:
        stream.download(
            output_path=str(part.parent),
            filename=part.name,
            skip_existing=False,
            timeout=_TIMEOUT_S,
            max_retries=_RETRIES,
        )
        if part.stat().st_size != stream.filesize:
            raise FetchError("the connection broke off", hint="try again")
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _reporting(progress: FetchProgress) -> Callable[[Any, bytes, int], None]:
    def report(stream: Any, _chunk: bytes, bytes_remaining: int) -> None:
        progress(stream.filesize - bytes_remaining, stream.filesize)

    return report
