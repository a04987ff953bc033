"""The space of the gallery: strangers of all sizes become alike, directions of noise small."""

from __future__ import annotations

import numpy as np

from training.gallery import make_space
from training.shrunk import Shown
from vidtag_gallery.space import WIDTHS_PX


def strangers() -> list[Shown]:
    """Two pictures each of 30 women and 10 men, who lie on either side of 0 on the first axis."""
    rng = np.random.default_rng(0)
    faces = []
    for number in range(40):
        centre = rng.normal(0, 0.1, 128)
        centre[0] += 1 if number < 30 else -1
        for _ in range(2):
            noise = rng.normal(0, 0.05, (len(WIDTHS_PX), 128))
            noise[:, 1] *= 10
            shift = np.arange(len(WIDTHS_PX))[:, np.newaxis] * np.eye(128)[2]
            embeddings = (centre + noise + shift).astype(np.float32)
            faces.append(Shown(f"person {number}", "train", embeddings))
    return faces


def test_the_larger_group_does_not_draw_the_mean_to_its_side() -> None:
    space = make_space(strangers())

    assert abs(float(space.means[:, 0].mean())) < 0.1


def test_each_width_has_a_mean_of_its_own() -> None:
    space = make_space(strangers())

    np.testing.assert_allclose(space.means[:, 2], range(len(WIDTHS_PX)), atol=0.1)


def test_a_direction_in_which_pictures_of_one_person_differ_counts_less() -> None:
    gains = np.linalg.norm(make_space(strangers()).whitening, axis=1)

    assert gains[1] < 0.5 * np.delete(gains, 1).min()
