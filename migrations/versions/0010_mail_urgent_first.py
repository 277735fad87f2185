"""Waiting mail is found urgent first, then by the moment it is due, straight from the index."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'queued'")


def upgrade() -> None:
    """Put urgency before the moment."""
    _index("urgent", "send_after", "id")


def downgrade() -> None:
    """Sort by the moment alone again."""
    _index("send_after", "id")


def _index(*columns: str) -> None:
    op.drop_index("ix_mail_waiting", table_name="mail")
    op.create_index(
        "ix_mail_waiting",
        "mail",
        list(columns),
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
