"""The clock: each person's own undone or refused decision, told-once marks, indexes for figures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"
WAITING = sa.text("refused_because = ''")
COLUMNS = (
    'submission_id, verb, version, "values", by_id, made_at, due_at, refused_because, authority_id'
)


def upgrade() -> None:
    """Key pending decisions by submission and person; at most one of a submission waits."""
    _remake("submission_id", "by_id")
    op.create_index(
        "uq_pending_decision_waiting",
        "pending_decision",
        ["submission_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_table(
        "reminder",
        sa.Column("version_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_reminder_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["submission_version.id"],
            name=op.f("fk_reminder_version_id_submission_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", "what", name=op.f("pk_reminder")),
    )
    _own("reminder")
    op.create_index("ix_decision_authority_id_at", "decision", ["authority_id", "at"])
    op.create_index("ix_submission_overdue", "submission", ["authority_id", "overdue_at"])


def downgrade() -> None:
    """Key them by submission again; of several of one submission the newest is kept."""
    op.drop_index("ix_submission_overdue", table_name="submission")
    op.drop_index("ix_decision_authority_id_at", table_name="decision")
    op.drop_table("reminder")
    op.drop_index("uq_pending_decision_waiting", table_name="pending_decision")
    op.execute(
        "DELETE FROM pending_decision WHERE EXISTS (SELECT 1 FROM pending_decision newer "
        "WHERE newer.submission_id = pending_decision.submission_id "
        "AND (newer.made_at > pending_decision.made_at "
        "OR (newer.made_at = pending_decision.made_at AND newer.by_id > pending_decision.by_id)))"
    )
    _remake("submission_id")


def _remake(*key: str) -> None:
    """Make the table anew with another primary key, and carry the rows over."""
    op.drop_index(op.f("ix_pending_decision_due_at"), table_name="pending_decision")
    op.rename_table("pending_decision", "pending_decision_before")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("pk_pending_decision", *(_key_name(*each) for each in REFERENCES)):
            op.drop_constraint(name, "pending_decision_before")
    op.create_table(
        "pending_decision",
        sa.Column("submission_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("by_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_because", sa.Text(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=_key_name(column, table))
            for column, table in REFERENCES
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_pending_decision")),
    )
    fill = f"INSERT INTO pending_decision ({COLUMNS}) SELECT {COLUMNS} FROM "  # noqa: S608
    op.execute(f"{fill}pending_decision_before")
    op.drop_table("pending_decision_before")
    op.create_index(
        op.f("ix_pending_decision_due_at"), "pending_decision", ["due_at"], unique=False
    )
    _own("pending_decision")


REFERENCES = (
    ("authority_id", "organisation"),
    ("by_id", "person"),
    ("submission_id", "submission"),
)


def _key_name(column: str, table: str) -> str:
    return f"fk_pending_decision_{column}_{table}"


def _own(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
        op.execute(
            f"CREATE POLICY own_authority ON {table} USING ({condition}) WITH CHECK ({condition})"
        )
