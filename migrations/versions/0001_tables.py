"""The tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "detectors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("weights_sha256", sa.String(), nullable=False),
        sa.Column("settings", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detectors")),
        sa.UniqueConstraint(
            "name",
            "version",
            "weights_sha256",
            "settings",
            name=op.f("uq_detectors_name_version_weights_sha256_settings"),
        ),
    )
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_labels_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sa.UniqueConstraint("name", name=op.f("uq_labels_name")),
    )
    op.create_table(
        "videos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=True),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("episode", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=True),
        sa.Column("start_us", sa.BigInteger(), nullable=True),
        sa.Column("end_us", sa.BigInteger(), nullable=True),
        sa.Column("damaged_packets", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("problems", sa.String(), server_default="[]", nullable=False),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.CheckConstraint("frames >= 0 AND end_us >= start_us", name=op.f("ck_videos_length")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_videos_sha256")),
        sa.CheckConstraint("season >= 0 AND episode >= 0", name=op.f("ck_videos_episode")),
        sa.CheckConstraint("width_px > 0 AND height_px > 0", name=op.f("ck_videos_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_videos")),
        sa.UniqueConstraint("sha256", name=op.f("uq_videos_sha256")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("start_frame", sa.Integer(), nullable=False),
        sa.Column("end_frame", sa.Integer(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.CheckConstraint(
            "start_frame >= 0 AND end_frame > start_frame", name=op.f("ck_corrections_range")
        ),
        sa.ForeignKeyConstraint(
            ["label_id"],
            ["labels.id"],
            name=op.f("fk_corrections_label_id_labels"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["video_id"],
            ["videos.id"],
            name=op.f("fk_corrections_video_id_videos"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_label_id"), "corrections", ["label_id"])
    op.create_index(op.f("ix_corrections_video_id"), "corrections", ["video_id"])
    op.create_table(
        "frames",
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.Column("frame_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pts_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("frame_no >= 0", name=op.f("ck_frames_frame_no")),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_frames_video_id_videos"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("video_id", "frame_no", name=op.f("pk_frames")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.Column("detector_id", sa.Integer(), nullable=False),
        sa.Column("sampler", sa.String(), nullable=False),
        sa.Column("pipeline", sa.String(), nullable=False),
        sa.Column("status", sa.String(), server_default="open", nullable=False),
        sa.Column("frames_scored", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("frames_filled", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "started_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('open', 'done')", name=op.f("ck_runs_status")),
        sa.CheckConstraint(
            "frames_scored >= 0 AND frames_filled >= 0", name=op.f("ck_runs_counts")
        ),
        sa.ForeignKeyConstraint(
            ["detector_id"],
            ["detectors.id"],
            name=op.f("fk_runs_detector_id_detectors"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_runs_video_id_videos"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint(
            "video_id",
            "detector_id",
            "sampler",
            "pipeline",
            name=op.f("uq_runs_video_id_detector_id_sampler_pipeline"),
        ),
    )
    op.create_index(op.f("ix_runs_detector_id"), "runs", ["detector_id"])
    op.create_table(
        "shots",
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.Column("shot_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_frame", sa.Integer(), nullable=False),
        sa.Column("end_frame", sa.Integer(), nullable=False),
        sa.Column("scene_no", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "start_frame >= 0 AND end_frame > start_frame", name=op.f("ck_shots_range")
        ),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_shots_video_id_videos"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("video_id", "shot_no", name=op.f("pk_shots")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pieces",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("start_frame", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("end_frame", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until_us", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "start_frame >= 0 AND end_frame > start_frame", name=op.f("ck_pieces_range")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_pieces_run_id_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "start_frame", name=op.f("pk_pieces")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run_labels",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_run_labels_position")),
        sa.CheckConstraint("threshold BETWEEN 0 AND 1", name=op.f("ck_run_labels_threshold")),
        sa.ForeignKeyConstraint(
            ["label_id"],
            ["labels.id"],
            name=op.f("fk_run_labels_label_id_labels"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_labels_run_id_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "label_id", name=op.f("pk_run_labels")),
        sa.UniqueConstraint("run_id", "position", name=op.f("uq_run_labels_run_id_position")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_run_labels_label_id"), "run_labels", ["label_id"])
    op.create_table(
        "appearances",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("start_frame", sa.Integer(), nullable=False),
        sa.Column("end_frame", sa.Integer(), nullable=False),
        sa.Column("start_us", sa.BigInteger(), nullable=False),
        sa.Column("end_us", sa.BigInteger(), nullable=False),
        sa.Column("mean_score", sa.Double(), nullable=False),
        sa.Column("peak_frame", sa.Integer(), nullable=False),
        sa.CheckConstraint("end_us > start_us", name=op.f("ck_appearances_time")),
        sa.CheckConstraint("mean_score BETWEEN 0 AND 1", name=op.f("ck_appearances_mean_score")),
        sa.CheckConstraint(
            "peak_frame >= start_frame AND peak_frame < end_frame",
            name=op.f("ck_appearances_peak_frame"),
        ),
        sa.CheckConstraint(
            "start_frame >= 0 AND end_frame > start_frame", name=op.f("ck_appearances_range")
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "label_id"],
            ["run_labels.run_id", "run_labels.label_id"],
            name=op.f("fk_appearances_run_id_label_id_run_labels"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "label_id", "start_frame", name=op.f("pk_appearances")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "frame_labels",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("frame_no", sa.Integer(), nullable=False),
        sa.Column("score", sa.REAL(), nullable=False),
        sa.Column("scored", sa.Boolean(), nullable=False),
        sa.CheckConstraint("frame_no >= 0", name=op.f("ck_frame_labels_frame_no")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_frame_labels_score")),
        sa.ForeignKeyConstraint(
            ["run_id", "label_id"],
            ["run_labels.run_id", "run_labels.label_id"],
            name=op.f("fk_frame_labels_run_id_label_id_run_labels"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "label_id", "frame_no", name=op.f("pk_frame_labels")),
        sqlite_with_rowid=False,
    )
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


def downgrade() -> None:
    """Drop the tables, and all that is in them."""
    op.drop_table("sightings")
    op.drop_table("frame_labels")
    op.drop_table("appearances")
    op.drop_table("run_labels")
    op.drop_table("pieces")
    op.drop_table("shots")
    op.drop_table("runs")
    op.drop_table("frames")
    op.drop_table("corrections")
    op.drop_table("videos")
    op.drop_table("labels")
    op.drop_table("detectors")
