from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from benchmarks.sitcom import FRAME_RATE, Footage, Sitcom, make_sitcom


def test_a_sitcom_shows_the_shots_of_the_samples() -> None:
    sitcom = make_sitcom(20)

    shots = sitcom.footage.shots
    shot_of = np.repeat(np.arange(len(shots)), [len(shot) for shot in shots])[sitcom.shown]
    cuts = np.flatnonzero(np.diff(shot_of)) + 1
    assert len(sitcom.shown) == int(20 * FRAME_RATE)
    assert all(48 <= length <= 144 for length in np.diff(cuts).tolist())
    assert sitcom.truth.any(axis=0).tolist() == [True, True, True]


def test_a_video_is_made_once(tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (3, 36, 64, 3), np.uint8)
    footage = Footage(pictures, np.zeros((3, 3), np.bool_), (range(3),))
    sitcom = Sitcom(footage, shown=np.tile([0, 1, 2], 16))

    video = sitcom.video("64x36", tmp_path)
    made = video.stat().st_mtime_ns

    assert [path.name for path in tmp_path.iterdir()] == ["64x36-2s.mp4"]
    with av.open(str(video)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 48
    assert sitcom.video("64x36", tmp_path).stat().st_mtime_ns == made
