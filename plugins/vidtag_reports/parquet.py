"""Parquet with a row for each appearance, for data frames and DuckDB."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, BinaryIO

from vidtag.api import Report, VidtagError
from vidtag_reports.rows import rows

if TYPE_CHECKING:
    import pyarrow as pa


class ParquetExporter:
    """The same columns as CSV, typed; generator and definition in the file's metadata."""

    name = "parquet"
    suffix = ".parquet"
    media_type = "application/vnd.apache.parquet"
    one_video = False

    def losses(self, report: Report) -> tuple[str, ...]:  # noqa: ARG002  it carries all
        """Nothing."""
        return ()

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out`.

        Raises:
            VidtagError: PyArrow is not installed.
        """
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError as error:
            raise VidtagError(
                "Parquet needs PyArrow, which is not installed",
                hint="pip install 'vidtag[parquet]'",
            ) from error
        metadata = {"generator": report.generator, "definition": report.definition}
        schema = _schema().with_metadata(metadata)
        table = pa.Table.from_pylist([asdict(row) for row in rows(report)], schema=schema)
        written = pa.BufferOutputStream()
        parquet.write_table(table, written)
        out.write(written.getvalue().to_pybytes())


def _schema() -> pa.Schema:
    import pyarrow as pa

    text, number, time = pa.string(), pa.int32(), pa.int64()
    kinds = {
        "series": text,
        "season": number,
        "episode": number,
        "title": text,
        "path": text,
        "sha256": text,
        "label": text,
        "detector": text,
        "threshold": pa.float64(),
        "start_frame": number,
        "end_frame": number,
        "start_us": time,
        "end_us": time,
        "mean_score": pa.float64(),
        "peak_frame": number,
        "shot": number,
        "scene": number,
    }
    return pa.schema(list(kinds.items()))
