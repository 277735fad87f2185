"""What decisions teach about categories: the words of each approved submission."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"


def upgrade() -> None:
    """Make the table and the guard of each authority's rows."""
    op.create_table(
        "category_lesson",
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("categories", JSON, nullable=False),
        sa.Column("stems", JSON, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_category_lesson_submission_id_submission"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_category_lesson_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_category_lesson")),
    )
    op.create_index(
        "ix_category_lesson_learned",
        "category_lesson",
        ["authority_id", "learned_at", "submission_id"],
    )
    if op.get_bind().dialect.name == "postgresql":
        _protect("category_lesson", f"{CURRENT} = 0 OR authority_id = {CURRENT}")


def downgrade() -> None:
    """Take it away."""
    op.drop_table("category_lesson")


def _protect(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_authority ON {table} USING ({condition}) WITH CHECK ({condition})"
    )
