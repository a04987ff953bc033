from __future__ import annotations

import numpy as np

from benchmarks.classifiers import User, unseen_frames
from benchmarks.sitcom import Footage, Sitcom


def test_frames_of_shots_that_a_user_has_not_are_new_to_the_classifier() -> None:
    footage = Footage(
        pictures=np.zeros((5, 4, 4, 3), np.uint8),
        present=np.zeros((5, 3), np.bool_),
        shots=(range(2), range(2, 3), range(3, 5)),
    )
    sitcom = Sitcom(footage, shown=np.array([4, 3, 2, 0, 1, 0]))
    user = User(name="mara-1", label="mara", seed=0, shots=frozenset({0, 2}))

    assert unseen_frames(user, sitcom).tolist() == [False, False, True, False, False, False]
