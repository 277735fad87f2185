"""Files of owners: put up, read, applied and undone.

Adds tables only: code of before goes on working.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
UNFINISHED = sa.text("state IN ('received', 'applying', 'undoing')")
TEXTS = {
    "urn": 60,
    "category": 120,
    "email": 254,
    "name": 200,
    "telephone": 40,
    "job_title": 120,
    "cover_email": 254,
    "reason": 300,
}
FOUND = ("school_id", "category_id", "person_id", "before_id", "own_id", "place_id")
FLAGS = ("is_owner", "details_differ", "needs_place", "cover_differs", "chosen")


def upgrade() -> None:
    """Make both tables, and guard each authority's rows."""
    op.create_table(
        "owner_import",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("by_id", BIG_ID),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("why", sa.String(400), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("applied_by_id", BIG_ID),
        sa.Column("applied_at", MOMENT),
        sa.Column("undone_by_id", BIG_ID),
        sa.Column("undone_at", MOMENT),
        sa.Column("emptied_at", MOMENT),
        _refers("owner_import", "authority_id", "organisation"),
        _refers("owner_import", "school_id", "school"),
        *(_refers("owner_import", name, "person") for name in _people()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_import")),
    )
    op.create_index("ix_owner_import_authority_id_at", "owner_import", ["authority_id", "at"])
    op.create_index(
        "ix_owner_import_unfinished",
        "owner_import",
        ["id"],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    _make_rows()
    for table in ("owner_import", "owner_import_row"):
        _guard(table)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("owner_import_row")
    op.drop_table("owner_import")


def _make_rows() -> None:
    table = "owner_import_row"
    columns: list[Any] = [
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("import_id", BIG_ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(most), nullable=False) for name, most in TEXTS.items()),
        sa.Column("cover_from", sa.Date()),
        sa.Column("cover_to", sa.Date()),
        sa.Column("part", sa.String(40), nullable=False),
        *(sa.Column(name, BIG_ID) for name in FOUND),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in FLAGS),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("column_name", sa.String(40)),
        sa.Column("state", sa.String(40), nullable=False),
    ]
    op.create_table(
        table,
        *columns,
        _refers(table, "authority_id", "organisation"),
        _refers(table, "import_id", "owner_import"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_import_id_verdict", table, ["import_id", "verdict", "line"])
    op.create_index(f"ix_{table}_import_id_state", table, ["import_id", "state", "school_id"])


def _people() -> tuple[str, ...]:
    return "by_id", "applied_by_id", "undone_by_id"


def _refers(table: str, name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}_{to}"))


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_authority ON {table} USING ({condition}) WITH CHECK ({condition})"
        )
