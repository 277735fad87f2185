"""Take away the samples of word sequences: versions are found by what they mean (0026)."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"


def upgrade() -> None:
    """Drop the table."""
    op.drop_table("shingle")


def downgrade() -> None:
    """Make it again, empty: what is submitted from then on is sampled."""
    op.create_table(
        "shingle",
        sa.Column("version_id", BIG_ID, nullable=False),
        sa.Column("hash", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_shingle_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["submission_version.id"],
            name=op.f("fk_shingle_version_id_submission_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", "hash", name=op.f("pk_shingle")),
    )
    op.create_index(
        "ix_shingle_authority_id_hash", "shingle", ["authority_id", "hash", "version_id"]
    )
    if op.get_bind().dialect.name == "postgresql":
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute("ALTER TABLE shingle ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE shingle FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_authority ON shingle USING ({condition}) WITH CHECK ({condition})"
        )
