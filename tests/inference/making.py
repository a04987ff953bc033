"""Models that are simple enough to predict."""

from __future__ import annotations

from onnx import ModelProto

from vidtag.inference import Nodes


def brightness() -> ModelProto:
    """A model that tells the mean of each channel of a picture of two by two pixels, less 1."""
    nodes = Nodes()
    means = nodes.node("ReduceMean", nodes.pixels(), axes=[2, 3], keepdims=0)
    nodes.node("Sub", means, nodes.constant("one", 1), output=Nodes.OUTPUT)
    return nodes.model(
        "brightness", input_shape=[Nodes.BATCH, 2, 2, 3], output_shape=[Nodes.BATCH, 3]
    )
