"""Everything a report knows, as JSON."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from vidtag.api import EpisodeReport, Report, RunRecord, ScreenTime


class JsonReporter:
    """One object; times in integer microseconds."""

    name = "json"
    suffix = ".json"
    media_type = "application/json"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out` in UTF-8."""
        value = {
            "generator": report.generator,
            "definition": report.definition,
            "episodes": [_episode(episode) for episode in report.episodes],
        }
        out.write(json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n")


def _episode(episode: EpisodeReport) -> dict[str, Any]:
    video = episode.video
    return {
        "path": str(video.path),
        "sha256": video.sha256,
        "series": video.episode.series,
        "season": video.episode.season,
        "episode": video.episode.episode,
        "title": video.episode.title,
        "frames": video.frames,
        "start_us": video.start_us,
        "end_us": video.end_us,
        "duration_us": video.duration_us,
        "completeness": video.completeness,
        "problems": list(video.problems),
        "runs": [_run(run) for run in episode.runs],
        "screen_times": [_screen_time(time, video.duration_us) for time in episode.screen_times],
    }


def _run(run: RunRecord) -> dict[str, Any]:
    return {
        "detector": run.identity.name,
        "version": run.identity.version,
        "weights_sha256": run.identity.weights_sha256,
        "settings": dict(run.identity.settings),
        "thresholds": dict(run.thresholds),
        "sampler": run.sampler,
        "pipeline": run.pipeline,
        "frames_scored": run.frames_scored,
        "frames_filled": run.frames_filled,
    }


def _screen_time(time: ScreenTime, total_us: int) -> dict[str, Any]:
    return {
        "label": time.label,
        "detector": time.detector,
        "threshold": time.threshold,
        "duration_us": time.duration_us,
        "share": time.duration_us / total_us if total_us else 0.0,
        "segments": [[segment.start_us, segment.end_us] for segment in time.segments],
    }
