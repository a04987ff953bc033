"""A real PostgreSQL server for the tests, from the distribution's package, in its own folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Installation:
    """The server's programs, and the account that runs them: it refuses to run as root."""

    programs: Path
    account: str

    @classmethod
    def find(cls) -> Self | None:
        """The newest installation; `None` when there is none to test with."""
        on_path = shutil.which("initdb")
        packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        found = [Path(on_path)] if on_path else packaged[-1:]
        is_root = os.geteuid() == 0
        account = "postgres" if is_root else pwd.getpwuid(os.geteuid()).pw_name
        if not found or account not in {entry.pw_name for entry in pwd.getpwall()}:
            return None
        return cls(found[0].resolve().parent, account)

    @contextmanager
    def server(self) -> Iterator[Path]:
        """Run a server that listens on a Unix socket only; yields the folder of the socket."""
        # Not in pytest's folder: that is closed to the account that the server runs as.
        folder = Path(tempfile.mkdtemp(prefix="vidtag-postgres-"))
        try:
            shutil.chown(folder, self.account)
            self._create(folder)
            self._control(folder, "start")
            try:
                yield folder
            finally:
                self._control(folder, "stop")
        finally:
            shutil.rmtree(folder)

    def _create(self, folder: Path) -> None:
        options = ["--no-sync", "-A", "trust", "-E", "UTF8", "--locale=C", "-U", "vidtag"]
        self._run("initdb", "-D", folder / "data", *options)

    def _control(self, folder: Path, what: str) -> None:
        settings = f"-k {folder} -c listen_addresses= -c fsync=off"
        options = ["-w", "-m", "immediate", "-l", str(folder / "log"), "-o", settings]
        self._run("pg_ctl", "-D", folder / "data", *options, what)

    def _run(self, program: str, *arguments: str | Path) -> None:
        # The server keeps the streams that it inherits, so they must not be a pipe.
        subprocess.run(
            [self.programs / program, *arguments],
            check=True,
            user=self.account,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
