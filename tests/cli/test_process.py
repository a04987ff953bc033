"""The command line as a process: start-up, pipes, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.videos import grey_steps, write_video
from vidtag import __version__

ROOT = Path(__file__).parents[2]
HEAVY = ("cv2", "av", "sqlalchemy", "tensorflow", "numpy", "onnxruntime", "scenedetect", "rich")


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from vidtag.cli import main; main()", *map(str, arguments)]


def environment() -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "plugins")])
    ours = {name: value for name, value in os.environ.items() if not name.startswith("VIDTAG_")}
    return {**ours, "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"}


def test_it_runs_as_a_module() -> None:
    asked = [sys.executable, "-m", "vidtag", "--version"]

    ended = subprocess.run(asked, env=environment(), capture_output=True, text=True, check=True)

    assert ended.stdout == f"vidtag, version {__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from vidtag.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True
    )

    assert done.stdout.splitlines()[0].startswith("Usage: vidtag")
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    """As in `vidtag plugins | head -1` when head is gone before we write."""
    with subprocess.Popen(
        command("doctor"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=tmp_path,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 1


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_a_signal_ends_a_scan_in_order(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Stop while the detector is at work; afterwards no process of ours is left."""
    video = write_video(tmp_path / "long.mp4", grey_steps(600))
    script = tmp_path / "slow.py"
    script.write_text(
        "import time\n"
        "from tests.cli.conftest import ChannelsPlugin\n"
        "from tests.detectors import Channels\n"
        "from vidtag.registry import Registry\n"
        "def score(self, crops):\n"
        "    print('scoring', flush=True)\n"
        "    time.sleep(60)\n"
        "Channels.score = score\n"
        "registry = Registry()\n"
        "registry.register(ChannelsPlugin(), 'channels')\n"
        "Registry.load = lambda **_: registry\n"
        "if __name__ == '__main__':\n"
        "    from vidtag.cli import main\n"
        f"    main(['scan', {str(video)!r}, '-p', 'r', '--series', 'x'])\n"
    )
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=tmp_path,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "scoring\n"
        process.send_signal(number)
        assert process.wait(timeout=60) == code
        said = process.stderr.read().lstrip("\n")  # click ends the line that shows ^C
    assert said == (
        "vidtag: interrupted; run the same command again to go on\n" if code == 130 else ""
    )
    _wait_until_gone(process.pid)


def _wait_until_gone(session: int) -> None:
    """Wait for every process of the session `session` to end."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("processes of the scan are still there")
