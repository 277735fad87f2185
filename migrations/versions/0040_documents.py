"""Each file's content once, printouts, private addresses, and for how long things are kept.

Adds columns and tables only; every file that was sent waits to be read.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
NOTHING = sa.text("''")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Make the tables, and a document of each content that was sent."""
    op.create_table(
        "document",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False, server_default=NOTHING),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, server_default=NOTHING),
        sa.Column("pages", sa.Integer()),
        sa.Column("note", sa.String(300), nullable=False, server_default=NOTHING),
        sa.Column("dangers", JSON, nullable=False, server_default="[]"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("claimed_until", MOMENT),
        sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("read_at", MOMENT),
        _refers("document", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "authority_id",
            "sha256",
            name=op.f("uq_document_authority_id_sha256"),
        ),
    )
    op.create_index(
        "ix_document_waiting", "document", ["id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_table(
        "printout",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("notice_id", BIG_ID),
        sa.Column("week_on", sa.Date()),
        sa.Column("school_id", BIG_ID),
        sa.Column("role", sa.String(40)),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("claimed_until", MOMENT),
        sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("made_at", MOMENT),
        sa.Column("sha256", sa.String(64)),
        sa.Column("size", sa.Integer()),
        _refers("printout", "authority_id", "organisation"),
        _refers("printout", "notice_id", "notice"),
        _refers("printout", "school_id", "school"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printout")),
    )
    op.create_index(
        "ix_printout_waiting", "printout", ["id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index("ix_printout_notice_id", "printout", ["notice_id"])
    op.create_index(
        "ix_printout_bulletin", "printout", ["authority_id", "week_on", "school_id", "role"]
    )
    op.create_table(
        "private_address",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        _refers("private_address", "authority_id", "organisation"),
        _refers("private_address", "person_id", "person"),
        _refers("private_address", "membership_id", "membership"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_address")),
        sa.UniqueConstraint(
            "token_hash",
            name=op.f("uq_private_address_token_hash"),
        ),
    )
    op.create_index(op.f("ix_private_address_person_id"), "private_address", ["person_id"])
    for name in ("document", "printout", "private_address"):
        _guard(name)
    op.execute(
        "INSERT INTO document (authority_id, sha256, size, state, created_at)"
        " SELECT authority_id, sha256, min(size), 'waiting', CURRENT_TIMESTAMP"
        " FROM notice_attachment GROUP BY authority_id, sha256"
    )
    op.add_column("category", sa.Column("keep_months", sa.Integer()))
    op.add_column(
        "authority_profile",
        sa.Column("keep_months", sa.Integer(), nullable=False, server_default=sa.text("84")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("authority_profile", "keep_months")
    op.drop_column("category", "keep_months")
    for name in ("private_address", "printout", "document"):
        op.drop_table(name)


def _refers(table: str, name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}_{to}"))


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_authority ON {table} USING ({condition}) WITH CHECK ({condition})"
        )
