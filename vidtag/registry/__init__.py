"""The plugin manager: finds plugins, and is the one typed place that calls their hooks."""

from __future__ import annotations

from vidtag.registry.plugins import GROUP, PluginRecord
from vidtag.registry.registry import Offer, Registry

__all__ = ["GROUP", "Offer", "PluginRecord", "Registry"]
