"""What became of submissions that were joined, and what it saved."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
NOT_UNDONE = sa.text("undone_at IS NULL")
REFERENCES = {
    "authority_id": "organisation",
    "parent_id": "submission",
    "child_id": "submission",
    "child_version_id": "submission_version",
    "base_id": "submission_version",
    "before_id": "submission_version",
    "after_id": "submission_version",
    "by_id": "person",
    "undone_by_id": "person",
    "undone_version_id": "submission_version",
}


def upgrade() -> None:
    """Make the table and the guard of each authority's rows."""
    op.create_table(
        "joining",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        *(sa.Column(name, BIG_ID, nullable=name.startswith("undone")) for name in REFERENCES),
        sa.Column("brought", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("saving_minutes", sa.Integer(), nullable=False),
        sa.Column("saving_pence", sa.Integer(), nullable=False),
        sa.Column("saving_why", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_why", sa.Text(), nullable=False),
        sa.Column("kept", JSON, server_default="[]", nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_joining_{name}_{table}")
            )
            for name, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining")),
    )
    op.create_index(
        "uq_joining_child",
        "joining",
        ["child_id"],
        unique=True,
        sqlite_where=NOT_UNDONE,
        postgresql_where=NOT_UNDONE,
    )
    op.create_index("ix_joining_parent_id", "joining", ["parent_id"])
    op.create_index("ix_joining_authority_id_at", "joining", ["authority_id", "at"])
    op.create_index("ix_joining_authority_id_undone_at", "joining", ["authority_id", "undone_at"])
    if op.get_bind().dialect.name == "postgresql":
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute("ALTER TABLE joining ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE joining FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_authority ON joining USING ({condition}) WITH CHECK ({condition})"
        )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("joining")
