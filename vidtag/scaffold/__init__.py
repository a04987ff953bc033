"""Writes the project of a new third-party plugin from the templates beside this module."""

from __future__ import annotations

import importlib.util
import json
import re
import tempfile
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from vidtag.errors import UsageError, VidtagError

PREFIX = "vidtag-"
MAX_NAME = 50  # characters
_AUTHOR = re.compile(r"(?P<name>[^<>]*[^<>\s])(\s*<(?P<address>[^<>@\s]+@[^<>@\s]+)>)?")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

# Where a file goes, itself a template -> the template it is made of.
LAYOUT: Mapping[str, str] = {
    ".gitignore": "gitignore",
    "LICENSE": "LICENSE",
    "README.md": "README.md",
    "pyproject.toml": "pyproject.toml",
    "$package/__init__.py": "plugin.py",
    "$package/detector.py": "detector.py",
    "$package/py.typed": "py.typed",
    "tests/test_$module.py": "test_plugin.py",
}


def new_plugin(
    name: str, *, into: Path, author: str | None = None, taken: Collection[str] = ()
) -> Path:
    """Write a plugin project that works, into the new folder `vidtag-NAME` of `into`.

    All or nothing: the project is written beside its place and moved there when it is whole.

    Args:
        name: of the plugin and of its detector, kebab-case.
        into: an existing folder.
        author: `Name` or `Name <address>`; default: "The vidtag-NAME authors".
        taken: names that the new plugin may not have.

    Returns:
        The new folder.

    Raises:
        UsageError: the name is taken or unfit, the author is unfit, or the folder exists.
        VidtagError: the project cannot be written.
    """
    _check_name(name, taken)
    values = _values(name, author or f"The {PREFIX}{name} authors")
    target = into / f"{PREFIX}{name}"
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} exists", hint="move it away, or choose another --into")
    try:
        with tempfile.TemporaryDirectory(dir=into, prefix=f".{target.name}-") as beside:
            project = Path(beside) / target.name
            _write(project, values)
            project.rename(target)
    except OSError as error:
        raise VidtagError(
            f"{target}: cannot be written: {error.strerror}",
            hint="choose another place with --into",
        ) from error
    return target


def _check_name(name: str, taken: Collection[str]) -> None:
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise UsageError(
            f"{name!r} cannot be the name of a plugin",
            hint=f"use lower-case letters and digits joined by hyphens, a letter first, "
            f"at most {MAX_NAME}",
        )
    if name.startswith(PREFIX):
        raise UsageError(
            f"{name!r} would become {PREFIX}{name}", hint=f"leave out the first {PREFIX!r}"
        )
    if name in taken or importlib.util.find_spec(_package(name)):
        raise UsageError(
            f"the name {name!r} is taken on this machine",
            hint="choose another; `vidtag plugins` shows those in use",
        )


def _values(name: str, author: str) -> dict[str, str]:
    person, address = _parse_author(author)
    email = f", email = {_toml(address)}" if address else ""
    return {
        "name": name,
        "distribution": f"{PREFIX}{name}",
        "package": _package(name),
        "module": name.replace("-", "_"),
        "class_name": "".join(part.capitalize() for part in name.split("-")),
        "author": person,
        "toml_author": f"{{ name = {_toml(person)}{email} }}",
    }


def _parse_author(author: str) -> tuple[str, str]:
    """Name and address, the latter possibly empty."""
    found = _AUTHOR.fullmatch(author.strip())
    if found is None or not author.isprintable():
        raise UsageError(
            f"{author!r} is no author", hint="write --author 'Name' or 'Name <name@example.org>'"
        )
    return found["name"], found["address"] or ""


def _package(name: str) -> str:
    return f"{PREFIX}{name}".replace("-", "_")


def _toml(text: str) -> str:
    """A TOML string; of printable text, JSON's are the same."""
    return json.dumps(text, ensure_ascii=False)


def _write(project: Path, values: Mapping[str, str]) -> None:
    templates = files("vidtag.scaffold") / "templates"
    for place, source in LAYOUT.items():
        file = project / Template(place).substitute(values)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (templates / f"{source}.tmpl").read_text(encoding="utf-8")
        file.write_text(Template(text).substitute(values), encoding="utf-8", newline="\n")
