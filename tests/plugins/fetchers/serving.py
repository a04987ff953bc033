"""A real HTTP server on loopback whose answers each test chooses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias
from urllib.parse import unquote


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    stop_after: int | None = None  # break the connection off after so many bytes of the body


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    range: str | None


Route: TypeAlias = Callable[[Asked], Answer]


class Site:
    """What the server answers, and what it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.routes: dict[str, Route] = {}  # by path, without escapes and query
        self.asked: list[Asked] = []

    def url(self, path: str) -> str:
        return f"{self.address}{path}"

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        route = self.routes.get(unquote(asked.path.split("?")[0]))
        return Answer(404, b"not here") if route is None else route(asked)


def always(answer: Answer) -> Route:
    return lambda asked: answer


def video(body: bytes, **headers: str) -> Route:
    """A file that can be asked for in part."""

    def route(asked: Asked) -> Answer:
        given = {"Content-Type": "video/mp4", "Accept-Ranges": "bytes", **headers}
        if asked.range is None:
            return Answer(200, body, given)
        start, end = bounds(asked.range, len(body))
        given["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
        return Answer(206, body[start : end + 1], given)

    return route


def bounds(asked_range: str, size: int) -> tuple[int, int]:
    """First and last byte of `bytes=A-B` or `bytes=A-`."""
    start, end = asked_range.removeprefix("bytes=").split("-")
    return int(start), min(int(end), size - 1) if end else size - 1


def breaking_off(route: Route, at: int, times: int) -> Route:
    """`route`, whose first `times` answers to a GET stop after `at` bytes."""
    left = [times]

    def broken(asked: Asked) -> Answer:
        whole = route(asked)
        if left[0] == 0 or asked.method != "GET":
            return whole
        left[0] -= 1
        return Answer(whole.status, whole.body, whole.headers, stop_after=at)

    return broken


@contextmanager
def serving() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(size)
            answer = site.answer(Asked(self.command, self.path, self.headers.get("Range")))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body[: answer.stop_after])
            if answer.stop_after is not None:
                self.close_connection = True

        do_HEAD = do_POST = do_GET  # noqa: N815  # the names http.server calls

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = Site(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
