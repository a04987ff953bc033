"""What a scan in progress looks like, in terminals of several widths."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from tests.cli.test_side_by_side import INFO
from vidtag.cli.progress import ScanBars

LONG = Path("Series.S03E02.1080p.BluRay.x264-GROUP.mkv")


def line(path: Path, *, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    bars = ScanBars(console)
    bar = bars.add()
    bar.begin(replace(INFO, path=path, claimed_duration_us=100), ["ross", "rachel"])
    bar.advance(12345, 40)
    with console.capture() as drawn:
        console.print(bars._progress)
    return drawn.get().rstrip("\n")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_long_name_leaves_room_for_the_bar(width: int) -> None:
    drawn = line(LONG, width=width)
    assert "\n" not in drawn
    assert drawn.startswith("Series.S03E02.1080p")
    assert "━━━" in drawn
    assert drawn.endswith("12345 frames -:--:--")


def test_a_short_name_is_shown_whole() -> None:
    assert line(Path("a.mp4"), width=60).startswith("a.mp4  ross, rachel ━━━")
