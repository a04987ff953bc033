"""The default fetcher: yt-dlp, which knows hundreds of sites and plain links to video files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidtag.api import FetchError, FetchProgress
from vidtag_fetchers.addresses import require_web_address, split_web_address
from vidtag_fetchers.files import key_of, plain_name, prepared, require_inside, require_video

if TYPE_CHECKING:
    from vidtag_fetchers.ytdlp_session import Session


class YtDlpFetcher:
    """Downloads one video from any web address that yt-dlp understands."""

    name = "yt-dlp"

    def accepts(self, url: str) -> bool:
        """Any http or https address: whether there is a video behind it, only a look can say."""
        return split_web_address(url) is not None

    def fetch(self, url: str, folder: Path, progress: FetchProgress) -> Path:
        """Download `url` into `folder`, going on with a part of it that is already there.

        A file that is there in full is not downloaded again, and none is overwritten.

        Raises:
            FetchError: with what went wrong and what to do.
        """
        require_web_address(url)
        inside = prepared(folder)
        with _session(url, inside, progress) as session:
            info = _look(session, url)
            target = require_inside(Path(session.prepare_filename(info)), inside)
            require_inside(_part(target), inside)
            if target.exists():
                progress(target.stat().st_size, target.stat().st_size)
                return target
            _download(session, info, target, url)
        return require_video(target, url)


@contextmanager
def _session(url: str, folder: Path, progress: FetchProgress) -> Iterator[Session]:
    from yt_dlp.utils import YoutubeDLError

    from vidtag_fetchers.explain import explain
    from vidtag_fetchers.ytdlp_session import Session

    try:
        with Session(folder, progress) as session:
            yield session
    except (YoutubeDLError, OSError) as error:
        raise explain(url, error) from error


def _look(session: Session, url: str) -> dict[str, Any]:
    """What there is behind `url`: exactly one finished video."""
    info = session.extract_info(url, download=False)
    if not info or info.get("_type", "video") != "video":
        raise FetchError(f"{url} leads to a list of videos", hint="give the address of one of them")
    if info.get("is_live"):
        raise FetchError(f"{url} is a live stream without an end", hint="wait for its recording")
    if info.get("ext") == "unknown_video":
        raise FetchError(
            f"the server does not say that {url} is a video",
            hint="if it is one, download it in a browser and scan the file",
        )
    key = key_of(info.get("webpage_url") or url)
    return {**info, "vidtag_name": plain_name(info.get("title") or ""), "vidtag_key": key}


def _download(session: Session, info: dict[str, Any], target: Path, url: str) -> None:
    try:
        done = session.process_ie_result(info, download=True)
    finally:
        _drop_empty(target)
    if not done.get("requested_downloads") or not target.exists():
        raise FetchError(f"nothing was downloaded from {url}", hint="check it in a browser")


def _part(target: Path) -> Path:
    """Where yt-dlp keeps what has arrived of `target`."""
    return target.with_name(f"{target.name}.part")


def _drop_empty(target: Path) -> None:
    """Forget a part without a byte in it; any other is what the next attempt goes on with."""
    part = _part(target)
    if part.exists() and part.stat().st_size == 0:
        part.unlink()
        target.with_name(f"{target.name}.ytdl").unlink(missing_ok=True)
