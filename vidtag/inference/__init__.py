"""ONNX graphs: built in code from plain weights, and run the same way for every network.

Importing this imports ONNX Runtime: plugins get it through `vidtag.api` when they use it.
"""

from __future__ import annotations

from vidtag.inference.batched import BatchedSession
from vidtag.inference.devices import CPU, Device, find_device
from vidtag.inference.nodes import Nodes
from vidtag.inference.session import OnnxSession

__all__ = ["CPU", "BatchedSession", "Device", "Nodes", "OnnxSession", "find_device"]
