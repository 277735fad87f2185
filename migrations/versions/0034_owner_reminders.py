"""Who ended an owner's part, and when schools were asked whether their owners are still right.

Adds a column and a table only: code of before goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
TABLE = "owner_reminder"
KEY = "fk_owner_ended_by_id_person"


def upgrade() -> None:
    """Add them, and guard each authority's rows."""
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("owner", sa.Column("ended_by_id", BIG_ID))
        op.create_foreign_key(op.f(KEY), "owner", "person", ["ended_by_id"], ["id"])
    else:  # SQLite adds a column that refers to a table only with its constraint inside
        op.execute(
            "ALTER TABLE owner ADD COLUMN ended_by_id INTEGER"
            f" CONSTRAINT {KEY} REFERENCES person (id)"
        )
    references = {"authority_id": "organisation", "school_id": "school"}
    op.create_table(
        TABLE,
        sa.Column("id", BIG_ID, nullable=False),
        *(sa.Column(name, BIG_ID, nullable=False) for name in references),
        sa.Column("asked_on", sa.Date(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{name}_{to}"))
            for name, to in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("school_id", "asked_on", name=op.f(f"uq_{TABLE}_school_id_asked_on")),
    )
    if op.get_bind().dialect.name == "postgresql":
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_authority ON {TABLE} USING ({condition}) WITH CHECK ({condition})"
        )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table(TABLE)
    op.drop_column("owner", "ended_by_id")
