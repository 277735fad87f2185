"""What officers ask of each other when their submissions are alike."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
REFERENCES = {
    "authority_id": "organisation",
    "submission_id": "submission",
    "other_id": "submission",
    "by_id": "person",
}


def upgrade() -> None:
    """Make the table and the guard of each authority's rows."""
    op.create_table(
        "approach",
        sa.Column("id", BIG_ID, nullable=False),
        *(sa.Column(name, BIG_ID, nullable=False) for name in REFERENCES),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_approach_{name}_{table}")
            )
            for name, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approach")),
        sa.UniqueConstraint(
            "authority_id",
            "submission_id",
            "other_id",
            "kind",
            name=op.f("uq_approach_authority_id_submission_id_other_id_kind"),
        ),
    )
    op.create_index("ix_approach_other_id", "approach", ["other_id"])
    if op.get_bind().dialect.name == "postgresql":
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute("ALTER TABLE approach ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE approach FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_authority ON approach USING ({condition}) WITH CHECK ({condition})"
        )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("approach")
