"""What the store knows -> a `Report` for the reporters, and who is on screen for queries.

`presence` answers for one video: each label follows one run, corrected by what people said.
`build_report` makes of that the screen times of episodes, seasons and series. `compare_runs` tells
what two runs on one video say otherwise; `complete` stores what older versions did not.
"""

from __future__ import annotations

from vidtag.report.building import build_report
from vidtag.report.comparing import LabelChange, compare_runs
from vidtag.report.completing import complete
from vidtag.report.presence import LabelPresence, followed, presence

__all__ = [
    "LabelChange",
    "LabelPresence",
    "build_report",
    "compare_runs",
    "complete",
    "followed",
    "presence",
]
