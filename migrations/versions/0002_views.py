"""Stable views for people who open the database with other tools."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PRESENCE = """
CREATE VIEW presence AS
SELECT videos.series, videos.season, videos.episode, videos.path, labels.name AS label,
       detectors.name AS detector, detectors.version AS detector_version, runs.id AS run_id,
       run_labels.threshold, appearances.start_frame, appearances.end_frame,
       CAST(appearances.start_us AS DOUBLE PRECISION) / 1000000 AS start_s,
       CAST(appearances.end_us AS DOUBLE PRECISION) / 1000000 AS end_s,
       CAST(appearances.end_us - appearances.start_us AS DOUBLE PRECISION) / 1000000 AS duration_s,
       appearances.mean_score, appearances.peak_frame
FROM appearances
JOIN run_labels ON run_labels.run_id = appearances.run_id
               AND run_labels.label_id = appearances.label_id
JOIN labels ON labels.id = appearances.label_id
JOIN runs ON runs.id = appearances.run_id
JOIN detectors ON detectors.id = runs.detector_id
JOIN videos ON videos.id = runs.video_id
WHERE runs.status = 'done'
"""

# Appearances of one run and label never overlap, so their sum counts every instant once.
SCREEN_TIME = """
CREATE VIEW screen_time AS
SELECT videos.series, videos.season, videos.episode, videos.path, labels.name AS label,
       detectors.name AS detector, detectors.version AS detector_version, runs.id AS run_id,
       run_labels.threshold, count(appearances.start_frame) AS appearances,
       CAST(coalesce(sum(appearances.end_us - appearances.start_us), 0) AS DOUBLE PRECISION)
           / 1000000 AS screen_time_s,
       CAST(videos.end_us - videos.start_us AS DOUBLE PRECISION) / 1000000 AS video_s
FROM run_labels
JOIN labels ON labels.id = run_labels.label_id
JOIN runs ON runs.id = run_labels.run_id
JOIN detectors ON detectors.id = runs.detector_id
JOIN videos ON videos.id = runs.video_id
LEFT JOIN appearances ON appearances.run_id = run_labels.run_id
                     AND appearances.label_id = run_labels.label_id
WHERE runs.status = 'done'
GROUP BY videos.id, labels.id, detectors.id, runs.id, run_labels.run_id, run_labels.label_id
"""


def upgrade() -> None:
    """Create the views."""
    op.execute(PRESENCE)
    op.execute(SCREEN_TIME)


def downgrade() -> None:
    """Drop the views."""
    op.execute("DROP VIEW screen_time")
    op.execute("DROP VIEW presence")
