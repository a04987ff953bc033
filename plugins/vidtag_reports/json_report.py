"""Everything a report knows, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, BinaryIO

from vidtag.api import (
    CoPresence,
    Correction,
    EpisodeReport,
    Group,
    LabelTotal,
    Report,
    RunRecord,
    ScreenTime,
    VideoRecord,
)


class JsonReporter:
    """One object; times in integer microseconds, frames from 0 with the end not included."""

    name = "json"
    suffix = ".json"
    media_type = "application/json"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out` in UTF-8."""
        value = {
            "generator": report.generator,
            "definition": report.definition,
            "corrected": report.corrected,
            "by": report.by,
            "groups": [_group(group) for group in report.groups],
            "seasons": [_group(group) for group in report.seasons],
            "series": [_group(group) for group in report.series],
            "episodes": [_episode(episode) for episode in report.episodes],
        }
        text = json.dumps(value, indent=2, ensure_ascii=False)
        out.write(text.encode(errors="replace") + b"\n")


def _episode(episode: EpisodeReport) -> dict[str, Any]:
    rate = episode.frame_rate
    return {
        **_video(episode.video),
        "frame_rate": None if rate is None else str(rate),
        "analysed_us": episode.analysed_us,
        "analysed_share": episode.analysed_share,
        "runs": [_run(run) for run in episode.runs],
        "screen_times": [_screen_time(time, episode) for time in episode.screen_times],
        "other_times": [_screen_time(time, episode) for time in episode.other_times],
        "copresence": _copresence(episode.copresence),
        "corrections": [_correction(each) for each in episode.corrections],
        "scenes": [asdict(scene) for scene in episode.scenes],
    }


def _video(video: VideoRecord) -> dict[str, Any]:
    return {
        "path": str(video.path),
        "sha256": video.sha256,
        "series": video.episode.series,
        "season": video.episode.season,
        "episode": video.episode.episode,
        "title": video.episode.title,
        "frames": video.frames,
        "timecode": video.timecode,
        "start_us": video.start_us,
        "end_us": video.end_us,
        "duration_us": video.duration_us,
        "completeness": video.completeness,
        "problems": list(video.problems),
    }


def _run(run: RunRecord) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
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


def _screen_time(time: ScreenTime, episode: EpisodeReport) -> dict[str, Any]:
    return {
        "label": time.label,
        "detector": time.detector,
        "run_id": time.run_id,
        "region": time.region,
        "threshold": time.threshold,
        **_figures(time, episode.video.duration_us, episode.cast_us),
        "first_us": time.first.start_us if time.first else None,
        "last_us": time.last.end_us if time.last else None,
        "longest_us": time.longest.duration_us if time.longest else None,
        "scored_share": time.scored_share,
        "segments": [[segment.start_us, segment.end_us] for segment in time.segments],
        "appearances": [[each.start_frame, each.end_frame] for each in time.appearances],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "by": group.by,
        "series": group.series,
        "season": group.season,
        "sha256": None if group.video is None else group.video.sha256,
        "scene": None if group.scene is None else group.scene.number,
        "videos": group.videos,
        "duration_us": group.duration_us,
        "totals": [
            {
                "label": total.label,
                "detectors": list(total.detectors),
                **_figures(total, group.duration_us, group.cast_us),
                "videos": total.videos,
            }
            for total in group.totals
        ],
        "copresence": _copresence(group.copresence),
    }


def _figures(time: ScreenTime | LabelTotal, total_us: int, cast_us: int) -> dict[str, Any]:
    return {
        "duration_us": time.duration_us,
        "interval_us": list(time.interval_us),
        "share": time.duration_us / total_us if total_us else 0.0,
        "share_of_cast": time.duration_us / cast_us if cast_us else 0.0,
        "count": time.count,
        "mean_us": time.duration_us / time.count if time.count else None,
        "added_us": time.added_us,
        "removed_us": time.removed_us,
    }


def _copresence(together: CoPresence) -> dict[str, Any]:
    return {
        "labels": list(together.labels),
        "together_us": [list(row) for row in together.together_us],
    }


def _correction(each: Correction) -> dict[str, Any]:
    created = None if each.created_at is None else each.created_at.isoformat()
    return {**asdict(each), "created_at": created}
