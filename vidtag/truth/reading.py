"""From a path to what the file says: which format, which encoding, and every mistake named."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.errors import TruthError
from vidtag.truth import cvat, elan, fcpxml
from vidtag.truth.audacity import is_audacity, read_audacity
from vidtag.truth.coco import is_coco, read_coco
from vidtag.truth.edl import read_edl
from vidtag.truth.label_studio import read_label_studio
from vidtag.truth.otio import read_otio
from vidtag.truth.placing import place
from vidtag.truth.rows import read_jsonl, read_parquet
from vidtag.truth.rttm import read_rttm
from vidtag.truth.subtitles import read_subtitles
from vidtag.truth.table import read_table
from vidtag.truth.values import Mark, Truth, TruthFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from vidtag.truth.times import FrameTimes

TABLES = (".csv", ".tsv", ".txt")
XML = (".eaf", ".xml", ".fcpxml")
PARQUET = ".parquet"
OF_TEXT: dict[str, Callable[[str], tuple[Mark, ...]]] = {
    ".vtt": read_subtitles,
    ".srt": read_subtitles,
    ".rttm": read_rttm,
    ".jsonl": read_jsonl,
    ".otio": read_otio,
    ".edl": read_edl,
}
SUFFIXES = (*TABLES, *XML, ".json", *OF_TEXT, PARQUET)


def read_truth(path: Path, *, times: FrameTimes) -> Truth:
    """What the file at `path` says about each frame of a video.

    Args:
        path: a file of one of the formats of docs/truth.md, told by name and content.
        times: when the frames of the video are shown.

    Raises:
        TruthError: the file cannot be used; says which line or element is why.
    """
    return place(parse_truth(path), times)


def parse_truth(path: Path) -> TruthFile:
    """What the file at `path` says, before it is laid over a video with `place`.

    Args:
        path: a file of one of the formats of docs/truth.md, told by name and content.

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
    if suffix in XML:
        return _parse_xml(path, content)
    if suffix == PARQUET:
        return TruthFile(path=path, marks=read_parquet(content))
    text = _decode(content)
    if suffix == ".json":
        return _parse_json(path, text)
    read = OF_TEXT.get(suffix) or (read_audacity if is_audacity(text) else read_table)
    return TruthFile(path=path, marks=read(text))


def _parse_json(path: Path, text: str) -> TruthFile:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise TruthError(f"line {error.lineno}: no JSON: {error.msg}") from error
    except RecursionError as error:
        raise TruthError("no JSON that can be read: nested too deeply") from error
    if is_coco(value):
        marks, looked_at = read_coco(value)
        return TruthFile(path=path, marks=marks, looked_at=looked_at)
    marks, notes = read_label_studio(value)
    return TruthFile(path=path, marks=marks, notes=notes)


def _parse_xml(path: Path, content: bytes) -> TruthFile:
    root = _xml_root(content, may_have_doctype=path.suffix.lower() == ".fcpxml")
    if root.tag == elan.ROOT:
        marks, notes = elan.read_elan(root)
        return TruthFile(path=path, marks=marks, notes=notes)
    if root.tag == cvat.ROOT:
        marks, looked_at = cvat.read_cvat(root)
        return TruthFile(path=path, marks=marks, looked_at=looked_at)
    if root.tag == fcpxml.ROOT:
        return TruthFile(path=path, marks=fcpxml.read_fcpxml(root))
    raise TruthError(f"XML, but <{root.tag}> is neither of ELAN, of CVAT nor FCPXML")


def _xml_root(content: bytes, *, may_have_doctype: bool) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=not may_have_doctype)
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
