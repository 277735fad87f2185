"""Updates from GIAS: files put up, the changes that each proposes, and which school follows which.

Adds tables only: code of before goes on working.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
TABLES = {
    "school_link": {"authority_id": "organisation"},
    "schools_update": {"by_id": "person", "authority_id": "organisation"},
    "school_change": {
        "update_id": "schools_update",
        "school_id": "school",
        "settled_by_id": "person",
        "authority_id": "organisation",
    },
}
MAY_LACK = {"by_id", "school_id", "settled_by_id"}


def upgrade() -> None:
    """Make the tables, and guard each authority's rows."""
    _make(
        "school_link",
        _needed("urn", sa.Integer()),
        _needed("link_urn", sa.Integer()),
        _needed("kind", sa.String(40)),
        sa.Column("established_on", sa.Date()),
        sa.UniqueConstraint(
            "authority_id", "urn", "link_urn", "kind", name="uq_school_link_authority_id"
        ),
    )
    _make(
        "schools_update",
        _needed("name", sa.String(200)),
        _needed("sha256", sa.String(64)),
        _needed("links_name", sa.String(200)),
        sa.Column("links_sha256", sa.String(64)),
        _needed("apply_details", sa.Boolean()),
        _needed("state", sa.String(40)),
        _needed("at", MOMENT),
        sa.Column("compared_at", MOMENT),
        sa.Column("claimed_until", MOMENT),
        _needed("said", sa.String(500)),
        _needed("progress", sa.Integer()),
        _needed("counts", JSON),
        _needed("rejected", JSON),
        _needed("missing", JSON),
    )
    _make(
        "school_change",
        _needed("urn", sa.Integer()),
        _needed("kind", sa.String(40)),
        _needed("turn", sa.Integer()),
        _needed("name", sa.String(500)),
        _needed("before", JSON),
        _needed("after", JSON),
        _needed("gone", JSON),
        sa.Column("successor_urn", sa.Integer()),
        sa.Column("due_on", sa.Date()),
        _needed("state", sa.String(40)),
        _needed("said", sa.String(500)),
        sa.Column("asked_at", MOMENT),
        sa.Column("settled_at", MOMENT),
    )
    op.create_index("ix_schools_update_authority_id_at", "schools_update", ["authority_id", "at"])
    op.create_index("ix_school_change_update_id", "school_change", ["update_id", "turn", "id"])
    op.create_index("ix_school_change_authority_id_urn", "school_change", ["authority_id", "urn"])
    _partial("ix_schools_update_waiting", "schools_update", ["id"], "waiting")
    _partial("ix_school_change_chosen", "school_change", ["authority_id", "turn", "id"], "chosen")
    _partial("ix_school_change_waiting", "school_change", ["authority_id", "kind", "id"], "waiting")


def downgrade() -> None:
    """Take them away again: what was applied stays, what was proposed is forgotten."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _needed(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _partial(name: str, table: str, columns: list[str], state: str) -> None:
    where = sa.text(f"state = '{state}'")
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _make(table: str, *columns: sa.schema.SchemaItem) -> None:
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
