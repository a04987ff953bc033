"""A film as data: shots in order, and words that its script is written in.

Numbers in `Keys` are (share of the shot, value).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.cartoon.looks import Costume
from training.cartoon.sets import PLACES
from training.cartoon.stage import Actor, Keys, Shot, Spans

FACE_Y: Keys = ((0, 243),)  # of people who stand at the usual height
LEFT: Keys = ((0, -0.8),)
RIGHT: Keys = ((0, 0.8),)
ALWAYS: Spans = ((0.0, 1.0),)


@dataclass(frozen=True, slots=True)
class Film:
    """A file to be made: shots in order, and what people wear in all of them."""

    name: str
    shots: tuple[Shot, ...]
    costumes: Mapping[str, Costume]

    @property
    def frames(self) -> int:
        """How long it is."""
        return sum(shot.frames for shot in self.shots)


def close_up(
    place: str, actor: Actor, frames: int, *, camera_x: Keys, seed: int, zoom: float = 2.7
) -> Shot:
    """A face that fills much of the picture; the camera creeps nearer."""
    return Shot(
        place=PLACES[place],
        frames=frames,
        actors=(actor,),
        camera_x=camera_x,
        camera_y=FACE_Y,
        zoom=((0, zoom), (1, zoom * 1.05)),
        blur=3.5,
        seed=seed,
    )
