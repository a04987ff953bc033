"""The tables, as SQLAlchemy Core describes them.

Frame ranges are half-open; times are microseconds of presentation time; scores are probabilities.
A change here needs a new revision in `migrations/` and a new `REVISION`; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    false,
    func,
    text,
)

REVISION = "0005"  # the Alembic revision that makes these tables; revisions sort as they follow
VERSION_TABLE = "vidtag_version"  # not Alembic's default, so that it says whose database it is

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _parent(column: str, *, index: bool = False, primary_key: bool = False) -> Column[int]:
    """A column `thing_id` that refers to `things.id`; the row goes when its parent goes."""
    target = f"{column.removesuffix('_id')}s.id"
    key = ForeignKey(target, ondelete="CASCADE")
    return Column(column, Integer, key, nullable=False, index=index, primary_key=primary_key)


def _of_run_label() -> ForeignKeyConstraint:
    """The labels that a run has; what is stored about one goes when it goes."""
    columns = ["run_id", "label_id"]
    targets = ["run_labels.run_id", "run_labels.label_id"]
    return ForeignKeyConstraint(columns, targets, ondelete="CASCADE")


def _range() -> CheckConstraint:
    return CheckConstraint("start_frame >= 0 AND end_frame > start_frame", name="range")


videos = Table(
    "videos",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("path", String, nullable=False),
    Column("series", String),
    Column("season", Integer),
    Column("episode", Integer),
    Column("title", String),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    # What one pass over the whole file found; NULL until there was one.
    Column("frames", Integer),
    Column("start_us", BigInteger),
    Column("end_us", BigInteger),
    Column("damaged_packets", Integer, nullable=False, server_default=text("0")),
    Column("problems", String, nullable=False, server_default="[]"),  # JSON list of sentences
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("frame_rate", String),  # "24000/1001", or "varies"; NULL until it is worked out
    Column("timecode", String),  # of the first frame; NULL where the file has none
    CheckConstraint("length(sha256) = 64", name="sha256"),
    CheckConstraint("width_px > 0 AND height_px > 0", name="size"),
    CheckConstraint("season >= 0 AND episode >= 0", name="episode"),
    CheckConstraint("frames >= 0 AND end_us >= start_us", name="length"),
)

frames = Table(
    "frames",
    metadata,
    _parent("video_id", primary_key=True),
    Column("frame_no", Integer, primary_key=True, autoincrement=False),
    Column("pts_us", BigInteger, nullable=False),
    CheckConstraint("frame_no >= 0", name="frame_no"),
    sqlite_with_rowid=False,
)

shots = Table(
    "shots",
    metadata,
    _parent("video_id", primary_key=True),
    Column("shot_no", Integer, primary_key=True, autoincrement=False),
    Column("start_frame", Integer, nullable=False),
    Column("end_frame", Integer, nullable=False),
    Column("scene_no", Integer, nullable=False),
    _range(),
    sqlite_with_rowid=False,
)

labels = Table(
    "labels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    CheckConstraint("name <> ''", name="name"),
)

detectors = Table(
    "detectors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("version", String, nullable=False),
    Column("weights_sha256", String, nullable=False),
    Column("settings", String, nullable=False),  # JSON object, sorted keys, no spaces
    UniqueConstraint("name", "version", "weights_sha256", "settings"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    _parent("video_id"),
    _parent("detector_id", index=True),
    Column("sampler", String, nullable=False),
    Column("pipeline", String, nullable=False),
    Column("status", String, nullable=False, server_default="open"),
    Column("frames_scored", Integer, nullable=False, server_default=text("0")),
    Column("frames_filled", Integer, nullable=False, server_default=text("0")),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    UniqueConstraint("video_id", "detector_id", "sampler", "pipeline"),
    CheckConstraint("status IN ('open', 'done')", name="status"),
    CheckConstraint("frames_scored >= 0 AND frames_filled >= 0", name="counts"),
)

run_labels = Table(
    "run_labels",
    metadata,
    _parent("run_id", primary_key=True),
    _parent("label_id", primary_key=True, index=True),
    Column("position", Integer, nullable=False),  # column of the detector's scores
    Column("threshold", Double, nullable=False),
    # What the scores add up to; NULL for runs of older versions.
    Column("expected_us", Double),
    Column("variance_us2", Double),
    UniqueConstraint("run_id", "position"),
    CheckConstraint("position >= 0", name="position"),
    CheckConstraint("threshold BETWEEN 0 AND 1", name="threshold"),
    sqlite_with_rowid=False,
)

pieces = Table(
    "pieces",
    metadata,
    _parent("run_id", primary_key=True),
    Column("start_frame", Integer, primary_key=True, autoincrement=False),
    Column("end_frame", Integer, nullable=False),
    Column("done", Boolean, nullable=False, server_default=false()),
    Column("lease_owner", String),
    Column("lease_until_us", BigInteger),  # Unix time
    _range(),
    sqlite_with_rowid=False,
)

frame_labels = Table(
    "frame_labels",
    metadata,
    Column("run_id", Integer, nullable=False),
    Column("label_id", Integer, nullable=False),
    Column("frame_no", Integer, nullable=False),
    Column("score", REAL, nullable=False),
    Column("scored", Boolean, nullable=False),  # false: filled from scored neighbours
    PrimaryKeyConstraint("run_id", "label_id", "frame_no"),
    _of_run_label(),
    CheckConstraint("frame_no >= 0", name="frame_no"),
    CheckConstraint("score BETWEEN 0 AND 1", name="score"),
    sqlite_with_rowid=False,
)

tracks = Table(
    "tracks",
    metadata,
    Column("id", Integer, primary_key=True),
    _parent("run_id", index=True),
    Column("start_frame", Integer, nullable=False),
    Column("end_frame", Integer, nullable=False),
    # Who it is: decided when all tracks of the video are known, and again when the gallery changes.
    Column("label_id", Integer, ForeignKey("labels.id", ondelete="SET NULL"), index=True),
    Column("score", REAL),
    Column("confidence", REAL, nullable=False),  # that it is a face at all
    Column("evidence", LargeBinary, nullable=False),  # float32, little-endian
    Column("looks", LargeBinary, nullable=False),  # likewise
    _range(),
    CheckConstraint("score BETWEEN 0 AND 1", name="score"),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
)

sightings = Table(
    "sightings",
    metadata,
    _parent("track_id", primary_key=True),
    Column("frame_no", Integer, primary_key=True, autoincrement=False),
    Column("left_px", Integer, nullable=False),
    Column("top_px", Integer, nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    CheckConstraint("frame_no >= 0", name="frame_no"),
    CheckConstraint("width_px > 0 AND height_px > 0", name="size"),
    sqlite_with_rowid=False,
)

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "label_id",
        Integer,
        ForeignKey("labels.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("named", Boolean, nullable=False),  # false: unknown, found by a recognizer
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

faces = Table(
    "faces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("space", String, nullable=False),  # the network that made the embedding
    Column("embedding", LargeBinary, nullable=False),  # float32, little-endian
    Column("source", String, nullable=False),
    Column("image_sha256", String, nullable=False, server_default=text("''")),
    Column("used", Boolean, nullable=False),  # false: does not look like the others
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

appearances = Table(
    "appearances",
    metadata,
    Column("run_id", Integer, nullable=False),
    Column("label_id", Integer, nullable=False),
    Column("start_frame", Integer, nullable=False),
    Column("end_frame", Integer, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("mean_score", Double, nullable=False),
    Column("peak_frame", Integer, nullable=False),
    PrimaryKeyConstraint("run_id", "label_id", "start_frame"),
    _of_run_label(),
    _range(),
    CheckConstraint("end_us > start_us", name="time"),
    CheckConstraint("mean_score BETWEEN 0 AND 1", name="mean_score"),
    CheckConstraint("peak_frame >= start_frame AND peak_frame < end_frame", name="peak_frame"),
    sqlite_with_rowid=False,
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    _parent("video_id", index=True),
    _parent("label_id", index=True),
    Column("start_frame", Integer, nullable=False),
    Column("end_frame", Integer, nullable=False),
    Column("present", Boolean, nullable=False),
    Column("author", String, nullable=False),
    Column("note", String, nullable=False, server_default=text("''")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    _range(),
)
