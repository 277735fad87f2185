"""Find the earlier mail of a sender or a team without walking through everybody's.

Adds indexes only.
"""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index traces by sender and by team."""
    op.create_index("ix_mail_trace_sender", "mail_trace", ["authority_id", "sender", "at"])
    op.create_index("ix_mail_trace_team", "mail_trace", ["authority_id", "team", "at"])


def downgrade() -> None:
    """Take the indexes away again."""
    op.drop_index("ix_mail_trace_team", "mail_trace")
    op.drop_index("ix_mail_trace_sender", "mail_trace")
