"""An index for emergencies, of which there are few among many submissions."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

FEW = sa.text("track = 'EMERGENCY'")


def upgrade() -> None:
    """Make it."""
    op.create_index(
        "ix_submission_emergency",
        "submission",
        ["authority_id", "submitted_at"],
        sqlite_where=FEW,
        postgresql_where=FEW,
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_submission_emergency", table_name="submission")
