"""Finding people by their faces, side by side: the plain loop, and a scan with the gallery.

    python -m benchmarks.faces CLIP [--photos FOLDER] [--truth FILE] [--json FILE]

The plain loop is what most programs on `face_recognition` do: on every frame dlib's detector on the
doubled picture, an embedding of each face, the nearest of all photos if nearer than 0.6; a frame by
itself. That package aligns a face by landmarks of its own, which are not used here: dlib's boxes
tell where eyes are on average only, which costs it accuracy. So the loop runs a second time with
YuNet, whose landmarks vidtag uses too. All run dlib's network as vidtag does. The scans are
those of `vidtag scan --plugin gallery` and `--plugin ross`, which knows Ross without photos.

All get the same photos: a folder for each person, of which the largest face counts. Each runs in a
process of its own; time on the CPU and memory are those of all its processes. Without photos nobody
is known, and only speed and memory are told.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import peak_mb
from vidtag.api import read_weights
from vidtag.enrolment import select
from vidtag.evaluation import LabelEvaluation, evaluate_label
from vidtag.finding import open_finder
from vidtag.photos import PhotoFace, read_faces
from vidtag.regions.faces import chip
from vidtag.regions.finders import FaceFinder, Hog
from vidtag.registry import Registry
from vidtag.scan import scan
from vidtag.store import Database
from vidtag.timeline import frame_edges
from vidtag.truth import FrameTimes, read_truth
from vidtag.types import NewReference, Recognizer, Settings, VideoRecord
from vidtag_gallery import graph
from vidtag_gallery.catalog import NETWORK_FILE, find_backbone
from vidtag_gallery.network import Network

if TYPE_CHECKING:
    from vidtag.types import Picture

SAME_PERSON = 0.6  # distance that `face_recognition` takes by default
SIZE = (graph.SIDE_PX, graph.SIDE_PX)
DATABASE = "faces.db"

Photos = Mapping[str, list[Path]]  # by the person's name


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Who was found on which frame."""

    seconds: float
    cpu_s: float
    frames: int
    scores: Mapping[str, NDArray[np.float32]]  # (frames,) of each person


def with_hog(clip: Path, photos: Photos, _folder: Path, ready: Connection) -> Found:
    return plain_loop(Hog(), clip, photos, ready)


def with_yunet(clip: Path, photos: Photos, _folder: Path, ready: Connection) -> Found:
    return plain_loop(open_finder(), clip, photos, ready)


def plain_loop(finder: FaceFinder, clip: Path, photos: Photos, ready: Connection) -> Found:
    network = Network(read_weights(find_backbone(), NETWORK_FILE, graph.SHAPES))
    known = {name: _raw(network, _faces(paths, finder)) for name, paths in photos.items()}
    found = defaultdict[str, list[int]](list)
    ready.send(None)
    begin_s, begin_cpu_s = time.perf_counter(), cpu_s()
    frames = 0
    for picture in _frames(clip):
        crops = [chip(picture, face, size_px=graph.SIDE_PX) for face in finder.find(picture)]
        for embedding in network.run(np.stack(crops)) if crops else ():
            if (name := _nearest(embedding, known)) is not None:
                found[name].append(frames)
        frames += 1
    spent = time.perf_counter() - begin_s, cpu_s() - begin_cpu_s
    return Found(*spent, frames, {name: _marked(frames, found[name]) for name in photos})


def with_gallery(clip: Path, photos: Photos, folder: Path, ready: Connection) -> Found:
    registry = Registry.load(third_party=False)
    with Database.open(str(folder / DATABASE)) as database:
        finder = open_finder()
        [detector] = registry.open_detectors(["gallery"], Settings())
        assert isinstance(detector, Recognizer)
        for name, paths in photos.items():
            enrol(database, detector, name, _faces(paths, finder))
        detector.close()
        settings = Settings(gallery=database.people.gallery(detector.space))
        return _scan(clip, "gallery", settings, database, finder, list(photos), ready)


def with_ross(clip: Path, _photos: Photos, folder: Path, ready: Connection) -> Found:
    with Database.open(str(folder / DATABASE)) as database:
        return _scan(clip, "ross", Settings(), database, open_finder(), ["ross"], ready)


def _scan(
    clip: Path,
    detector: str,
    settings: Settings,
    database: Database,
    finder: FaceFinder,
    names: list[str],
    ready: Connection,
) -> Found:
    registry = Registry.load(third_party=False)
    ready.send(None)
    begin_s, begin_cpu_s = time.perf_counter(), cpu_s()
    [opened] = registry.open_detectors([detector], settings)
    result = scan(clip, [opened], database, finder=finder)
    spent = time.perf_counter() - begin_s, cpu_s() - begin_cpu_s
    [run] = result.runs
    scores = {name: _scores(database, run.run_id, name, run.labels) for name in names}
    return Found(*spent, len(database.frame_times(run.video_id)), scores)


Way = Callable[[Path, Photos, Path, Connection], Found]
WAYS: dict[str, Way] = {
    "plain loop, dlib": with_hog,
    "plain loop, YuNet": with_yunet,
    "vidtag gallery": with_gallery,
    "vidtag ross": with_ross,
}


def cpu_s() -> float:
    """Time on the CPU of this process and of those that it started and that have ended."""
    each = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in each)


def _frames(clip: Path) -> Iterator[Picture]:
    capture = cv2.VideoCapture(str(clip))
    while (read := capture.read())[0]:
        yield np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), np.uint8)


def _faces(paths: list[Path], finder: FaceFinder) -> list[PhotoFace]:
    found = read_faces(paths, finder, size=SIZE, choice="largest")
    return [each for each in found if isinstance(each, PhotoFace)]


def _raw(network: Network, faces: list[PhotoFace]) -> NDArray[np.float32]:
    return network.run(np.stack([each.crop for each in faces]))


def _nearest(
    embedding: NDArray[np.float32], known: Mapping[str, NDArray[np.float32]]
) -> str | None:
    distances = {
        name: float(np.linalg.norm(photos - embedding, axis=1).min())
        for name, photos in known.items()
    }
    name = min(distances, key=lambda each: distances[each], default=None)
    return name if name is not None and distances[name] < SAME_PERSON else None


def _marked(frames: int, found: list[int]) -> NDArray[np.float32]:
    marks = np.zeros(frames, np.float32)
    marks[found] = 1
    return marks


def enrol(database: Database, recognizer: Recognizer, name: str, faces: list[PhotoFace]) -> None:
    widths_px = np.array([each.face.width_px for each in faces], np.float32)
    embeddings = recognizer.embed(np.stack([each.crop for each in faces]), widths_px)
    references = [
        NewReference(space=recognizer.space, embedding=embedding, source=face.path.name, used=used)
        for face, embedding, used in zip(
            faces, embeddings, select(list(embeddings), recognizer.match), strict=True
        )
    ]
    database.people.add(name, references)


def _scores(
    database: Database, run_id: int, name: str, labels: tuple[str, ...]
) -> NDArray[np.float32]:
    assert name in labels, f"nobody could be enrolled as {name}"
    return database.scores(run_id, name).scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How one way did."""

    frames: int
    seconds: float
    cpu_s: float
    frames_per_s: float
    times_real_time: float
    peak_mb: float
    labels: Mapping[str, Mapping[str, float | None]]  # of those that the truth mentions


def run(way: str, clip: Path, photos: Photos, folder: Path) -> tuple[Found, float]:
    """What `way` finds, and the most memory in MB that it took meanwhile."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(way, clip, photos, folder, theirs))
    process.start()
    theirs.close()
    ours.recv()
    most_mb = peak_mb(process.pid, ours.poll)
    found: Found = ours.recv()
    process.join()
    return found, most_mb


def _serve(way: str, clip: Path, photos: Photos, folder: Path, connection: Connection) -> None:
    connection.send(WAYS[way](clip, photos, folder, connection))


def figures(
    found: Found, peak_mb: float, times: FrameTimes, labels: Mapping[str, LabelEvaluation]
) -> Figures:
    rate = found.frames / found.seconds
    return Figures(
        frames=found.frames,
        seconds=found.seconds,
        cpu_s=found.cpu_s,
        frames_per_s=rate,
        times_real_time=(times.end_us - int(times.pts_us[0])) / 1e6 / found.seconds,
        peak_mb=peak_mb,
        labels={name: _in_numbers(evaluation) for name, evaluation in labels.items()},
    )


def _in_numbers(evaluation: LabelEvaluation) -> dict[str, float | None]:
    return {
        "accuracy": evaluation.confusion.accuracy,
        "precision": evaluation.confusion.precision,
        "recall": evaluation.confusion.recall,
        "screen_time_error": evaluation.error_ratio,
    }


def judge(
    found: Found, truth: Path | None, times: FrameTimes, shot_starts: list[int]
) -> dict[str, LabelEvaluation]:
    if truth is None:
        return {}
    if found.frames != times.count:
        raise SystemExit(f"OpenCV decodes {found.frames} frames of {times.count}: no comparison")
    told = read_truth(truth, times=times).labels
    return {
        name: evaluate_label(
            name,
            scores=scores,
            threshold=0.5,
            present=told[name].present,
            unknown=told[name].unknown,
            edges_us=frame_edges(times.pts_us, times.end_us),
            shot_starts=shot_starts,
        )
        for name, scores in found.scores.items()
        if name in told
    }


def measure(clip: Path, photos: Photos, truth: Path | None) -> dict[str, Figures]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results = {way: run(way, clip, photos, folder) for way in WAYS}
        with Database.open(str(folder / DATABASE)) as database:
            [video] = database.videos()
            times = frame_times(database, video)
            starts = [shot.start_frame for shot in database.shots(video.video_id)]
    return {
        way: figures(found, peak_mb, times, judge(found, truth, times, starts))
        for way, (found, peak_mb) in results.items()
    }


def frame_times(database: Database, video: VideoRecord) -> FrameTimes:
    assert video.end_us is not None
    return FrameTimes(database.frame_times(video.video_id), video.end_us)


def show(clip: Path, photos: Photos, results: Mapping[str, Figures]) -> None:
    used = sum(map(len, photos.values()))
    print(f"{clip.name}: {len(photos)} people, {used} photos")
    for way, each in results.items():
        print(
            f"  {way:<18}{each.frames_per_s:>6.1f} frames/s {each.times_real_time:>6.2f} x real "
            f"time {each.cpu_s:>6.1f} s of CPU {each.peak_mb:>5.0f} MB"
        )
        for name, numbers in each.labels.items():
            words = (
                f"{what.replace('_', ' ')} {'-' if value is None else f'{value:.3f}'}"
                for what, value in numbers.items()
            )
            print(f"    {name}: {', '.join(words)}")


def read_photos(folder: Path | None) -> Photos:
    """The files of each person's folder."""
    if folder is None:
        return {}
    people = sorted(path for path in folder.iterdir() if path.is_dir())
    return {person.name: sorted(person.iterdir()) for person in people}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--photos", type=Path, help="with a folder of photos for each person")
    parser.add_argument("--truth", type=Path, help="who is on screen; see docs/truth.md")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    photos = read_photos(arguments.photos)
    results = measure(arguments.clip, photos, arguments.truth)
    show(arguments.clip, photos, results)
    if arguments.json:
        written = json.dumps({way: asdict(each) for way, each in results.items()}, indent=2)
        arguments.json.write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
