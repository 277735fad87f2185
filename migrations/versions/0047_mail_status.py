"""When to ask GOV.UK Notify again what became of a mail.

Adds a column and an index only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TAKEN = sa.text("channel = 'notify' AND state = 'sent'")


def upgrade() -> None:
    """Add the column, and an index of the mails that may be asked about."""
    op.add_column("mail", sa.Column("status_after", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_mail_status", "mail", ["status_after"], sqlite_where=TAKEN, postgresql_where=TAKEN
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_mail_status", "mail")
    op.drop_column("mail", "status_after")
