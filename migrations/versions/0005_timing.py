"""What a video is counted in: its frame rate, and the timecode of its first frame."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. In older databases the rate stays NULL, and is worked out from the times."""
    op.add_column("videos", sa.Column("frame_rate", sa.String(), nullable=True))
    op.add_column("videos", sa.Column("timecode", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop the columns. Not as a batch, which would make the table anew under the views."""
    op.execute("ALTER TABLE videos DROP COLUMN timecode")
    op.execute("ALTER TABLE videos DROP COLUMN frame_rate")
