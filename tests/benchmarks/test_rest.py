from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.rest import SCAN, WAYS
from vidtag.store import Database


@pytest.mark.parametrize("way", WAYS)
def test_only_the_scan_leaves_labels(way: str, clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.db"

    WAYS[way](clip, path)

    assert path.exists() is (way == SCAN)


def test_the_detector_that_costs_nothing_sees_nobody(clip: Path, tmp_path: Path) -> None:
    WAYS[SCAN](clip, tmp_path / "x.db")

    with Database.open(tmp_path / "x.db", readonly=True) as database:
        [video] = database.videos()
        [run] = database.runs(video.video_id)
        assert len(database.scores(run.run_id, "nobody").scores) == 40
        assert database.appearances(run.run_id) == {"nobody": []}
