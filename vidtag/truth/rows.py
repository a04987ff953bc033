"""JSON Lines and Parquet: objects or rows with `label`, `start_frame` and `end_frame`."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping

from vidtag.errors import TruthError
from vidtag.truth.times import FrameNumber
from vidtag.truth.values import Mark, make_mark, quote, require_one_video

COLUMNS = ("label", "start_frame", "end_frame")
VIDEO = "sha256"  # where there is such a column, all rows must be of one video

Row = tuple[str, Mapping[str, object]]  # where it is, for a person; and the row


def read_jsonl(text: str) -> tuple[Mark, ...]:
    """The stretches of a JSON Lines file.

    Raises:
        TruthError: naming the line that is wrong; or it speaks of several videos.
    """
    return _read(list(_objects(text)))


def read_parquet(content: bytes) -> tuple[Mark, ...]:
    """The stretches of a Parquet file.

    Raises:
        TruthError: it is none, lacks a column, or speaks of several videos.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise TruthError(
            "Parquet needs PyArrow, which is not installed", hint="pip install 'vidtag[parquet]'"
        ) from error
    try:
        table = parquet.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError) as error:
        raise TruthError("no Parquet file, or a damaged one", hint="export it again") from error
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise TruthError(f"there is no column {missing[0]!r}")
    wanted = [name for name in (*COLUMNS, VIDEO) if name in table.column_names]
    rows = table.select(wanted).to_pylist()
    return _read([(f"row {number}", row) for number, row in enumerate(rows, start=1)])


def _objects(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise TruthError(f"{place}: {quote(line)} is no JSON") from error
        if not isinstance(value, dict):
            raise TruthError(f"{place}: {quote(line)} is no object")
        yield place, value


def _read(rows: Iterable[Row]) -> tuple[Mark, ...]:
    rows = list(rows)
    require_one_video(str(row[VIDEO]) for _, row in rows if row.get(VIDEO) is not None)
    return tuple(_mark(place, row) for place, row in rows)


def _mark(place: str, row: Mapping[str, object]) -> Mark:
    label, start, end = (row.get(name) for name in COLUMNS)
    if not isinstance(label, str):
        raise TruthError(f"{place}: 'label' is missing or no text")
    for name, frame in (("start_frame", start), ("end_frame", end)):
        if type(frame) is not int or frame < 0:
            raise TruthError(f"{place}: {name!r} is missing or no frame number")
    return make_mark(label, FrameNumber(int(str(start))), FrameNumber(int(str(end))), place)
