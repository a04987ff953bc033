"""Train the classifier `ross` on made-up frames, and measure it on held-out ones and on clips.

    python -m training.ross --photos photos.tar --people people.tar --yunet yunet.onnx \\
        --work work --clip apartment clip.mp4 --out models/ross

It learns from frames that `training.scenes` puts together from photos of the training part;
calibration comes from frames of the validation part alone, figures from the test part. Clips are
only looked at after that. `<clip>.labels.csv` beside a clip has the columns
`character,start_frame,end_frame` (end exclusive); rows of `ross?` say which frames not to count.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from training.cards import write_card
from training.extractor import Extractor
from training.people import Person, characters, single_faces, strangers
from training.scenes import Cast, Scene, make_scene
from training.split import Part
from vidtag import __version__, media
from vidtag.api import Settings, Size
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.heads import HeadSpec, TrainedHead
from vidtag_vgg16.saving import About, save_classifier
from vidtag_vgg16.training import Dataset, Method, evaluate, train_head

LABEL = "ross"
# A calibrated score of a half, not where F1 is highest: half of the made-up frames show Ross, and a
# threshold that fits such plenty finds him everywhere in an episode.
THRESHOLD = 0.5
INPUT_SIZE: Size = (224, 224)
PREPROCESSING = "rgb-unit"
SPEC = HeadSpec(pooling="average+max", hidden=(64,), dropout=0.5)
METHOD = Method(learning_rate=3e-4, weight_decay=1e-2, epochs=300, patience=30)
SEED = 1
SUMMARY = "Ross of Friends in whole frames; on real video no better than guessing (see card)."
CLIP_STEP = 4  # every fourth frame of a clip is measured
PARTS: dict[Part, int] = {"train": 1, "val": 2, "test": 3}  # part -> seed of its frames
_CHUNK = 100  # frames whose features are kept together

Features = NDArray[np.float32]  # (N, values), pooled
Flags = NDArray[np.bool_]  # (N,)


@dataclass(frozen=True, slots=True)
class Frames:
    """Features of frames, whether the character is in them, and whether they are plain photos."""

    features: Features
    present: Flags
    from_photo: Flags

    @property
    def dataset(self) -> Dataset:
        """What a head is trained on."""
        return Dataset(self.features, self.present[:, np.newaxis])

    def only(self, chosen: Flags) -> Frames:
        """Some of them."""
        return Frames(self.features[chosen], self.present[chosen], self.from_photo[chosen])


# --- made-up frames ---------------------------------------------------------------------------


def squash(scene: Scene) -> NDArray[np.uint8]:
    """The frame as a scan would give it to the detector."""
    small = cv2.resize(scene.pixels, INPUT_SIZE[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def gather(extractor: Extractor, cast: Cast, part: Part, count: int, work: Path) -> Frames:
    """The first `count` frames of a part; what was computed for this backbone is in `work`."""
    folder = work / f"ross-{extractor.backbone.sha256[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    chunks = []
    for start in range(0, count, _CHUNK):
        file = folder / f"{part}-{start}.npz"
        if not file.exists():
            scenes = [make_scene(cast, PARTS[part], i) for i in range(start, start + _CHUNK)]
            np.savez(
                file,
                features=extractor.features(map(squash, scenes)),
                present=[scene.present for scene in scenes],
                from_photo=[scene.from_photo for scene in scenes],
            )
        with np.load(file) as kept:
            chunks.append((kept["features"], kept["present"], kept["from_photo"]))
    features, present, from_photo = (np.concatenate(column) for column in zip(*chunks, strict=True))
    return Frames(features, present, from_photo)


# --- clips ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clip:
    """Real frames: features, whether the character is there, and whether they count."""

    features: Features
    present: Flags
    counted: Flags


def read_clip(extractor: Extractor, path: Path) -> Clip:
    """Every `CLIP_STEP`th frame of a clip with the labels beside it."""
    numbers: list[int] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        with media.open_video(path, sizes=[INPUT_SIZE]) as reader:
            for frame in reader:
                if frame.number % CLIP_STEP == 0:
                    numbers.append(frame.number)
                    yield frame.pictures[0].copy()

    features = extractor.features(pictures())
    spans = list(_spans(path.with_suffix(".labels.csv")))
    return Clip(
        features,
        present=_inside(numbers, spans, LABEL),
        counted=~_inside(numbers, spans, f"{LABEL}?"),
    )


def _spans(file: Path) -> Iterator[tuple[str, range]]:
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield row["character"], range(int(row["start_frame"]), int(row["end_frame"]))


def _inside(numbers: list[int], spans: list[tuple[str, range]], name: str) -> Flags:
    wanted = [span for label, span in spans if label == name]
    return np.array([any(number in span for span in wanted) for number in numbers], np.bool_)


# --- figures ----------------------------------------------------------------------------------


def held_out_figures(head: TrainedHead, test: Frames) -> dict[str, float]:
    """What it does on made-up frames of the test part, and on those that are plain photos."""
    found = {f"made-up frames: {LABEL} accuracy": _accuracy(head, test.features, test.present)}
    found |= {
        f"made-up frames: {name}": value for name, value in evaluate(head, test.dataset).items()
    }
    photos = test.only(test.from_photo)
    found["photos: ross accuracy"] = _accuracy(head, photos.features, photos.present)
    return found


def clip_figures(head: TrainedHead, name: str, clip: Clip) -> dict[str, float]:
    """What it does on real frames, beside what saying the same of every frame would do."""
    features, present = clip.features[clip.counted], clip.present[clip.counted]
    said = _present(head, features)
    hits = int((said & present).sum())
    return {
        f"{name}: frame accuracy": float((said == present).mean()),
        f"{name}: accuracy of always absent": float((~present).mean()),
        f"{name}: precision": hits / max(int(said.sum()), 1),
        f"{name}: recall": hits / max(int(present.sum()), 1),
        f"{name}: frames counted": float(len(present)),
    }


def _accuracy(head: TrainedHead, features: Features, present: Flags) -> float:
    return float((_present(head, features) == present).mean())


def _present(head: TrainedHead, features: Features) -> Flags:
    return np.asarray(head.score(features)[:, 0] >= head.thresholds[LABEL], np.bool_)


def about(counts: Mapping[Part, int], metrics: Mapping[str, float], version: str) -> About:
    """What the manifest says of the model."""
    return About(
        version=version,
        summary=SUMMARY,
        licence="MIT",
        created_by=f"vidtag {__version__}, training.ross",
        training={
            "data": "frames put together from web photos of the six actors and from strangers",
            **{f"frames_{part}": count for part, count in counts.items()},
            "metrics_on": "frames made of photos that neither the backbone nor the head saw, and "
            f"every {CLIP_STEP}th frame of real clips, which chose nothing",
        },
        metrics={name: round(value, 4) for name, value in metrics.items()},
    )


@click.command(help=__doc__)
@click.option("--photos", type=click.Path(path_type=Path), required=True, help="tar of photos")
@click.option("--people", type=click.Path(path_type=Path), required=True, help="tar of people")
@click.option("--yunet", type=click.Path(path_type=Path), required=True, help="YuNet ONNX file")
@click.option("--work", type=click.Path(path_type=Path), required=True, help="for features")
@click.option("--clip", "clips", type=(str, click.Path(path_type=Path)), multiple=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("models/ross"))
@click.option("--frames", type=(int, int, int), default=(2600, 500, 500), show_default=True)
@click.option("--threads", type=int, default=2, show_default=True)
@click.option("--version", default="1", show_default=True)
def main(
    photos: Path,
    people: Path,
    yunet: Path,
    work: Path,
    clips: tuple[tuple[str, Path], ...],
    out: Path,
    frames: tuple[int, int, int],
    threads: int,
    version: str,
) -> None:
    """Gather, train, measure, save."""
    counts = dict(zip(PARTS, frames, strict=True))
    extractor = Extractor(
        find_backbone("bundled", settings=Settings()),
        spec=SPEC,
        preprocessing=PREPROCESSING,
        input_size=INPUT_SIZE,
        threads=threads,
    )
    everybody: list[Person] = [
        *characters(photos, single_faces(photos, yunet, work / "single-faces.csv")),
        *strangers(people),
    ]
    data = {
        part: gather(extractor, Cast.of(everybody, LABEL, part), part, count, work)
        for part, count in counts.items()
    }
    head = train_head(
        data["train"].dataset,
        data["val"].dataset,
        labels=(LABEL,),
        spec=SPEC,
        method=METHOD,
        seed=SEED,
    )
    head = replace(head, thresholds={LABEL: THRESHOLD})
    metrics = held_out_figures(head, data["test"])
    for name, path in clips:
        metrics |= clip_figures(head, name, read_clip(extractor, path))
    folder = save_classifier(
        out,
        head,
        about=about(counts, metrics, version),
        backbone=extractor.backbone,
        region="frame",
        preprocessing=PREPROCESSING,
        input_size=INPUT_SIZE,
    )
    write_card(folder)
    for name, value in metrics.items():
        click.echo(f"{name:40} {value:8.4f}")


if __name__ == "__main__":
    main()
