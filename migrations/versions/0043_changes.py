"""Who looked again at what was corrected, what may not be deleted yet, and files to delete.

Adds two columns and a table: code of before goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"


def upgrade() -> None:
    """Add the columns and the work list."""
    op.add_column("delivery", sa.Column("reread_at", MOMENT))
    op.add_column(
        "notice",
        sa.Column("held_why", sa.String(300), nullable=False, server_default=sa.text("''")),
    )
    op.create_table(
        "doomed_file",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_doomed_file_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doomed_file")),
        sa.UniqueConstraint(
            "authority_id", "sha256", name=op.f("uq_doomed_file_authority_id_sha256")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute("ALTER TABLE doomed_file ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE doomed_file FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY own_authority ON doomed_file"
            f" USING ({condition}) WITH CHECK ({condition})"
        )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("doomed_file")
    op.drop_column("notice", "held_why")
    op.drop_column("delivery", "reread_at")
