from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.command import run_scan, until_first_label_s


@pytest.mark.slow
def test_a_scan_tells_what_it_did(clip: Path, tmp_path: Path) -> None:
    cache = {"VIDTAG_CACHE": str(tmp_path / "cache")}
    first, again = (
        run_scan(clip, tmp_path / "x.db", ["kiosk"], "--force", environment=cache) for _ in range(2)
    )

    assert first.present.shape == (40, 3)
    assert (first.frames_decoded, again.frames_decoded) == (40, 0)
    assert first.frames_scored > again.frames_scored == 0
    assert first.present.tolist() == again.present.tolist()


@pytest.mark.slow
def test_the_first_label_is_seen_from_outside(clip: Path, tmp_path: Path) -> None:
    assert until_first_label_s(clip, tmp_path / "x.db", ["kiosk"], "--no-cache") > 0


@pytest.mark.slow
def test_a_scan_that_fails_ends_the_benchmark(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="without a label: 1"):
        until_first_label_s(tmp_path / "missing.mp4", tmp_path / "x.db", ["kiosk"])
