from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from vidtag.cli import demo


def test_the_demo_compares_with_the_truth(
    vidtag: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is not in the truth of the sample is not in the sample."""
    monkeypatch.setattr(demo, "DETECTORS", ("r",))

    outcome = vidtag("demo", "-o", tmp_path / "kept", "-q")

    assert outcome.code == 0
    assert "$ vidtag scan Kiosk.S01E02.The.Letter.mp4 --plugin r\n" in outcome.out
    header, row = outcome.out.splitlines()[-2:]
    assert header.split() == ["LABEL", "TRUTH", "FOUND", "ERROR", "FRAMES", "RIGHT"]
    assert row.split()[:3] == ["r-on", "0.00", "s"]
    assert (tmp_path / "kept" / "demo.db").is_file()
