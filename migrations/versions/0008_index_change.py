"""The work list of the search index."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"


def upgrade() -> None:
    """Make the table, and hide other authorities' rows."""
    op.create_table(
        "index_change",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("notice_id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_index_change_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_index_change_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_change")),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
    op.execute("ALTER TABLE index_change ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE index_change FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_authority ON index_change USING ({condition}) WITH CHECK ({condition})"
    )


def downgrade() -> None:
    """Drop it again; its policy goes with it."""
    op.drop_table("index_change")
