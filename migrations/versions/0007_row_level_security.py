"""PostgreSQL shows every session only the rows of the authority that it works for.

The session says which in the setting ``portal.authority``: 0 is every authority, nothing is none.
SQLite has no such thing; there the rules' own conditions stand alone.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "outbox_event",
    "audit_entry",
    "audit_head",
    "authority_profile",
    "team",
    "school",
    "person",
    "membership",
    "framework",
    "category",
    "category_edition",
    "owner",
    "cover",
    "notice",
    "notice_attachment",
    "delivery",
    "mail",
    "submission",
    "submission_version",
    "shingle",
    "attachment",
    "finding",
    "move",
    "decision",
    "message",
    "number_sequence",
)
# The sub-select makes PostgreSQL read the setting once a statement, not once a row.
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"


def upgrade() -> None:
    """Switch it on, for the tables' owner too."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        _protect(table, f"{CURRENT} = 0 OR authority_id = {CURRENT}")
    _protect("organisation", f"{CURRENT} = 0 OR authority_id = {CURRENT} OR id = {CURRENT}")


def downgrade() -> None:
    """Switch it off."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in (*TABLES, "organisation"):
        op.execute(f"DROP POLICY own_authority ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _protect(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_authority ON {table} USING ({condition}) WITH CHECK ({condition})"
    )
