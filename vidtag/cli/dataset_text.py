"""How `vidtag dataset` says what it did and what it found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidtag.cli.format import table
from vidtag.cli.state import readable
from vidtag.dataset.summary import Summary, VideoCount
from vidtag.dataset.values import Dataset

if TYPE_CHECKING:
    from vidtag.dataset.adding import AddResult
    from vidtag.extract import ExtractResult

_SHOWN = 10  # conflicts; --json has all


def describe_extracted(result: ExtractResult) -> str:
    """One line about a video from which frames were taken."""
    counts = f"frames added: {result.added}, there already: {result.present}"
    name = result.info.path.name
    return f"{name}: {counts}; shots: {result.shots}; folder: {readable(result.folder)}"


def extracted_as_dict(result: ExtractResult) -> dict[str, Any]:
    """The same and more, for `--json`."""
    return {
        "path": result.info.path,
        "sha256": result.info.sha256,
        "frames": result.summary.frames,
        "shots": result.shots,
        "folder": result.folder,
        "added": result.added,
        "present": result.present,
        "removed": result.removed,
        "completeness": "partial" if result.problems else "complete",
        "problems": list(result.problems),
    }


def describe_added(folder: Path, result: AddResult) -> str:
    """One line about photos that were copied."""
    return (
        f"{readable(folder)}: {len(result.added)} added, {len(result.duplicates)} there already, "
        f"{len(result.skipped)} skipped"
    )


def added_as_dict(result: AddResult) -> dict[str, Any]:
    """The same and more, for `--json`."""
    return {
        "added": result.added,
        "duplicates": result.duplicates,
        "skipped": [{"path": path, "reason": reason} for path, reason in result.skipped],
    }


def describe_dataset(dataset: Dataset, summary: Summary, *, show_shots: bool) -> str:
    """Tables of the folders and videos, and what looks alike."""
    return "\n\n".join(_parts(dataset, summary, show_shots=show_shots))


def _parts(dataset: Dataset, summary: Summary, *, show_shots: bool) -> Iterator[str]:
    yield (
        f"{readable(dataset.root)}: {summary.pictures} pictures, {summary.photos} of them photos; "
        f"{dataset.unsorted} unsorted"
    )
    if summary.folders:
        folders = [(f.name, str(f.pictures), str(f.shots)) for f in summary.folders]
        yield table(folders, header=("CLASS", "PICTURES", "SHOTS"))
    if summary.videos:
        videos = [(v.name or v.video, str(v.pictures), str(len(v.shots))) for v in summary.videos]
        yield table(videos, header=("VIDEO", "PICTURES", "SHOTS"))
    if show_shots and summary.videos:
        shots = [row for video in summary.videos for row in _shot_rows(video)]
        yield table(shots, header=("VIDEO", "SHOT", "PICTURES", ""))
    yield _alike(summary)


def _shot_rows(video: VideoCount) -> Iterator[tuple[str, str, str, str]]:
    for shot in video.shots:
        folders = ", ".join(f"{name} {count}" for name, count in shot.folders.items())
        yield video.name or video.video, str(shot.shot), str(shot.pictures), folders


def _alike(summary: Summary) -> str:
    pictures = sum(len(group) for group in summary.alike)
    lines = [f"near-duplicates: {pictures} pictures in {len(summary.alike)} groups"]
    for one, other in summary.conflicts[:_SHOWN]:
        lines.append(f"  alike, in different classes: {readable(one.path)}  {readable(other.path)}")
    if len(summary.conflicts) > _SHOWN:
        lines.append(f"  and {len(summary.conflicts) - _SHOWN} more; --json lists all")
    return "\n".join(lines)


def dataset_as_dict(dataset: Dataset, summary: Summary) -> dict[str, Any]:
    """Everything, for `--json`."""
    return {
        "root": dataset.root,
        "classes": dataset.classes,
        "pictures": summary.pictures,
        "photos": summary.photos,
        "unsorted": dataset.unsorted,
        "folders": [
            {"name": folder.name, "pictures": folder.pictures, "shots": folder.shots}
            for folder in summary.folders
        ],
        "videos": [_video(dataset, video) for video in summary.videos],
        "alike": [[sample.path for sample in group] for group in summary.alike],
        "conflicts": [[one.path, other.path] for one, other in summary.conflicts],
        "skipped": [{"path": path, "reason": reason} for path, reason in dataset.skipped],
        "warnings": summary.warnings,
    }


def _video(dataset: Dataset, video: VideoCount) -> dict[str, Any]:
    source = dataset.videos.get(video.video)
    return {
        "video": video.video,
        "sha256": source.sha256 if source else None,
        "name": video.name,
        "pictures": video.pictures,
        "shots": [
            {"shot": shot.shot, "pictures": shot.pictures, "folders": dict(shot.folders)}
            for shot in video.shots
        ],
    }
