"""What each version asks, for finding it again: a row a version, and packed blocks of codes."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
TABLES = ("meaning", "meaning_block")


def upgrade() -> None:
    """Make the tables and the guard of each authority's rows. A worker fills them."""
    op.create_table(
        "meaning",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("version_id", BIG_ID, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("algorithm", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("mark", BIG_ID, nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("meaning", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["submission_version.id"],
            name=op.f("fk_meaning_version_id_submission_version"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_meaning_submission_id_submission"),
        ),
        sa.UniqueConstraint("version_id", name=op.f("uq_meaning_version_id")),
        *_of_authority("meaning"),
    )
    op.create_index("ix_meaning_new", "meaning", ["authority_id", "id", "mark"])
    op.create_index("ix_meaning_algorithm", "meaning", ["algorithm", "id"])
    op.create_table(
        "meaning_block",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("last_id", BIG_ID, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint(
            "authority_id", "last_id", name=op.f("uq_meaning_block_authority_id_last_id")
        ),
        *_of_authority("meaning_block"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _protect(table, f"{CURRENT} = 0 OR authority_id = {CURRENT}")


def downgrade() -> None:
    """Take them away."""
    for table in reversed(TABLES):
        op.drop_table(table)


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
