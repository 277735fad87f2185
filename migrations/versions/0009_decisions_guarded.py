"""Decisions: reason code, claim on the letter, and rules that no page or command can go round.

The database itself refuses a decision by somebody with a conflict of interest (gatekeeping 4.4),
a change to a decision that was made, two outcomes of one version, and a submission that becomes
approved or refused without the decision that says so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FINAL = sa.text("verb IN ('approve', 'refuse')")
FIXED = "submission_id, version_id, verb, code, by_id, at, reason, conditions"

# Author, who put a version to the gate, who added a file, who answered for the officer; and
# everybody who was in the same team, or in the same partner, since the submission was begun.
CONFLICT = """
    EXISTS (SELECT 1 FROM submission s WHERE s.id = NEW.submission_id
        AND s.author_id = NEW.by_id)
    OR EXISTS (SELECT 1 FROM submission_version v WHERE v.submission_id = NEW.submission_id
        AND v.submitted_by_id = NEW.by_id)
    OR EXISTS (SELECT 1 FROM attachment a WHERE a.submission_id = NEW.submission_id
        AND a.added_by_id = NEW.by_id)
    OR EXISTS (SELECT 1 FROM message t WHERE t.submission_id = NEW.submission_id
        AND t.is_answer AND t.by_id = NEW.by_id)
    OR EXISTS (SELECT 1 FROM submission s JOIN membership m ON m.person_id = NEW.by_id
        WHERE s.id = NEW.submission_id
        AND (m.ended_at IS NULL OR m.ended_at > s.created_at)
        AND (m.team_id = s.team_id
            OR (s.organisation_id <> s.authority_id AND m.organisation_id = s.organisation_id)))
"""
UNDECIDED = """
    OLD.state IN ('DRAFT', 'SUBMITTED', 'TRIAGE', 'IN_REVIEW', 'CHALLENGED')
    AND NEW.state IN ('APPROVED', 'SCHEDULED', 'LIVE', 'CLOSED', 'REFUSED')
    AND NOT EXISTS (SELECT 1 FROM decision d JOIN submission_version v ON v.id = d.version_id
        WHERE d.submission_id = NEW.id AND v.version = NEW.version
        AND d.verb = CASE NEW.state WHEN 'REFUSED' THEN 'refuse' ELSE 'approve' END)
"""
GUARDS = (
    # name, table, when, condition, what the database says
    ("decision_conflict", "decision", "INSERT", CONFLICT, "conflict of interest"),
    (
        "decision_fixed",
        "decision",
        f"UPDATE OF {FIXED}",
        "1 = 1",
        "a decision is never changed",
    ),
    (
        "submission_decided",
        "submission",
        "UPDATE OF state",
        UNDECIDED,
        "no decision says this",
    ),
)


def upgrade() -> None:
    """Add the columns, the index and the guards."""
    op.add_column(
        "decision", sa.Column("code", sa.String(length=40), server_default="", nullable=False)
    )
    op.add_column("decision", sa.Column("letter_claim", sa.String(length=40), nullable=True))
    op.add_column("decision", sa.Column("letter_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "uq_decision_outcome",
        "decision",
        ["version_id"],
        unique=True,
        sqlite_where=FINAL,
        postgresql_where=FINAL,
    )
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    """Take them away again."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, *_rest in reversed(GUARDS):
        if on_postgresql:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}_guard()")
        else:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_index(
        "uq_decision_outcome",
        table_name="decision",
        sqlite_where=FINAL,
        postgresql_where=FINAL,
    )
    for column in ("letter_due_at", "letter_claim", "code"):
        op.drop_column("decision", column)


def _guard(name: str, table: str, when: str, condition: str, says: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'check_violation'; "
            "END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}_guard()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
    )
