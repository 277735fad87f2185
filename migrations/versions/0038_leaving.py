"""Who is going to leave a school on a day to come, and who takes over then.

Adds a table only: code of before goes on working.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
WAITING = sa.text("settled_at IS NULL")
TABLE = "leaving"
REFERENCES = {
    "authority_id": "organisation",
    "school_id": "school",
    "person_id": "person",
    "to_id": "person",
    "next_head_id": "person",
    "set_by_id": "person",
}
MAY_LACK = {"to_id", "next_head_id"}


def upgrade() -> None:
    """Add the table, and guard each authority's rows."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG_ID, nullable=False),
        *(sa.Column(name, BIG_ID, nullable=name in MAY_LACK) for name in REFERENCES),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("problem", sa.String(300), server_default="", nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{name}_{to}"))
            for name, to in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index("ix_leaving_person_id", TABLE, ["person_id"])
    op.create_index(
        "uq_leaving_waiting",
        TABLE,
        ["school_id", "person_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_leaving_due",
        TABLE,
        ["last_day", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    if op.get_bind().dialect.name == "postgresql":
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_authority ON {TABLE} USING ({condition}) WITH CHECK ({condition})"
        )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table(TABLE)
