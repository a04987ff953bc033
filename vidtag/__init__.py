"""vidtag: who is on screen, when, and for how long."""

__version__ = "0.1.0"
