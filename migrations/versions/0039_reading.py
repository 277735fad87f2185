"""What a notice wants, how it changed, and what its readers do with it.

Adds columns and tables only: code of before goes on working.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
NO, NOTHING = sa.false(), sa.text("''")


def upgrade() -> None:
    """Add the columns and both tables; what asks something wants action."""
    op.add_column(
        "notice",
        sa.Column("attention", sa.String(40), nullable=False, server_default="information"),
    )
    op.add_column(
        "notice", sa.Column("acknowledge", sa.Boolean(), nullable=False, server_default=NO)
    )
    op.add_column(
        "notice", sa.Column("reminders", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("notice", sa.Column("amended_at", MOMENT))
    op.add_column("notice", sa.Column("changed", sa.Text(), nullable=False, server_default=NOTHING))
    _refer("notice", "replaced_by_id", "notice")
    op.add_column("notice", sa.Column("replaced_at", MOMENT))
    op.add_column("notice", sa.Column("withdrawn_at", MOMENT))
    op.add_column(
        "notice", sa.Column("withdrawn_why", sa.String(300), nullable=False, server_default=NOTHING)
    )
    op.add_column("notice", sa.Column("expunged_at", MOMENT))
    op.create_index("ix_notice_replaced_by_id", "notice", ["replaced_by_id"])
    op.execute(
        "UPDATE notice SET attention = 'action' WHERE kind = 'data_request' OR due_on IS NOT NULL"
    )
    _refer("notice_attachment", "follows_id", "notice_attachment")
    op.add_column(
        "notice_attachment", sa.Column("changed", sa.Text(), nullable=False, server_default=NOTHING)
    )
    for name in ("added_at", "replaced_at", "withdrawn_at"):
        op.add_column("notice_attachment", sa.Column(name, MOMENT))
    op.add_column(
        "notice_attachment",
        sa.Column("withdrawn_why", sa.String(300), nullable=False, server_default=NOTHING),
    )
    op.add_column("delivery", sa.Column("acknowledged_at", MOMENT))
    op.add_column("delivery", sa.Column("snoozed_until", sa.Date()))
    _refer("delivery", "forwarded_by_id", "person")
    _tables()


def downgrade() -> None:
    """Take them away again; what was passed on to a colleague goes with its reason."""
    op.drop_table("saved_view")
    op.drop_table("delivery_note")
    passed_on = sa.text("(SELECT id FROM delivery WHERE reason = 'forwarded')")
    op.execute(f"DELETE FROM mail WHERE delivery_id IN {passed_on}")  # noqa: S608 - our own words
    op.execute(f"DELETE FROM delivery_move WHERE delivery_id IN {passed_on}")  # noqa: S608 - the same
    op.execute("DELETE FROM delivery WHERE reason = 'forwarded'")
    for name in ("acknowledged_at", "snoozed_until", "forwarded_by_id"):
        op.drop_column("delivery", name)
    for name in (
        *("follows_id", "changed", "added_at", "replaced_at", "withdrawn_at", "withdrawn_why"),
    ):
        op.drop_column("notice_attachment", name)
    op.drop_index("ix_notice_replaced_by_id", "notice")
    for name in (
        *("attention", "acknowledge", "reminders", "amended_at", "changed"),
        *("replaced_by_id", "replaced_at", "withdrawn_at", "withdrawn_why", "expunged_at"),
    ):
        op.drop_column("notice", name)


def _tables() -> None:
    op.create_table(
        "delivery_note",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("delivery_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _refers("delivery_note", "authority_id", "organisation"),
        _refers("delivery_note", "delivery_id", "delivery"),
        _refers("delivery_note", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_note")),
        sa.UniqueConstraint(
            "delivery_id",
            "person_id",
            name=op.f("uq_delivery_note_delivery_id_person_id"),
        ),
    )
    op.create_index(op.f("ix_delivery_note_person_id"), "delivery_note", ["person_id"])
    op.create_table(
        "saved_view",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _refers("saved_view", "authority_id", "organisation"),
        _refers("saved_view", "person_id", "person"),
        _refers("saved_view", "school_id", "school"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "person_id",
            "school_id",
            "name",
            name=op.f("uq_saved_view_person_id_school_id_name"),
        ),
    )
    for table in ("delivery_note", "saved_view"):
        _guard(table)


def _refer(table: str, name: str, to: str) -> None:
    """Add a column that refers to another table; SQLite can only do so inside the column."""
    key = op.f(f"fk_{table}_{name}_{to}")
    if op.get_bind().dialect.name == "postgresql":
        op.add_column(table, sa.Column(name, BIG_ID))
        op.create_foreign_key(key, table, to, [name], ["id"])
    else:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} INTEGER CONSTRAINT {key} REFERENCES {to} (id)"
        )


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
