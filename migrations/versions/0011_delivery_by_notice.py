"""All deliveries of a notice, quickly: its sender follows it."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index. The two unique ones are partial, so neither finds them all."""
    op.create_index("ix_delivery_notice", "delivery", ["notice_id", "school_id"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_index("ix_delivery_notice", table_name="delivery")
