"""Make the space that the gallery compares faces in, and calibrate it.

    python -m training.gallery --photos friends_photos.tar --people lfw.tar \\
        --yunet face_detection_yunet_2023mar.onnx \\
        --weights dlib_face_recognition_resnet_model_v1.dat --out space.safetensors

Writes the means and the whitening (see `vidtag_gallery.space`) to `--out`, and the calibration
(see `vidtag_gallery.matching`) with its figures to a JSON file beside it. The space comes from the
people of the training part; strangers are the other people. References and queries are photos: the
calibration is fitted on those of the parts train and val, the figures come from the part test.
Photos filed under the wrong person would teach that a good likeness means little: those that are
nearest to the mean of other photos than their own are left out.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from training import calibration
from training.dlib_resnet import convert, read_tensors
from training.shrunk import Shown, people, photos
from vidtag.regions.finders import YuNet
from vidtag_gallery.network import Network
from vidtag_gallery.space import WIDTHS_PX, Space

_SEED = 1
_CLUSTERS = 2  # of people: in effect women and men, who then count alike
_ROUNDS = 50


def make_space(faces: list[Shown]) -> Space:
    """Means and whitening from `faces` of strangers, several of some."""
    values = np.stack([face.embeddings for face in faces]).astype(np.float64)  # (N, widths, 128)
    _, person = np.unique([face.label for face in faces], return_inverse=True)
    cluster = _clusters(_mean_by(values[:, -1], person))[person]
    means = np.stack([values[cluster == c].mean(axis=0) for c in range(_CLUSTERS)]).mean(axis=0)
    within = _within(values - means, person)
    share = np.trace(within) / len(within)
    variances, directions = np.linalg.eigh(within + share * np.eye(len(within)))
    whitening = (directions * variances**-0.5) @ directions.T
    return Space(means.astype(np.float32), whitening.astype(np.float32))


def _mean_by(values: NDArray[np.float64], person: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean (people, ...) of the rows of each person."""
    sums = np.zeros((person.max() + 1, *values.shape[1:]))
    np.add.at(sums, person, values)
    counts = np.bincount(person).reshape(-1, *(1,) * (values.ndim - 1))
    return np.asarray(sums / counts, np.float64)


def _clusters(means: NDArray[np.float64]) -> NDArray[np.int64]:
    """Cluster (people,) of each mean (people, 128), by k-means."""
    rng = np.random.default_rng(_SEED)
    centres = means[rng.choice(len(means), _CLUSTERS, replace=False)]
    for _ in range(_ROUNDS):
        distances = np.linalg.norm(means[:, np.newaxis] - centres, axis=2)
        nearest = distances.argmin(axis=1)
        centres = np.stack([means[nearest == c].mean(axis=0) for c in range(_CLUSTERS)])
    return np.asarray(nearest, np.int64)


def _within(centred: NDArray[np.float64], person: NDArray[np.int64]) -> NDArray[np.float64]:
    """Covariance (128, 128) of a person's faces about their mean, all widths together."""
    rows = centred.reshape(-1, centred.shape[-1])
    owner = np.repeat(person, centred.shape[1])
    rest = rows - _mean_by(rows, owner)[owner]
    freedom = len(rows) - (person.max() + 1)
    return np.asarray(rest.T @ rest / freedom, np.float64)


def place_all(space: Space, faces: list[Shown]) -> calibration.Placed:
    """The faces in the space, at each width."""
    at_width = [
        space.place(
            np.stack([face.embeddings[column] for face in faces]),
            np.full(len(faces), width, np.float32),
        )
        for column, width in enumerate(WIDTHS_PX)
    ]
    return calibration.Placed(tuple(face.label for face in faces), np.stack(at_width))


@click.command(help=__doc__)
@click.option("--photos", "archive", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--people", "crowd", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--yunet", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--weights", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(archive: Path, crowd: Path, yunet: Path, weights: Path, out: Path) -> None:
    """Embed, fit, measure, save."""
    finder = YuNet(yunet)
    network = Network(convert(read_tensors(weights.read_bytes())), threads=None)
    known, strangers = list(photos(archive, finder, network)), list(people(crowd, finder, network))
    space = make_space([face for face in strangers if face.part == "train"])
    fitted_on = place_all(space, [face for face in known if face.part != "test"]).agreeing()
    judged_on = place_all(space, [face for face in known if face.part == "test"]).agreeing()
    others = place_all(space, [face for face in strangers if face.part == "test"])
    # Half of the strangers calibrate, the other half judges: they are different people.
    first, second = others.halves()
    chosen = calibration.fit(calibration.draw(fitted_on, fitted_on, first, seed=_SEED))
    trial = calibration.draw(fitted_on, judged_on, second, seed=_SEED + 1)
    figures = {
        "training": {"photos": len(known), "strangers": len(strangers)},
        "parameters": asdict(chosen),
        "metrics": calibration.measure(chosen, trial),
    }
    save_file({"means": space.means, "whitening": space.whitening}, out)
    out.with_suffix(".json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
