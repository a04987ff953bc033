"""From a path to what the file says: which format, which encoding, and every mistake named."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.errors import TruthError
from vidtag.truth import cvat, elan
from vidtag.truth.audacity import is_audacity, read_audacity
from vidtag.truth.label_studio import read_label_studio
from vidtag.truth.placing import place
from vidtag.truth.table import read_table
from vidtag.truth.values import Truth, TruthFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from vidtag.truth.times import FrameTimes

SUFFIXES = (".csv", ".tsv", ".txt", ".eaf", ".xml", ".json")


def read_truth(path: Path, *, times: FrameTimes) -> Truth:
    """What the file at `path` says about each frame of a video.

    Args:
        path: CSV, ELAN, CVAT, Label Studio or Audacity labels, told by name and content.
        times: when the frames of the video are shown.

    Raises:
        TruthError: the file cannot be used; says which line or element is why.
    """
    return place(parse_truth(path), times)


def parse_truth(path: Path) -> TruthFile:
    """What the file at `path` says, before it is laid over a video with `place`.

    Raises:
        TruthError: the file cannot be used; says which line or element is why.
    """
    try:
        return _parse(path, _read(path))
    except TruthError as error:
        raise TruthError(f"{path}: {error.message}", hint=error.hint) from error


def _read(path: Path) -> bytes:
    if path.suffix.lower() not in SUFFIXES:
        raise TruthError("unknown kind of truth file", hint=f"known: {', '.join(SUFFIXES)}")
    try:
        if path.exists() and not path.is_file():
            raise TruthError("not a file")
        content = path.read_bytes()
    except OSError as error:
        raise TruthError(f"cannot be read: {error.strerror}") from error
    if not content.strip():
        raise TruthError("the file is empty")
    return content


def _parse(path: Path, content: bytes) -> TruthFile:
    suffix = path.suffix.lower()
    if suffix in {".eaf", ".xml"}:
        return _parse_xml(path, content)
    text = _decode(content)
    if suffix == ".json":
        marks, notes = read_label_studio(text)
        return TruthFile(path=path, marks=marks, notes=notes)
    read = read_audacity if is_audacity(text) else read_table
    return TruthFile(path=path, marks=read(text))


def _parse_xml(path: Path, content: bytes) -> TruthFile:
    root = _xml_root(content)
    if root.tag == elan.ROOT:
        marks, notes = elan.read_elan(root)
        return TruthFile(path=path, marks=marks, notes=notes)
    if root.tag == cvat.ROOT:
        marks, looked_at = cvat.read_cvat(root)
        return TruthFile(path=path, marks=marks, looked_at=looked_at)
    raise TruthError(f"XML, but <{root.tag}> is neither of ELAN nor of CVAT")


def _xml_root(content: bytes) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        raise TruthError(f"no XML: {error}") from error
    except DefusedXmlException as error:
        raise TruthError(
            "unsafe XML: it defines entities or a document type", hint="export it again"
        ) from error
    except (LookupError, ValueError) as error:
        raise TruthError(f"XML in an unknown encoding: {error}") from error
    return root


def _decode(content: bytes) -> str:
    """UTF-8, or UTF-16 where a byte order mark says so (spreadsheets write it)."""
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TruthError(
            f"line {line}: byte {content[error.start]:#04x} is not {error.encoding.upper()}",
            hint="save it as UTF-8",
        ) from error
    if "\0" in text:
        raise TruthError("not a text file")
    return text
