"""yt-dlp against a real server: what it downloads, and everything it must not do."""

from __future__ import annotations

import gc
import hashlib
import http.client
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.plugins.fetchers.conftest import Progress
from tests.plugins.fetchers.serving import Answer, Site, always, breaking_off, video
from vidtag.api import FetchError
from vidtag_fetchers.ytdlp_fetcher import YtDlpFetcher

FETCHER = YtDlpFetcher()
MP4 = "/shows/Kiosk.S01E01.Pilot.mp4"


def key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:8]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_downloads_a_plain_link(site: Site, body: bytes, folder: Path, progress: Progress) -> None:
    site.routes[MP4] = video(body)
    path = FETCHER.fetch(site.url(MP4), folder, progress)
    assert path == folder / f"Kiosk.S01E01.Pilot.[{key(site.url(MP4))}].mp4"
    assert path.read_bytes() == body
    assert files(folder) == [path.name]
    assert progress.calls[-1] == (len(body), len(body))


def test_does_not_download_twice(site: Site, body: bytes, folder: Path, progress: Progress) -> None:
    site.routes[MP4] = video(body)
    path = FETCHER.fetch(site.url(MP4), folder, progress)
    path.write_bytes(b"cut by its owner")
    assert FETCHER.fetch(site.url(MP4), folder, progress) == path
    assert path.read_bytes() == b"cut by its owner"


def test_same_title_from_two_places_gives_two_files(
    site: Site, body: bytes, folder: Path, progress: Progress
) -> None:
    site.routes["/a/episode.mp4"], site.routes["/b/episode.mp4"] = video(body), video(body[::-1])
    site.routes["/b/episode.mp4"] = video(body + b"more")
    first = FETCHER.fetch(site.url("/a/episode.mp4"), folder, progress)
    second = FETCHER.fetch(site.url("/b/episode.mp4"), folder, progress)
    assert first.read_bytes() == body
    assert second.read_bytes() == body + b"more"


def test_follows_a_redirect_to_another_web_address(
    site: Site, body: bytes, folder: Path, progress: Progress
) -> None:
    site.routes["/moved.mp4"] = always(Answer(302, headers={"Location": site.url(MP4)}))
    site.routes[MP4] = video(body)
    assert FETCHER.fetch(site.url("/moved.mp4"), folder, progress).read_bytes() == body


@pytest.mark.parametrize("scheme", ["file", "ftp", "data"])
def test_refuses_a_redirect_out_of_the_web(
    site: Site, folder: Path, progress: Progress, tmp_path: Path, scheme: str
) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(b"\0\0\0\x18ftypsecret")
    target = {"file": secret.as_uri(), "ftp": "ftp://127.0.0.1/x", "data": "data:video/mp4,x"}
    site.routes["/trap.mp4"] = always(Answer(302, headers={"Location": target[scheme]}))
    with pytest.raises(FetchError, match="leads on to an address that is neither http nor https"):
        FETCHER.fetch(site.url("/trap.mp4"), folder, progress)
    assert files(folder) == []


# yt-dlp leaves the part open when it refuses a fragment; it is closed with the objects.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_refuses_a_playlist_of_local_files(site: Site, folder: Path, progress: Progress) -> None:
    lines = b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
    kind = {"Content-Type": "application/vnd.apple.mpegurl"}
    site.routes["/live.m3u8"] = always(Answer(200, lines, kind))
    with pytest.raises(FetchError, match="neither http nor https"):
        FETCHER.fetch(site.url("/live.m3u8"), folder, progress)
    gc.collect()
    assert files(folder) == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/x.mp4",
        "data:video/mp4,x",
        "episode.mp4",
        "https://",
        "http://[::1/x.mp4",
        "-o /tmp/x",
        "ytsearch:kiosk",
    ],
)
def test_knows_web_addresses_only(url: str, folder: Path, progress: Progress) -> None:
    assert not FETCHER.accepts(url)
    with pytest.raises(FetchError, match="unsupported address"):
        FETCHER.fetch(url, folder, progress)
    assert not folder.exists()


def test_accepts_any_web_address() -> None:
    assert FETCHER.accepts("HTTPS://example.org/watch?v=1")


@pytest.mark.parametrize(
    ("path", "headers", "name"),
    [
        ("/..%2f..%2fevil.mp4", {}, "evil.[{}].mp4"),
        ("/v", {"Content-Disposition": 'attachment; filename="../../evil.mp4"'}, "v.[{}].mp4"),
        ("/%2e%2e%5c%2e%2e%5cevil.mp4", {}, "evil.[{}].mp4"),
        ("/%2Fetc%2Fcron.mp4", {}, "etc_cron.[{}].mp4"),
        ("/%00%0a%1b[31m.mp4", {}, "31m.[{}].mp4"),
        ("/%C3%A9pisode%20%E2%9D%A4.mp4", {}, "episode.[{}].mp4"),
    ],
)
def test_names_are_plain_and_stay_inside(
    site: Site,
    body: bytes,
    folder: Path,
    progress: Progress,
    path: str,
    headers: dict[str, str],
    name: str,
) -> None:
    site.routes[unquote(path)] = video(body, **headers)
    got = FETCHER.fetch(site.url(path), folder, progress)
    assert got.parent == folder
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]
    assert got.name == name.format(got.name[-13:-5])
    assert got.read_bytes() == body


def test_does_not_write_through_a_link(
    site: Site, body: bytes, folder: Path, progress: Progress, tmp_path: Path
) -> None:
    site.routes[MP4] = video(body)
    folder.mkdir()
    outside = tmp_path / "outside"
    link = folder / f"Kiosk.S01E01.Pilot.[{key(site.url(MP4))}].mp4.part"
    link.symlink_to(outside)
    with pytest.raises(FetchError, match="would be written outside"):
        FETCHER.fetch(site.url(MP4), folder, progress)
    assert not outside.exists()


def test_goes_on_after_a_connection_broke_off(
    site: Site, body: bytes, folder: Path, progress: Progress
) -> None:
    # The first GET is the look at what it is; the second, the download.
    site.routes[MP4] = breaking_off(video(body), at=100_000, times=2)
    assert FETCHER.fetch(site.url(MP4), folder, progress).read_bytes() == body
    ranges = [asked.range for asked in site.asked]
    assert ranges[:2] == [None, None]
    assert ranges[2] is not None
    assert 0 < int(ranges[2].removeprefix("bytes=").rstrip("-")) <= 100_000


def test_a_later_call_goes_on_where_the_first_stopped(
    site: Site, body: bytes, folder: Path, progress: Progress
) -> None:
    site.routes[MP4] = breaking_off(video(body), at=10_000, times=99)
    with pytest.raises(FetchError, match="broke off; run the same command again to go on"):
        FETCHER.fetch(site.url(MP4), folder, progress)
    (part,) = folder.iterdir()
    arrived = part.stat().st_size
    assert arrived > 0
    site.routes[MP4], site.asked = video(body), []
    path = FETCHER.fetch(site.url(MP4), folder, progress)
    assert path.read_bytes() == body
    assert [asked.range for asked in site.asked] == [None, f"bytes={arrived}-"]
    assert files(folder) == [path.name]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(404), "the server answered 404; check the address"),
        (Answer(403), "the server answered 403; the site refuses it"),
        (Answer(500), "the server answered 500; try again later"),
        (Answer(200, b"hello " * 99, {"Content-Type": "video/mp4"}), "is not a video"),
        (Answer(200, b"", {"Content-Type": "video/mp4"}), "the file is empty"),
        (Answer(200, b"<html><p>hi</p></html>", {"Content-Type": "text/html"}), "is no video"),
        (Answer(200, b"PK\3\4" * 99, {"Content-Type": "application/zip"}), "does not say that"),
        (Answer(200, b"ID3\3" * 99, {"Content-Type": "audio/mpeg"}), "no video in a form"),
    ],
    ids=["404", "403", "500", "text", "empty", "page", "zip", "sound"],
)
def test_one_line_for_what_is_no_video(
    site: Site, folder: Path, progress: Progress, answer: Answer, message: str
) -> None:
    site.routes["/x"] = always(answer)
    with pytest.raises(FetchError) as caught:
        FETCHER.fetch(site.url("/x"), folder, progress)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    assert files(folder) == []


def test_a_list_of_videos_is_refused(site: Site, folder: Path, progress: Progress) -> None:
    items = "".join(f"<item><link>{site.url(f'/{n}.mp4')}</link></item>" for n in (1, 2))
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
    site.routes["/feed"] = always(
        Answer(200, feed.encode(), {"Content-Type": "application/rss+xml"})
    )
    with pytest.raises(FetchError, match="leads to a list of videos"):
        FETCHER.fetch(site.url("/feed"), folder, progress)
    assert [asked.path for asked in site.asked] == ["/feed"]


def test_nobody_answers(folder: Path, progress: Progress) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound but not listening: refused
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/x.mp4"
        with pytest.raises(FetchError, match="nobody answers there"):
            FETCHER.fetch(url, folder, progress)


def test_a_file_in_place_of_the_folder(folder: Path, progress: Progress) -> None:
    folder.write_text("in the way")
    with pytest.raises(FetchError, match="cannot make the folder"):
        FETCHER.fetch("http://127.0.0.1/x.mp4", folder, progress)


def test_reads_no_configuration(
    site: Site,
    body: bytes,
    folder: Path,
    progress: Progress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path / "home"
    (home / ".config" / "yt-dlp").mkdir(parents=True)
    (home / ".config" / "yt-dlp" / "config").write_text(f"--exec 'touch {tmp_path}/run'\n-o x\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    site.routes[MP4] = video(body)
    FETCHER.fetch(site.url(MP4), folder, progress)
    assert not (tmp_path / "run").exists()
    assert len(files(folder)) == 1


def test_starts_no_program(
    site: Site, body: bytes, folder: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(*args: object, **settings: object) -> None:
        pytest.fail(f"started {args}")

    monkeypatch.setattr(subprocess.Popen, "__init__", start)
    site.routes[MP4] = video(body)
    assert FETCHER.fetch(site.url(MP4), folder, progress).read_bytes() == body


def test_importing_the_plugin_loads_no_downloader() -> None:
    code = "import sys, vidtag_fetchers; print(sorted({'yt_dlp', 'pytube'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_explains_http_library_errors_without_words() -> None:
    from vidtag_fetchers.explain import explain

    error = explain("http://x/", http.client.IncompleteRead(b"12", 9))
    assert str(error).startswith("cannot fetch http://x/: the connection broke off")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (28, "the disk is full; make room, then run the same command again"),
        (13, "the folder cannot be written to; choose another folder"),
        (104, "the connection broke off; run the same command again"),
    ],
)
def test_explains_system_errors_inside_library_errors(number: int, message: str) -> None:
    from yt_dlp.utils import DownloadError

    from vidtag_fetchers.explain import explain

    inner = OSError(number, "of the system")
    outer = DownloadError("ERROR: unable to write data", (OSError, inner, None))
    assert message in str(explain("http://x/", outer))
