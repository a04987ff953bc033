"""A server on loopback that has one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from vidtag.models import Published


class Server(ThreadingHTTPServer):
    """Answers every request with `body`, claiming `length` bytes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body, self.length, self.status, self.requests = b"", 0, 200, 0

    def serve(self, body: bytes, *, length: int | None = None, status: int = 200) -> None:
        self.body, self.status = body, status
        self.length = len(body) if length is None else length

    def source(self, content: bytes, *, what: str, file: str) -> Published:
        """A file that should have `content`."""
        return Published(
            what=what,
            url=f"http://127.0.0.1:{self.server_port}/{file}",
            hash=f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}",
        )


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests += 1
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(self.server.length))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def serving() -> Iterator[Server]:
    """A server that runs."""
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
