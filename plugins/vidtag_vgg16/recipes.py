"""The ways to train: the one that is meant to hold on the next episode, and the original one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from vidtag_vgg16.heads import HeadSpec

if TYPE_CHECKING:
    from vidtag_vgg16.features import Resize
    from vidtag_vgg16.weights import StoredAs

RecipeName: TypeAlias = Literal["default", "classic"]
SplitBy: TypeAlias = Literal["shot", "random"]

_ORIGINAL_TRAIN, _ORIGINAL_VALIDATION = 5000, 1814  # pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the optimizer goes about it."""

    optimizer: Literal["adamw", "sgd"] = "adamw"
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4  # of AdamW
    batch: int = 64
    epochs: int = 200  # at most
    patience: int = 15  # epochs without a better one before stopping
    keep: Literal["loss", "accuracy"] = "loss"  # of validation: what makes an epoch the best
    balanced: bool = True  # the rarer side of every label weighs as much as the other
    standardized: bool = True  # features are brought to mean 0 and spread 1
    drops_features: bool = True  # dropout falls on the features too, not on hidden layers alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything between sorted pictures and a classifier, but the backbone and the seed."""

    name: RecipeName
    spec: HeadSpec = field(default_factory=HeadSpec)
    method: Method = field(default_factory=Method)
    split: SplitBy = "shot"
    validation_share: float = 0.25
    preprocessing: str | None = None  # None: that of the backbone
    resize: Resize = "area"
    mirrored: bool = True  # whether mirror images are learnt from too
    calibrated: bool = True  # whether scores are calibrated and thresholds chosen; else 0.5
    one_label: bool = False  # whether it can learn no more than one
    stored_as: StoredAs = "float32"  # the weights of the head
    tuning: Method | None = None  # how the last block is trained too; None: it stays frozen


DEFAULT = Recipe(name="default")

# How the last block is trained after the head: in small steps, since it knows most already.
FINE_TUNING = Method(learning_rate=1e-5, batch=16, epochs=10, patience=2)

# The way of the tutorials of 2018 and 2019 on the screen time of an actor, kept to be compared
# with. Its first layer has 25,088 x 1,024 weights: 103 MB as float32, so they are stored as
# float16, and rounded to it before anything is measured.
CLASSIC = Recipe(
    name="classic",
    spec=HeadSpec(pooling="flatten", hidden=(1024,), dropout=0.5),
    method=Method(
        optimizer="sgd",
        learning_rate=0.01,  # the default of Keras
        batch=64,
        epochs=10,
        patience=10,  # all of them are run
        keep="accuracy",
        balanced=False,
        standardized=False,
        drops_features=False,
    ),
    split="random",
    validation_share=_ORIGINAL_VALIDATION / (_ORIGINAL_TRAIN + _ORIGINAL_VALIDATION),
    preprocessing="bgr-unit",  # what `cv2.imread(path) / 255` gives
    resize="linear",  # what `cv2.resize` does unless told otherwise
    mirrored=False,
    calibrated=False,
    one_label=True,
    stored_as="float16",
)

RECIPES = {recipe.name: recipe for recipe in (DEFAULT, CLASSIC)}
