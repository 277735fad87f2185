"""How people want to be reached, digests, reminders, bulletins, and mail that came back.

Adds tables and columns; one delivery may be written about more than once from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
OPEN = sa.text("digest_id IS NULL")
NOTHING = sa.text("''")
TABLES = (
    "reach_choice",
    "digest",
    "digest_entry",
    "chase",
    "bulletin",
    "bulletin_mail",
    "returned_mail",
)


def upgrade() -> None:
    """Make the tables, and let a mail say why it is written and for whom."""
    _choices()
    _chasing()
    _mail()
    _beside_mail()
    for name in TABLES:
        _guard(name)


def downgrade() -> None:
    """Take them away again; only what tells of new items is kept of the mails about deliveries."""
    for name in ("returned_mail", "bulletin_mail"):
        op.drop_table(name)
    op.execute(
        "DELETE FROM mail WHERE digest_id IS NOT NULL"
        " OR (delivery_id IS NOT NULL AND (occasion <> 'item' OR round <> 0))"
    )
    op.execute("UPDATE mail SET state = 'failed' WHERE state = 'returned'")
    for name in ("uq_mail_delivery_id", "ix_mail_person_id", "ix_mail_channel_reference"):
        op.drop_index(name, "mail")
    for name in (
        *("occasion", "round", "person_id", "digest_id", "channel", "channel_reference"),
        *("returned_at", "returned_why"),
    ):
        op.drop_column("mail", name)
    op.create_index("uq_mail_delivery_id", "mail", ["delivery_id"], unique=True)
    for name in ("bulletin", "chase", "digest_entry", "digest", "reach_choice"):
        op.drop_table(name)


def _mail() -> None:
    op.add_column(
        "mail", sa.Column("occasion", sa.String(40), nullable=False, server_default="own")
    )
    op.add_column(
        "mail", sa.Column("round", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    _refer("mail", "person_id", "person")
    _refer("mail", "digest_id", "digest")
    op.add_column(
        "mail", sa.Column("channel", sa.String(40), nullable=False, server_default="smtp")
    )
    op.add_column("mail", sa.Column("channel_reference", sa.String(80)))
    op.add_column("mail", sa.Column("returned_at", MOMENT))
    op.add_column(
        "mail", sa.Column("returned_why", sa.String(300), nullable=False, server_default=NOTHING)
    )
    op.drop_index("uq_mail_delivery_id", "mail")
    op.create_index(
        "uq_mail_delivery_id", "mail", ["delivery_id", "occasion", "round"], unique=True
    )
    op.create_index("ix_mail_person_id", "mail", ["person_id", "created_at"])
    op.create_index("ix_mail_channel_reference", "mail", ["channel_reference"])
    op.execute("UPDATE mail SET occasion = 'item' WHERE delivery_id IS NOT NULL")
    op.execute(
        "UPDATE mail SET person_id ="
        " (SELECT person_id FROM delivery WHERE delivery.id = mail.delivery_id)"
        " WHERE delivery_id IS NOT NULL"
    )


def _choices() -> None:
    op.create_table(
        "reach_choice",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("rhythm", sa.String(40), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("digest_on", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Time()),
        sa.Column("quiet_to", sa.Time()),
        sa.Column("quiet_weekend", sa.Boolean(), nullable=False),
        sa.Column("bulletin", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        _refers("reach_choice", "authority_id", "organisation"),
        _refers("reach_choice", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_choice")),
        sa.UniqueConstraint(
            "person_id",
            name=op.f("uq_reach_choice_person_id"),
        ),
    )
    op.create_table(
        "digest",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("composed_at", MOMENT, nullable=False),
        _refers("digest", "authority_id", "organisation"),
        _refers("digest", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint(
            "person_id",
            "due_at",
            name=op.f("uq_digest_person_id_due_at"),
        ),
    )
    op.create_table(
        "digest_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("delivery_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("digest_id", BIG_ID),
        sa.Column("due_at", MOMENT, nullable=False),
        _refers("digest_entry", "authority_id", "organisation"),
        _refers("digest_entry", "delivery_id", "delivery"),
        _refers("digest_entry", "person_id", "person"),
        _refers("digest_entry", "digest_id", "digest"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_entry")),
        sa.UniqueConstraint(
            "delivery_id",
            name=op.f("uq_digest_entry_delivery_id"),
        ),
    )
    op.create_index(
        "ix_digest_entry_waiting",
        "digest_entry",
        ["person_id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_digest_entry_digest_id", "digest_entry", ["digest_id"])


def _chasing() -> None:
    op.create_table(
        "chase",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("notice_id", BIG_ID, nullable=False),
        sa.Column("delivery_id", BIG_ID, nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", BIG_ID),
        sa.Column("at", MOMENT, nullable=False),
        _refers("chase", "authority_id", "organisation"),
        _refers("chase", "notice_id", "notice"),
        _refers("chase", "delivery_id", "delivery"),
        _refers("chase", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase")),
        sa.UniqueConstraint(
            "delivery_id",
            "step",
            "number",
            name=op.f("uq_chase_delivery_id_step_number"),
        ),
    )
    op.create_index("ix_chase_notice_id", "chase", ["notice_id", "at"])
    op.create_table(
        "bulletin",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("composed_at", MOMENT, nullable=False),
        _refers("bulletin", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint(
            "authority_id",
            "week_on",
            name=op.f("uq_bulletin_authority_id_week_on"),
        ),
    )


def _beside_mail() -> None:
    op.create_table(
        "bulletin_mail",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("bulletin_id", BIG_ID, nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("mail_id", BIG_ID),
        _refers("bulletin_mail", "authority_id", "organisation"),
        _refers("bulletin_mail", "bulletin_id", "bulletin"),
        _refers("bulletin_mail", "membership_id", "membership"),
        _refers("bulletin_mail", "mail_id", "mail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_mail")),
        sa.UniqueConstraint(
            "bulletin_id",
            "membership_id",
            name=op.f("uq_bulletin_mail_bulletin_id_membership_id"),
        ),
    )
    op.create_table(
        "returned_mail",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("mail_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("says", sa.String(300), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _refers("returned_mail", "authority_id", "organisation"),
        _refers("returned_mail", "mail_id", "mail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_mail")),
        sa.UniqueConstraint(
            "mail_id",
            "kind",
            "digest",
            name=op.f("uq_returned_mail_mail_id_kind_digest"),
        ),
    )
    op.create_index("ix_returned_mail_authority_id_at", "returned_mail", ["authority_id", "at"])


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
