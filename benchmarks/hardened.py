"""Recognition on a clip, and on versions of it that are made harder: how far its figures carry.

    python -m benchmarks.hardened CLIP --photos FOLDER --truth FILE [--strangers CLIP...]
                                  [--draws 6] [--json FILE]

The versions show the clip half as large, mirrored, darkened to 35 %, blurred, and encoded at a very
low bit rate. Each is scanned once with the gallery. Then people are enrolled with 3, 10 and 20
photos of each, drawn at random several times, and the scans are matched again, as `vidtag enroll`
does it. Told is the share of frames that are right, of each label that the truth mentions; in clips
of strangers nobody is there. Photos lie in a folder for each person; one with several faces is not
used, as `vidtag enroll` does unless told which.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.faces import SIZE, Photos, enrol, frame_times, read_photos
from vidtag import media
from vidtag.finding import open_finder
from vidtag.photos import PhotoFace, read_faces
from vidtag.registry import Registry
from vidtag.scan import rematch_all, scan
from vidtag.store import Database
from vidtag.truth import read_truth
from vidtag.types import Picture, Recognizer, Settings, VideoRecord

COUNTS = (3, 10, 20)  # photos of each person
TICKS_PER_S = 90_000
GOOD_CRF, BAD_CRF = 18, 38  # constant rate factors of x264

Version = Callable[[Picture], Picture]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How one label fared in one version, over all draws of photos."""

    version: str
    label: str
    photos: int  # of each person
    right: float  # share of the frames, mean of all draws
    worst: float  # of all draws


# --- the versions -----------------------------------------------------------------------------


def _half(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    size = (width // 4 * 2, height // 4 * 2)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _mirrored(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def _dark(picture: Picture) -> Picture:
    return (picture * 0.35).astype(np.uint8)


def _blurred(picture: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.6), np.uint8)


def _same(picture: Picture) -> Picture:
    return picture


VERSIONS: Mapping[str, tuple[Version, int]] = {
    "half as large": (_half, GOOD_CRF),
    "mirrored": (_mirrored, GOOD_CRF),
    "dark": (_dark, GOOD_CRF),
    "blurred": (_blurred, GOOD_CRF),
    "low bit rate": (_same, BAD_CRF),
}


def write_versions(clip: Path, folder: Path) -> list[Path]:
    """The files of all versions, named like them; the clip itself is the first."""
    written = [clip]
    for name, (change, crf) in VERSIONS.items():
        written.append(folder / f"{name}.mp4")
        _write(clip, written[-1], change, crf)
    return written


def _write(clip: Path, path: Path, change: Version, crf: int) -> None:
    with media.open_video(clip, sizes=[None]) as reader, av.open(str(path), "w") as container:
        rate = reader.info.frame_rate or Fraction(25)
        stream = container.add_stream("libx264", rate=rate, options={"crf": str(crf)})
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        for frame in reader:
            picture = change(frame.pictures[0])
            if frame.number == 0:
                stream.height, stream.width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
            even = np.ascontiguousarray(picture[: stream.height, : stream.width])
            shown = av.VideoFrame.from_ndarray(even, format="rgb24")
            shown.pts, shown.time_base = frame.pts_us * 9 // 100, stream.time_base
            container.mux(stream.encode(shown))
        container.mux(stream.encode())


# --- the draws --------------------------------------------------------------------------------


class Draws:
    """Enrols photos drawn at random in copies of a database with scans, one after the other."""

    def __init__(self, recognizer: Recognizer, photos: Photos, database: Path) -> None:
        self._recognizer = recognizer
        self._photos = photos
        self._database = database
        self._finder = open_finder()
        self._face = cache(self._find)

    @contextmanager
    def draw(self, number: int, count: int) -> Iterator[Database]:
        """The database in which `count` photos of each are enrolled."""
        copy = self._database.with_name(f"{count}-{number}.db")
        shutil.copy(self._database, copy)
        generator = np.random.default_rng([count, number])
        with Database.open(str(copy)) as database:
            for name, paths in self._photos.items():
                enrol(database, self._recognizer, name, self._some(paths, count, generator))
            rematch_all(database, self._recognizer)
            yield database
        copy.unlink()

    def _some(
        self, paths: Sequence[Path], count: int, generator: np.random.Generator
    ) -> list[PhotoFace]:
        """The faces of the first `count` photos, in random order, that have any."""
        faces: list[PhotoFace] = []
        for index in generator.permutation(len(paths)):
            if len(faces) < count and (face := self._face(paths[index])):
                faces.append(face)
        return faces

    def _find(self, path: Path) -> PhotoFace | None:
        [found] = read_faces([path], self._finder, size=SIZE, choice="only")
        return found if isinstance(found, PhotoFace) else None


def right_frames(
    database: Database, video: VideoRecord, truth: Path | None, people: Sequence[str]
) -> dict[str, float]:
    """Share of the frames that are right, of each label that the truth mentions.

    Without truth nobody is there.
    """
    times = frame_times(database, video)
    told = read_truth(truth, times=times).labels if truth else {}
    run = database.runs(video.video_id)[-1]
    shares = {}
    for name in sorted(set(people) & set(told)) if truth else people:
        found = np.zeros(times.count, np.bool_)
        if name in run.labels:
            found = database.scores(run.run_id, name).scores >= run.thresholds[name]
        if truth is None:
            shares[name] = float(np.mean(~found))
        else:
            counted = ~told[name].unknown
            shares[name] = float(np.mean((found == told[name].present)[counted]))
    return shares


def measure(
    clip: Path, photos: Photos, truth: Path, strangers: Sequence[Path], draws: int
) -> list[Figures]:
    shares: dict[tuple[str, str, int], list[float]] = {}
    registry = Registry.load(third_party=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truths: dict[Path, Path | None] = dict.fromkeys(write_versions(clip, folder), truth)
        truths |= dict.fromkeys(strangers)
        [recognizer] = registry.open_detectors(["gallery"], Settings())
        assert isinstance(recognizer, Recognizer)
        with Database.open(str(folder / "scans.db")) as database:
            for path in truths:
                scan(path, [recognizer], database, finder=open_finder())
        all_draws = Draws(recognizer, photos, folder / "scans.db")
        for count, number in product(COUNTS, range(draws)):
            with all_draws.draw(number, count) as database:
                for path, told in truths.items():
                    found = right_frames(database, _video(database, path), told, list(photos))
                    for label, share in found.items():
                        shares.setdefault((path.stem, label, count), []).append(share)
        recognizer.close()
    return [
        Figures(
            version=version,
            label=label,
            photos=count,
            right=float(np.mean(each)),
            worst=min(each),
        )
        for (version, label, count), each in shares.items()
    ]


def _video(database: Database, path: Path) -> VideoRecord:
    [video] = [each for each in database.videos() if each.path == path.resolve()]
    return video


def show(results: Sequence[Figures]) -> None:
    cells = {(each.version, each.label, each.photos): each for each in results}
    heads = "".join(f"{f'{count} photos':>20}" for count in COUNTS)
    print(f"{'frames right (worst draw)':<34}{heads}")
    for version, label in dict.fromkeys((each.version, each.label) for each in results):
        row = [cells[version, label, count] for count in COUNTS]
        shown = "".join(f"{each.right:>11.1%} ({each.worst:>6.1%})" for each in row)
        print(f"{version:<20}{label:<14}{shown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--photos", type=Path, required=True, help="a folder for each person")
    parser.add_argument("--truth", type=Path, required=True, help="see docs/truth.md")
    parser.add_argument("--strangers", type=Path, nargs="*", default=[], help="clips of others")
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    photos = read_photos(options.photos)
    results = measure(options.clip, photos, options.truth, options.strangers, options.draws)
    show(results)
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in results], indent=2))


if __name__ == "__main__":
    main()
