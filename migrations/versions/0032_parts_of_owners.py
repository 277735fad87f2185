"""More than one owner, deputies, defaults of groups, owners of trusts, and how people are reached.

Adds columns and tables only, and widens one unique index: code of before goes on working.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
NOT_ENDED = sa.text("ended_at IS NULL")
ONE_OF_A_PART = sa.text("ended_at IS NULL AND part IN ('lead', 'deputy')")
TABLES = {
    "group_default": {
        "authority_id": "organisation",
        "school_id": "school",
        "person_id": "person",
        "set_by_id": "person",
    },
    "trust_owner": {
        "authority_id": "organisation",
        "trust_id": "organisation",
        "category_id": "category",
        "person_id": "person",
        "set_by_id": "person",
    },
    "delivery_move": {
        "authority_id": "organisation",
        "delivery_id": "delivery",
        "from_person_id": "person",
        "to_person_id": "person",
        "from_school_id": "school",
        "by_id": "person",
    },
}
MAY_LACK = {"set_by_id", "by_id", "from_person_id", "to_person_id", "from_school_id"}


def upgrade() -> None:
    """Add the columns and tables, and guard each authority's rows."""
    for name in ("last_signed_in_at", "mail_failing_since"):
        op.add_column("person", sa.Column(name, MOMENT))
    _refer("person", "merged_into_id", "person")
    op.create_index("ix_person_merged_into_id", "person", ["merged_into_id"])
    op.add_column(
        "membership", sa.Column("mailbox", sa.String(254), server_default="", nullable=False)
    )
    for table in ("category", "category_edition"):
        op.add_column(table, sa.Column("falls_to", JSON, server_default="[]", nullable=False))
    _widen_owner()
    op.add_column("cover", sa.Column("kind", sa.String(40), server_default="cover", nullable=False))
    _refer("cover", "set_by_id", "person")
    _make("group_default", sa.Column("group_slug", sa.String(40), nullable=False), *_since())
    _make("trust_owner", *_since())
    _make(
        "delivery_move",
        sa.Column("why", sa.String(300), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    _unique("uq_group_default_current", "group_default", ["school_id", "group_slug"], NOT_ENDED)
    _unique("uq_trust_owner_current", "trust_owner", ["category_id", "trust_id"], NOT_ENDED)
    op.create_index("ix_group_default_person_id", "group_default", ["person_id"])
    op.create_index("ix_trust_owner_trust_id", "trust_owner", ["trust_id", "category_id"])
    op.create_index("ix_trust_owner_person_id", "trust_owner", ["person_id"])
    op.create_index("ix_delivery_move_delivery_id", "delivery_move", ["delivery_id", "id"])
    op.create_index("ix_delivery_move_from_person_id", "delivery_move", ["from_person_id"])


def downgrade() -> None:
    """Take it away again. Of several owners the lead stays; nothing else can."""
    for table in TABLES:
        op.drop_table(table)
    _drop("cover", "set_by_id", "kind")
    op.execute("DELETE FROM owner WHERE part <> 'lead' AND ended_at IS NULL")
    op.drop_index("uq_owner_one_of_a_part", "owner")
    op.drop_index("uq_owner_current", "owner")
    _drop("owner", "confirmed_by_id", "confirmed_at", "part")
    _unique("uq_owner_current", "owner", ["category_id", "school_id"], NOT_ENDED)
    for table in ("category", "category_edition"):
        op.drop_column(table, "falls_to")
    op.drop_column("membership", "mailbox")
    op.drop_index("ix_person_merged_into_id", "person")
    _drop("person", "merged_into_id", "mail_failing_since", "last_signed_in_at")


def _widen_owner() -> None:
    op.add_column("owner", sa.Column("part", sa.String(40), server_default="lead", nullable=False))
    op.add_column("owner", sa.Column("confirmed_at", MOMENT))
    _refer("owner", "confirmed_by_id", "person")
    op.drop_index("uq_owner_current", "owner")
    _unique("uq_owner_current", "owner", ["category_id", "school_id", "person_id"], NOT_ENDED)
    _unique("uq_owner_one_of_a_part", "owner", ["category_id", "school_id", "part"], ONE_OF_A_PART)


def _since() -> tuple[sa.Column[Any], ...]:
    return sa.Column("set_at", MOMENT, nullable=False), sa.Column("ended_at", MOMENT)


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


def _drop(table: str, *names: str) -> None:
    for name in names:
        op.drop_column(table, name)


def _unique(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _make(table: str, *columns: sa.Column[Any]) -> None:
    references = TABLES[table]
    op.create_table(
        table,
        sa.Column("id", BIG_ID, nullable=False),
        *(sa.Column(name, BIG_ID, nullable=name in MAY_LACK) for name in references),
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
