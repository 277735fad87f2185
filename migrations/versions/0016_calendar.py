"""Term dates and busy dates of each authority, and an index for what is due in a week."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
PLACES = {
    "authority": ("authority_id", "school_id IS NULL AND trust_id IS NULL"),
    "school": ("school_id", "school_id IS NOT NULL"),
    "trust": ("trust_id", "trust_id IS NOT NULL"),
}


def upgrade() -> None:
    """Make the tables, the index, and the guard of each authority's rows."""
    _make_term_dates()
    _make_busy_date()
    op.create_index("ix_submission_due", "submission", ["authority_id", "due_on"])
    if op.get_bind().dialect.name == "postgresql":
        for table in ("term_dates", "busy_date"):
            _protect(table, f"{CURRENT} = 0 OR authority_id = {CURRENT}")


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_submission_due", table_name="submission")
    op.drop_table("busy_date")
    op.drop_table("term_dates")


def _make_term_dates() -> None:
    op.create_table(
        "term_dates",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=True),
        sa.Column("trust_id", BIG_ID, nullable=True),
        sa.Column("school_year", sa.String(length=7), nullable=False),
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("days_off", JSON, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.CheckConstraint(
            "school_id IS NULL OR trust_id IS NULL", name=op.f("ck_term_dates_one_place")
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_term_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_term_dates_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_term_dates_school_id_school")
        ),
        sa.ForeignKeyConstraint(
            ["trust_id"], ["organisation.id"], name=op.f("fk_term_dates_trust_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_dates")),
    )
    op.create_index("ix_term_dates_year", "term_dates", ["authority_id", "school_year"])
    for name, (column, condition) in PLACES.items():
        op.create_index(
            f"uq_term_dates_{name}",
            "term_dates",
            [column, "school_year", "term"],
            unique=True,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def _make_busy_date() -> None:
    op.create_table(
        "busy_date",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("phases", JSON, nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_busy_date_in_order")),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_busy_date_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_date")),
        sa.UniqueConstraint(
            "authority_id",
            "starts_on",
            "what",
            name=op.f("uq_busy_date_authority_id_starts_on_what"),
        ),
    )


def _protect(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_authority ON {table} USING ({condition}) WITH CHECK ({condition})"
    )
