"""The mail directory, and the mail gateway: cases, traces and counts.

Adds tables only.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
NO, YES, NOTHING, ZERO = sa.false(), sa.true(), sa.text("''"), sa.text("0")
TABLES = (
    "mail_entry",
    "bypass_case",
    "held_part",
    "case_move",
    "case_report",
    "mail_trace",
    "mail_tally",
)


def upgrade() -> None:
    """Make the tables."""
    _directory()
    _cases()
    _counts()
    for name in TABLES:
        _guard(name)


def downgrade() -> None:
    """Take them away again, with whatever mail is still held: release it before."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _directory() -> None:
    op.create_table(
        "mail_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("urns", JSON, nullable=False),
        sa.Column("members", JSON, nullable=False),
        sa.Column("team", sa.String(120), nullable=False, server_default=NOTHING),
        sa.Column("is_closed", sa.Boolean(), nullable=False, server_default=NO),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        _refers("mail_entry", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_entry")),
        sa.UniqueConstraint(
            "authority_id", "address", name=op.f("uq_mail_entry_authority_id_address")
        ),
    )


def _cases() -> None:
    op.create_table(
        "bypass_case",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("content_key", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(254), nullable=False),
        sa.Column("sender_id", BIG_ID),
        sa.Column("team_id", BIG_ID),
        sa.Column("team", sa.String(120), nullable=False, server_default=NOTHING),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("schools", sa.Integer(), nullable=False),
        sa.Column("urns", JSON, nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, server_default=ZERO),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("reminded_at", MOMENT),
        sa.Column("escalated_at", MOMENT),
        sa.Column("nudged_at", MOMENT),
        sa.Column("explanation", sa.Text(), nullable=False, server_default=NOTHING),
        sa.Column("exempt_kind", sa.String(40)),
        sa.Column("decided_by_id", BIG_ID),
        sa.Column("decided_at", MOMENT),
        sa.Column("reason", sa.Text(), nullable=False, server_default=NOTHING),
        sa.Column("is_emergency", sa.Boolean(), nullable=False, server_default=NO),
        sa.Column("reviewed_by_id", BIG_ID),
        sa.Column("reviewed_at", MOMENT),
        sa.Column("was_right", sa.Boolean()),
        sa.Column("submission_id", BIG_ID),
        sa.Column("closed_at", MOMENT),
        sa.Column("released_at", MOMENT),
        sa.Column("claimed_until", MOMENT),
        sa.Column("tries", sa.Integer(), nullable=False, server_default=ZERO),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.Column("emptied_at", MOMENT),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        _refers("bypass_case", "sender_id", "person"),
        _refers("bypass_case", "team_id", "team"),
        _refers("bypass_case", "decided_by_id", "person"),
        _refers("bypass_case", "reviewed_by_id", "person"),
        _refers("bypass_case", "submission_id", "submission"),
        _refers("bypass_case", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bypass_case")),
        sa.UniqueConstraint(
            "authority_id", "token", name=op.f("uq_bypass_case_authority_id_token")
        ),
    )
    op.create_index("ix_bypass_case_content", "bypass_case", ["authority_id", "content_key"])
    op.create_index(
        "ix_bypass_case_emptying",
        "bypass_case",
        ["delete_on"],
        sqlite_where=sa.text("emptied_at IS NULL"),
        postgresql_where=sa.text("emptied_at IS NULL"),
    )
    op.create_index(
        "ix_bypass_case_leaving",
        "bypass_case",
        ["id"],
        sqlite_where=sa.text("state = 'releasing'"),
        postgresql_where=sa.text("state = 'releasing'"),
    )
    op.create_index("ix_bypass_case_queue", "bypass_case", ["authority_id", "state", "due_at"])
    op.create_index("ix_bypass_case_received", "bypass_case", ["authority_id", "received_at"])
    op.create_index(
        "ix_bypass_case_sender", "bypass_case", ["authority_id", "sender", "received_at"]
    )
    op.create_index("ix_bypass_case_sender_id", "bypass_case", ["sender_id"])
    op.create_index("ix_bypass_case_submission_id", "bypass_case", ["submission_id"])
    op.create_index("ix_bypass_case_team_id", "bypass_case", ["team_id"])
    op.create_table(
        "held_part",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        _refers("held_part", "case_id", "bypass_case"),
        _refers("held_part", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_part")),
        sa.UniqueConstraint("case_id", "place", name=op.f("uq_held_part_case_id_place")),
    )
    op.create_table(
        "case_move",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("before", sa.String(40), nullable=False),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("by_id", BIG_ID),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=NOTHING),
        sa.Column("authority_id", BIG_ID, nullable=False),
        _refers("case_move", "case_id", "bypass_case"),
        _refers("case_move", "by_id", "person"),
        _refers("case_move", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_move")),
    )
    op.create_index("ix_case_move_case_id", "case_move", ["case_id"])
    op.create_table(
        "case_report",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        _refers("case_report", "case_id", "bypass_case"),
        _refers("case_report", "school_id", "school"),
        _refers("case_report", "person_id", "person"),
        _refers("case_report", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_report")),
        sa.UniqueConstraint("case_id", "school_id", name=op.f("uq_case_report_case_id_school_id")),
    )
    op.create_index("ix_case_report_school_id", "case_report", ["school_id"])


def _counts() -> None:
    op.create_table(
        "mail_trace",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(254), nullable=False),
        sa.Column("team", sa.String(120), nullable=False, server_default=NOTHING),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("urns", JSON, nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False, server_default=YES),
        sa.Column("case_id", BIG_ID),
        sa.Column("authority_id", BIG_ID, nullable=False),
        _refers("mail_trace", "case_id", "bypass_case"),
        _refers("mail_trace", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_trace")),
        sa.UniqueConstraint("authority_id", "token", name=op.f("uq_mail_trace_authority_id_token")),
    )
    op.create_index("ix_mail_trace_at", "mail_trace", ["authority_id", "at"])
    op.create_index("ix_mail_trace_case_id", "mail_trace", ["case_id"])
    op.create_table(
        "mail_tally",
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        _refers("mail_tally", "authority_id", "organisation"),
        sa.PrimaryKeyConstraint("authority_id", "day", "what", name=op.f("pk_mail_tally")),
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
