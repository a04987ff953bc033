"""People, the faces they are recognised by, and the tracks of faces in videos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables. `sightings` had another shape, and nothing has ever filled it."""
    op.drop_table("sightings")
    op.create_table(
        "tracks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("start_frame", sa.Integer(), nullable=False),
        sa.Column("end_frame", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.REAL(), nullable=True),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("looks", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "start_frame >= 0 AND end_frame > start_frame", name=op.f("ck_tracks_range")
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_tracks_score")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_tracks_confidence")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_tracks_run_id_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_tracks_label_id_labels"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracks")),
    )
    op.create_index(op.f("ix_tracks_run_id"), "tracks", ["run_id"])
    op.create_index(op.f("ix_tracks_label_id"), "tracks", ["label_id"])
    op.create_table(
        "sightings",
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("frame_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("left_px", sa.Integer(), nullable=False),
        sa.Column("top_px", sa.Integer(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.CheckConstraint("frame_no >= 0", name=op.f("ck_sightings_frame_no")),
        sa.CheckConstraint("width_px > 0 AND height_px > 0", name=op.f("ck_sightings_size")),
        sa.ForeignKeyConstraint(
            ["track_id"],
            ["tracks.id"],
            name=op.f("fk_sightings_track_id_tracks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("track_id", "frame_no", name=op.f("pk_sightings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_people_label_id_labels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("label_id", name=op.f("uq_people_label_id")),
    )
    op.create_table(
        "faces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("space", sa.String(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("image_sha256", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_faces_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faces")),
    )
    op.create_index(op.f("ix_faces_person_id"), "faces", ["person_id"])


def downgrade() -> None:
    """Drop the tables, and everything that is known of faces."""
    for table in ("faces", "people", "sightings", "tracks"):
        op.drop_table(table)
    op.create_table(
        "sightings",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("frame_no", sa.Integer(), nullable=False),
        sa.Column("track", sa.Integer(), nullable=False),
        sa.Column("left_px", sa.Integer(), nullable=False),
        sa.Column("top_px", sa.Integer(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.CheckConstraint("frame_no >= 0 AND track >= 0", name=op.f("ck_sightings_frame_no")),
        sa.CheckConstraint("width_px > 0 AND height_px > 0", name=op.f("ck_sightings_size")),
        sa.ForeignKeyConstraint(
            ["run_id", "label_id"],
            ["run_labels.run_id", "run_labels.label_id"],
            name=op.f("fk_sightings_run_id_label_id_run_labels"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "run_id", "label_id", "frame_no", "track", name=op.f("pk_sightings")
        ),
        sqlite_with_rowid=False,
    )
