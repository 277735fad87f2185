"""A headteacher may let a colleague say who owns what.

Adds a column only: code of before goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add whether somebody at a school may say who owns what there."""
    op.add_column(
        "membership",
        sa.Column("manages_owners", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Take it away again: the headteacher alone may then."""
    op.drop_column("membership", "manages_owners")
