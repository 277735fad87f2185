"""The authority's own duties, and the verdicts of its legal reviewers."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
TABLES = ("law_duty", "provision_verdict", "claim_verdict")


def upgrade() -> None:
    """Make the tables and the guard of each authority's rows."""
    op.create_table(
        "law_duty",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("collection", sa.String(length=120), nullable=False),
        sa.Column("row", JSON, nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        *_of_authority("law_duty"),
        sa.UniqueConstraint(
            "authority_id",
            "key",
            "collection",
            name=op.f("uq_law_duty_authority_id_key_collection"),
        ),
    )
    op.create_table(
        "provision_verdict",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        *_verdict("provision_verdict"),
        *_of_authority("provision_verdict"),
    )
    op.create_index("ix_provision_verdict_key", "provision_verdict", ["authority_id", "key", "id"])
    op.create_table(
        "claim_verdict",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("version_id", BIG_ID, nullable=False),
        *_verdict("claim_verdict"),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["submission_version.id"],
            name=op.f("fk_claim_verdict_version_id_submission_version"),
        ),
        *_of_authority("claim_verdict"),
    )
    op.create_index("ix_claim_verdict_version_id", "claim_verdict", ["version_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _protect(table, f"{CURRENT} = 0 OR authority_id = {CURRENT}")


def downgrade() -> None:
    """Take them away."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _verdict(table: str) -> list[sa.Column[Any] | sa.Constraint]:
    return [
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f(f"fk_{table}_by_id_person")),
    ]


def _of_authority(table: str) -> list[sa.Column[Any] | sa.Constraint]:
    return [
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f(f"fk_{table}_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _protect(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_authority ON {table} USING ({condition}) WITH CHECK ({condition})"
    )
