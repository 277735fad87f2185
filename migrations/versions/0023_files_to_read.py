"""The work list of files whose words have not been read yet."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

UNREAD = sa.text("text IS NULL")


def upgrade() -> None:
    """Make it."""
    op.create_index(
        "ix_attachment_unread",
        "attachment",
        ["id"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_attachment_unread", table_name="attachment")
