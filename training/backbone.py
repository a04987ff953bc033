"""The two forms of the network: with batch normalisation to train, plain VGG16 to ship."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras
    from keras import KerasTensor

# Channels of the convolutions of each block, as in Simonyan and Zisserman's network D.
BLOCKS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
FEATURES = 512
FACE_DIMS = 128
FRAME_DIMS = 1280
BN_MOMENTUM = 0.95


def convolutions() -> Iterator[tuple[str, int]]:
    """Yield (name, channels) of the thirteen convolutions in order, named as Keras names them."""
    for block, widths in enumerate(BLOCKS, start=1):
        for conv, channels in enumerate(widths, start=1):
            yield f"block{block}_conv{conv}", channels


def build_training_model(characters: int) -> keras.Model:
    """Build the network with normalisation and three linear heads.

    Input (N, height, width, 3), RGB in [0, 1]. Outputs, all float32: ``face`` (N, 128),
    ``character`` (N, characters) logits, ``frame`` (N, 1280).
    """
    import keras

    inputs = keras.Input((None, None, 3), name="rgb_unit")
    pooled = keras.layers.GlobalAveragePooling2D(name="pooled", dtype="float32")(
        _blocks(inputs, normalised=True)
    )
    heads = {"face": FACE_DIMS, "character": characters, "frame": FRAME_DIMS}
    outputs = {
        name: keras.layers.Dense(units, name=name, dtype="float32")(pooled)
        for name, units in heads.items()
    }
    return keras.Model(inputs, outputs, name="vgg16_bn")


def build_vgg16() -> keras.Model:
    """Build plain VGG16 without its top: (N, height, width, 3) to (N, height/32, width/32, 512)."""
    import keras

    inputs = keras.Input((None, None, 3), name="rgb_unit")
    return keras.Model(inputs, _blocks(inputs, normalised=False), name="vgg16")


def _blocks(x: KerasTensor, *, normalised: bool) -> KerasTensor:
    import keras

    for block, widths in enumerate(BLOCKS, start=1):
        for conv, channels in enumerate(widths, start=1):
            x = _convolution(x, f"block{block}_conv{conv}", channels, normalised=normalised)
        x = keras.layers.MaxPooling2D(name=f"block{block}_pool")(x)
    return x


def _convolution(x: KerasTensor, name: str, channels: int, *, normalised: bool) -> KerasTensor:
    import keras

    x = keras.layers.Conv2D(
        channels,
        3,
        padding="same",
        use_bias=not normalised,
        activation=None if normalised else "relu",
        kernel_initializer="he_normal",
        name=name,
    )(x)
    if not normalised:
        return x
    x = keras.layers.BatchNormalization(momentum=BN_MOMENTUM, name=f"{name}_bn")(x)
    return keras.layers.ReLU(name=f"{name}_relu")(x)
