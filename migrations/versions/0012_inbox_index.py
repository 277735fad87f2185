"""The inbox's index holds the authority too, so that counting an inbox needs the index alone."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BEFORE = ["person_id", "school_id", "state", "delivered_at"]


def upgrade() -> None:
    """Make it again with one more column."""
    op.drop_index("ix_delivery_inbox", table_name="delivery")
    op.create_index("ix_delivery_inbox", "delivery", ["authority_id", *BEFORE])


def downgrade() -> None:
    """Make it as it was."""
    op.drop_index("ix_delivery_inbox", table_name="delivery")
    op.create_index("ix_delivery_inbox", "delivery", BEFORE)
