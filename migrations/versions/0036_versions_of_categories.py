"""New lists of categories before they are in force, what each changed, and places given by trusts.

Adds columns and tables only: code of before goes on working.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
NOT_ENDED = sa.text("ended_at IS NULL AND given_by_trust_id IS NOT NULL")
TABLES = {
    "category_draft": {
        "authority_id": "organisation",
        "made_by_id": "person",
        "confirmed_by_id": "person",
        "framework_id": "framework",
    },
    "category_change": {
        "authority_id": "organisation",
        "framework_id": "framework",
        "from_id": "category",
        "to_id": "category",
    },
}
MUST = {("category_change", "framework_id")}


def upgrade() -> None:
    """Add the columns and tables, and guard each authority's rows."""
    _refer("framework", "applied_by_id", "person")
    _refer("membership", "given_by_trust_id", "organisation")
    op.create_index(
        "ix_membership_given_by_trust_id",
        "membership",
        ["given_by_trust_id"],
        sqlite_where=NOT_ENDED,
        postgresql_where=NOT_ENDED,
    )
    _make(
        "category_draft",
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("entries", JSON, nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("settled_at", MOMENT),
    )
    _make(
        "category_change",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
    )
    op.create_index(
        "ix_category_draft_authority_id_state", "category_draft", ["authority_id", "state"]
    )
    op.create_index(
        "ix_category_change_framework_id", "category_change", ["framework_id", "to_id", "place"]
    )
    op.create_index("ix_category_change_from_id", "category_change", ["from_id"])


def downgrade() -> None:
    """Take it away again: lists that were put up and the links between categories are lost."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("ix_membership_given_by_trust_id", "membership")
    op.drop_column("membership", "given_by_trust_id")
    op.drop_column("framework", "applied_by_id")


def _refer(table: str, name: str, to: str) -> None:
    """Add a column that refers to another table; SQLite can only do so inside the column."""
    key = op.f(f"fk_{table}_{name}_{to}")
    if op.get_bind().dialect.name == "postgresql":
        op.add_column(table, sa.Column(name, BIG_ID))
        op.create_foreign_key(key, table, to, [name], ["id"])
    else:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} INTEGER CONSTRAINT {key} REFERENCES {to} (id)"
        )


def _make(table: str, *columns: sa.Column[Any]) -> None:
    references = TABLES[table]
    op.create_table(
        table,
        sa.Column("id", BIG_ID, nullable=False),
        *(
            sa.Column(name, BIG_ID, nullable=name != "authority_id" and (table, name) not in MUST)
            for name in references
        ),
        *columns,
        *(
            sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}_{to}"))
            for name, to in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    if op.get_bind().dialect.name == "postgresql":
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_authority ON {table} USING ({condition}) WITH CHECK ({condition})"
        )
