"""The watch leaves the process as it was, whatever happens in it."""

from __future__ import annotations

import logging
import os
import socket
import sys
from pathlib import Path

import pytest

from vidtag.contract.watch import watch


def misbehave() -> None:
    os.environ["KEPT"] = "after"
    os.environ["ADDED"] = "x"
    Path("inside").mkdir()
    Path("inside/file").touch()
    os.chdir("inside")
    raise ZeroDivisionError


def test_everything_is_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEPT", "before")
    monkeypatch.delenv("ADDED", raising=False)
    streams = sys.stdout, sys.stderr

    with watch() as seen, pytest.raises(ZeroDivisionError):
        misbehave()

    assert (Path.cwd(), os.environ["KEPT"], "ADDED" in os.environ) == (tmp_path, "before", False)
    assert (sys.stdout, sys.stderr) == streams
    assert list(tmp_path.iterdir()) == []
    assert seen.variables == ["ADDED", "KEPT"]
    assert seen.files == ["inside", "inside/file"]
    assert seen.moved_to.endswith("/inside")


def test_output_is_seen_and_nothing_passes(capfd: pytest.CaptureFixture[str]) -> None:
    with watch() as seen:
        print("from Python")  # noqa: T201
        print("to stderr", file=sys.stderr)  # noqa: T201
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(1, b"from C\n")
        logging.getLogger("plugin").error("logged")
    os.write(1, b"afterwards\n")

    assert seen.output == "from Python\nto stderr\nfrom C\n"
    assert capfd.readouterr() == ("afterwards\n", "")


def test_relative_model_folders_keep_their_meaning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIDTAG_MODELS", os.pathsep.join(["models", "/elsewhere"]))

    with watch() as seen:
        inside = os.environ["VIDTAG_MODELS"]

    assert inside == os.pathsep.join([str(tmp_path / "models"), "/elsewhere"])
    assert os.environ["VIDTAG_MODELS"] == os.pathsep.join(["models", "/elsewhere"])
    assert list(seen.problems()) == []


def test_the_network_is_out_of_reach_and_then_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with watch() as seen, pytest.raises(OSError, match="out of reach during a check"):
            socket.create_connection(address).close()
        with watch() as also_seen, pytest.raises(OSError, match="out of reach during a check"):
            socket.getaddrinfo("example.org", 443)
        socket.create_connection(address).close()

    assert seen.connections == ["127.0.0.1"]
    assert also_seen.connections == ["example.org"]


def test_sockets_inside_the_machine_work() -> None:
    with watch() as seen:
        a, b = socket.socketpair()
        with a, b:
            a.sendall(b"x")
            assert b.recv(1) == b"x"

    assert list(seen.problems()) == []


def test_many_files_are_named_in_part() -> None:
    with watch() as seen:
        for name in "abcde":
            Path(name).touch()

    assert list(seen.problems()) == ["it wrote a, b, c and 2 more into the current folder"]
