"""pytube against a canned YouTube on loopback: pages as they were when it still worked."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.plugins.fetchers.conftest import Progress
from tests.plugins.fetchers.serving import Answer, Asked, Site, always, breaking_off
from vidtag.api import FetchError
from vidtag_fetchers.pytube_fetcher import PytubeFetcher

FETCHER = PytubeFetcher()
URL = "https://www.youtube.com/watch?v=abcdefghijk"
PLAYER = "/s/player/0123abcd/player_ias.vflset/en_US/base.js"
# The few functions of the player that pytube looks for.
SCRIPT = """
var nf=[iha];
iha=function(a){var b=a.split(""),c=[1,b,function(d){d.reverse()}];
  try{c[2](c[1])}catch(d){}return b.join("")};
x=function(a){a.C&&(b=a.get("n"))&&(b=nf[0](b),a.set("n",b))};
var AB={cd:function(a,b){a.splice(0,b)}};
Xy=function(a){a=a.split("");AB.cd(a,1);return a.join("")};
"""


def stream(itag: int, kind: str, size: int) -> dict[str, Any]:
    url = f"https://r1.googlevideo.com/videoplayback?itag={itag}&signature=none"
    return {"itag": itag, "url": url, "mimeType": kind, "bitrate": 1, "contentLength": str(size)}


def player_response(size: int, title: str) -> dict[str, Any]:
    sound = stream(140, 'audio/mp4; codecs="mp4a.40.2"', 10)
    small = stream(18, 'video/mp4; codecs="avc1.42001E, mp4a.40.2"', 20)
    large = stream(136, 'video/mp4; codecs="avc1.4d401f"', size)
    return {
        "playabilityStatus": {"status": "OK"},
        "videoDetails": {"title": title, "lengthSeconds": "28"},
        "streamingData": {"formats": [small], "adaptiveFormats": [sound, large]},
    }


def playback(body: bytes) -> Any:
    def route(asked: Asked) -> Answer:
        wanted = next(part for part in asked.path.split("&") if part.startswith("range="))
        start, end = (int(bound) for bound in wanted.removeprefix("range=").split("-"))
        return Answer(200, body[start : end + 1], {"Content-Type": "video/mp4"})

    return route


@pytest.fixture
def youtube(site: Site, body: bytes, monkeypatch: pytest.MonkeyPatch) -> Site:
    """`site` as YouTube: every request of pytube is sent there instead."""
    pytest.importorskip("pytube")

    def to_loopback(request: Request, timeout: object = None) -> Any:
        parts = urlsplit(request.full_url)
        assert parts.scheme == "https"
        request.full_url = site.url(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        return urlopen(request, timeout=5)

    monkeypatch.setattr("pytube.request.urlopen", to_loopback)
    monkeypatch.setattr("pytube.__js_url__", None)
    response = player_response(len(body), "Kiosk S01E01: ../../Pilot")
    page = f"<script>var ytInitialPlayerResponse = {json.dumps(response)};</script>{PLAYER}"
    site.routes["/watch"] = always(Answer(200, page.encode()))
    site.routes["/youtubei/v1/player"] = always(Answer(200, json.dumps(response).encode()))
    site.routes[PLAYER] = always(Answer(200, SCRIPT.encode()))
    site.routes["/videoplayback"] = playback(body)
    return site


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        (URL, True),
        ("https://youtu.be/abcdefghijk?t=3", True),
        ("http://m.youtube.com/watch?app=x&v=abcdefghijk", True),
        ("https://www.youtube.com/shorts/abcdefghijk", True),
        ("https://www.youtube.com/playlist?list=PL0123456789a", False),
        ("https://www.youtube.com/@kiosk", False),
        ("https://youtube.com.example.org/watch?v=abcdefghijk", False),
        ("https://example.org/watch?v=abcdefghijk", False),
        ("file://youtube.com/watch?v=abcdefghijk", False),
    ],
)
def test_accepts_single_youtube_videos_only(url: str, accepted: bool) -> None:
    assert FETCHER.accepts(url) is accepted


def test_other_sites_are_for_the_other_fetcher(folder: Path, progress: Progress) -> None:
    with pytest.raises(FetchError, match="pytube knows YouTube videos only"):
        FETCHER.fetch("https://example.org/x.mp4", folder, progress)
    assert not folder.exists()


def test_downloads_the_largest_picture(
    youtube: Site, body: bytes, folder: Path, progress: Progress
) -> None:
    path = FETCHER.fetch(URL, folder, progress)
    assert path.name == f"Kiosk_S01E01_.._.._Pilot.[{sha256(b'abcdefghijk').hexdigest()[:8]}].mp4"
    assert path.read_bytes() == body
    assert list(folder.iterdir()) == [path]
    assert progress.calls[-1] == (len(body), len(body))


def test_does_not_download_twice(youtube: Site, folder: Path, progress: Progress) -> None:
    path = FETCHER.fetch(URL, folder, progress)
    path.write_bytes(b"cut by its owner")
    youtube.asked.clear()
    assert FETCHER.fetch(URL, folder, progress) == path
    assert path.read_bytes() == b"cut by its owner"
    assert not [asked for asked in youtube.asked if asked.path.startswith("/videoplayback")]


def test_a_broken_transfer_leaves_nothing(
    youtube: Site, body: bytes, folder: Path, progress: Progress
) -> None:
    youtube.routes["/videoplayback"] = breaking_off(playback(body), at=1000, times=99)
    with pytest.raises(FetchError, match="the connection broke off"):
        FETCHER.fetch(URL, folder, progress)
    assert list(folder.iterdir()) == []


def test_what_the_live_site_does_today(youtube: Site, folder: Path, progress: Progress) -> None:
    youtube.routes["/youtubei/v1/player"] = always(Answer(400))
    with pytest.raises(FetchError, match="the server answered 400"):
        FETCHER.fetch(URL, folder, progress)


def test_a_page_of_another_shape(youtube: Site, folder: Path, progress: Progress) -> None:
    youtube.routes["/youtubei/v1/player"] = always(Answer(200, b'{"streamingData": {}}'))
    with pytest.raises(FetchError) as caught:
        FETCHER.fetch(URL, folder, progress)
    assert "\n" not in str(caught.value)
    assert list(folder.iterdir()) == []


def test_a_private_video(youtube: Site, folder: Path, progress: Progress) -> None:
    status = {"playabilityStatus": {"status": "ERROR", "reason": "Video unavailable"}}
    page = f"<script>var ytInitialPlayerResponse = {json.dumps(status)};</script>{PLAYER}"
    youtube.routes["/watch"] = always(Answer(200, page.encode()))
    with pytest.raises(FetchError, match="abcdefghijk is unavailable"):
        FETCHER.fetch(URL, folder, progress)
