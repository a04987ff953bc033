"""Which addresses are fetched at all."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from vidtag.api import FetchError

_SCHEMES = ("http", "https")


def split_web_address(url: str) -> SplitResult | None:
    """The parts of an http or https address with a host, else `None`."""
    try:
        parts = urlsplit(url)
        known = parts.scheme.lower() in _SCHEMES and bool(parts.hostname)
    except ValueError:  # such as an unfinished [IPv6 address
        return None
    return parts if known else None


def require_web_address(url: str) -> SplitResult:
    """The parts of `url`.

    Raises:
        FetchError: unless it is an http or https address with a host.
    """
    parts = split_web_address(url)
    if parts is None:
        raise FetchError(
            f"unsupported address {url!r}",
            hint="give one that starts with https:// or http://; a local file needs no fetching",
        )
    return parts
