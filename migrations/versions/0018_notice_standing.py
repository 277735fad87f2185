"""Keep with each notice how it stands: suspended, sent as an emergency, not confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the words, and whether readers need answer."""
    words = sa.Column("standing", sa.String(length=300), server_default="", nullable=False)
    op.add_column("notice", words)
    op.add_column(
        "notice",
        sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("notice", "stopped")
    op.drop_column("notice", "standing")
