"""The command line: one file per command, each loaded when it is asked for.

Modules here import click and nothing heavier at their top; `vidtag --help` stays under 0.3 s.
"""

from vidtag.cli.main import cli, main

__all__ = ["cli", "main"]
