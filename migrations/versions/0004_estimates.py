"""What the scores of a run add up to for each label: the source of the 95 % intervals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. For older runs they stay NULL, and are worked out from the scores."""
    op.add_column("run_labels", sa.Column("expected_us", sa.Double(), nullable=True))
    op.add_column("run_labels", sa.Column("variance_us2", sa.Double(), nullable=True))


def downgrade() -> None:
    """Drop the columns. Not as a batch, which would make the table anew under the views."""
    op.execute("ALTER TABLE run_labels DROP COLUMN variance_us2")
    op.execute("ALTER TABLE run_labels DROP COLUMN expected_us")
