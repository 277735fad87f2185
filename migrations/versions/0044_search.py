"""The search index on PostgreSQL.

On SQLite, whose index lies in files, the table stays empty. No row security here, on purpose: its
condition would keep PostgreSQL from answering out of the index. The rows hold stems and ids.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VECTOR = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")


def upgrade() -> None:
    """Make the table; workers fill it."""
    op.create_table(
        "search_entry",
        sa.Column("notice_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("title", VECTOR, nullable=False),
        sa.Column("words", VECTOR, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_search_entry_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_search_entry")),
    )
    op.create_index("ix_search_entry_words", "search_entry", ["words"], postgresql_using="gin")


def downgrade() -> None:
    """Take it away: it is made of other tables and may be made anew."""
    op.drop_table("search_entry")
