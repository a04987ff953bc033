"""Stages end after their steps, or with the clock where that comes first."""

import pytest

from training.schedule import Schedule, learning_rate

STAGES = "10:4,20:1"  # both stages are 400 units of work


def test_parse() -> None:
    assert Schedule.parse("48:1500,64:2000").stages == ((48, 1500), (64, 2000))


@pytest.mark.parametrize(("progress", "size_px"), [(0.0, 10), (0.49, 10), (0.5, 20), (1.0, 20)])
def test_sizes_follow_the_work(progress: float, size_px: int) -> None:
    assert Schedule.parse(STAGES).size_px(progress) == size_px


def test_steps_add_up_to_the_whole() -> None:
    schedule = Schedule.parse(STAGES)
    assert 4 * schedule.share(10) + schedule.share(20) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("minutes", "position", "seconds", "progress"),
    [(None, 0.2, 1e6, 0.2), (10.0, 0.2, 300.0, 0.5), (10.0, 0.7, 300.0, 0.7)],
    ids=["no clock", "behind the clock", "ahead of the clock"],
)
def test_progress(minutes: float | None, position: float, seconds: float, progress: float) -> None:
    assert Schedule.parse(STAGES, minutes).progress(position, seconds) == progress


def test_rate_rises_then_falls_to_its_floor() -> None:
    assert learning_rate(1.0, 0.0) == pytest.approx(0.05)
    assert learning_rate(1.0, 0.04) == pytest.approx(1.0)
    assert learning_rate(1.0, 0.52) == pytest.approx(0.5025)
    assert learning_rate(1.0, 1.0) == pytest.approx(0.005)
