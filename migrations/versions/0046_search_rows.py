"""Keep search entries of usual length in their rows.

PostgreSQL moves what is longer than two kilobytes elsewhere, and a search that looks through the
items of one reader then fetches each from there: ten times slower.
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tell PostgreSQL to move only what does not fit into a page; rows follow as they change."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_entry SET (toast_tuple_target = 8160)")


def downgrade() -> None:
    """Let it do as it likes again."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_entry RESET (toast_tuple_target)")
