"""When a deputy and a head are told of what nobody did, and that a sender called reminders off.

Adds columns only: code of before goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns; what was sent before is not escalated."""
    op.add_column("notice", sa.Column("deputy_after", sa.Integer()))
    op.add_column("notice", sa.Column("head_after", sa.Integer()))
    op.add_column("notice", sa.Column("reminders_stopped_at", MOMENT))


def downgrade() -> None:
    """Take them away again; what was escalated stays with its reader as the deputy's."""
    op.execute("UPDATE delivery SET reason = 'deputy' WHERE reason = 'escalated'")
    for name in ("deputy_after", "head_after", "reminders_stopped_at"):
        op.drop_column("notice", name)
