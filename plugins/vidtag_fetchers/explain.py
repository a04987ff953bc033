"""What went wrong in a download, in one line."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator

from vidtag.api import FetchError

_HINTS_OF_STATUS = {
    401: "the site wants a login, which vidtag does not do",
    403: "the site refuses it; it may want a login or exclude your region",
    404: "check the address",
    410: "the video was removed",
    429: "the site asks for a pause; try again later",
}
_AGAIN = "run the same command again to go on where it stopped"
_NOISE = re.compile(
    r"\x1b\[[0-9;]*m|^ERROR: |^\[\w+\] [^:]*: |; please report.*|\s*\(caused by .*", re.S
)
# Failures that the libraries tell apart in words alone.
_WORDS = (
    (r"more expected|Giving up after|IncompleteRead", "the connection broke off", _AGAIN),
    (r"Did not get any data", "the file is empty", "give the address of a video"),
    (r"Unsupported URL", "there is no video", "give the address of a page with one video"),
    (
        r"Requested format is not available",
        "there is no video in a form that vidtag downloads",
        "sound alone and protected streams are left out",
    ),
    (
        r"No connection adapters|is no web address|redirection to url .* is not allowed",
        "it leads on to an address that is neither http nor https",
        "nothing was downloaded",
    ),
)


def explain(url: str, error: BaseException) -> FetchError:
    """Turn what a download library raised into one line with a hint."""
    for cause in causes(error):
        known = _known(url, cause)
        if known is not None:
            return known
    words = f"{error} {type(error).__name__}"
    for pattern, what, hint in _WORDS:
        if re.search(pattern, words):
            return FetchError(f"cannot fetch {url}: {what}", hint=hint)
    lines = _NOISE.sub("", str(error)).strip().splitlines() or [type(error).__name__]
    return FetchError(f"cannot fetch {url}: {lines[0]}", hint="check the address in a browser")


def causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and everything that led to it, each once, outermost first."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        # yt-dlp and urllib3 keep causes in attributes of their own.
        waiting += [current.__cause__, getattr(current, "cause", None)]
        waiting += [getattr(current, "reason", None), *(getattr(current, "exc_info", None) or ())]
        waiting.append(current.__context__)


def _known(url: str, cause: BaseException) -> FetchError | None:
    status = getattr(cause, "status", getattr(cause, "code", None))
    if isinstance(status, int) and 400 <= status < 600:
        hint = _HINTS_OF_STATUS.get(status, "try again later")
        return FetchError(f"cannot fetch {url}: the server answered {status}", hint=hint)
    if isinstance(cause, ssl.SSLError):
        return FetchError(
            f"cannot fetch {url}: no secure connection", hint="check the address and the clock"
        )
    if isinstance(cause, socket.gaierror):
        return FetchError(
            f"cannot fetch {url}: its host is not known",
            hint="check the address and the connection",
        )
    if isinstance(cause, TimeoutError):
        return FetchError(f"cannot fetch {url}: the server stopped answering", hint=_AGAIN)
    return _of_errno(url, cause.errno) if isinstance(cause, OSError) else None


def _of_errno(url: str, number: int | None) -> FetchError | None:
    if number in (errno.ENOSPC, errno.EDQUOT):
        return FetchError(f"cannot fetch {url}: the disk is full", hint=f"make room, then {_AGAIN}")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return FetchError(
            f"cannot fetch {url}: the folder cannot be written to", hint="choose another folder"
        )
    if number == errno.ECONNREFUSED:
        return FetchError(
            f"cannot fetch {url}: nobody answers there", hint="check the address and the connection"
        )
    if number in (errno.ECONNRESET, errno.EPIPE):
        return FetchError(f"cannot fetch {url}: the connection broke off", hint=_AGAIN)
    return None
