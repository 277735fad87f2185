"""An index by which time finds the numbers that die, among all that do not."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_submission_expiry", "submission", ["authority_id", "state", "expires_on"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_submission_expiry", table_name="submission")
