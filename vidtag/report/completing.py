"""Works out once what older versions did not store, so that no report has to again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidtag.report.certainty import estimate_of_run
from vidtag.types import RunFindings, VideoFindings

if TYPE_CHECKING:
    from vidtag.store import Database


def complete(database: Database) -> int:
    """Store the frame rates and estimates that are missing. Returns of how many runs.

    Estimates come from the scores of every frame: seconds for an episode of many labels.
    """
    database.store_frame_rates()
    lacking = [
        (each, run)
        for each in database.findings()
        for run in each.runs
        if run.estimates.keys() != run.appearances.keys()
    ]
    for findings, run in lacking:
        _complete(database, findings, run)
    return len(lacking)


def _complete(database: Database, findings: VideoFindings, run: RunFindings) -> None:
    estimates = {
        label: estimate_of_run(database, findings, run, label) for label in run.appearances
    }
    database.store_estimates(run.run.run_id, estimates)
