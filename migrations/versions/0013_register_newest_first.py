"""The register, newest first, straight from an index."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_submission_register", "submission", ["authority_id", "submitted_at", "id"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_index("ix_submission_register", table_name="submission")
