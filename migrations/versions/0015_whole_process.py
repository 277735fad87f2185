"""The whole process of the gate: conditions, appeals, emergencies, conflicts of every kind.

The database itself refuses a decision by somebody who has a stake in the submission or lacks the
role, and a submission that takes a decided state without the decision that says so
(gatekeeping 4.2 to 4.4). The guards of 0009 are replaced by wider ones.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CURRENT = "(SELECT nullif(current_setting('portal.authority', true), '')::bigint)"

TABLES = (
    "exempt",
    "protocol_edition",
    "training",
    "endorsement",
    "interest",
    "pending_decision",
    "school_challenge",
    "dpia_verdict",
    "panel_vote",
    "appeal",
    "condition",
    "override",
    "appeal_member",
)
FIXED = "submission_id, version_id, verb, code, by_id, at, reason, conditions"
OLD_OUTCOME = sa.text("verb IN ('approve', 'refuse')")
APPROVAL = sa.text("verb = 'approve'")

# A stake that was written down; the same team or partner since the submission was begun; the
# author's manager or report of today; all of it also for the person for whom a decider acts.
CONFLICT = """
    EXISTS (SELECT 1 FROM submission s WHERE s.id = NEW.submission_id
        AND (s.author_id = NEW.by_id OR s.author_id IN (SELECT a.acting_for_id FROM membership a
            WHERE a.person_id = NEW.by_id AND a.ended_at IS NULL AND a.acting_for_id IS NOT NULL)))
    OR EXISTS (SELECT 1 FROM submission_version v WHERE v.submission_id = NEW.submission_id
        AND v.submitted_by_id = NEW.by_id)
    OR EXISTS (SELECT 1 FROM attachment f WHERE f.submission_id = NEW.submission_id
        AND f.added_by_id = NEW.by_id)
    OR EXISTS (SELECT 1 FROM message t WHERE t.submission_id = NEW.submission_id
        AND t.is_answer AND t.by_id = NEW.by_id)
    OR EXISTS (SELECT 1 FROM interest i WHERE i.submission_id = NEW.submission_id
        AND (i.person_id = NEW.by_id OR i.person_id IN (SELECT a.acting_for_id FROM membership a
            WHERE a.person_id = NEW.by_id AND a.ended_at IS NULL AND a.acting_for_id IS NOT NULL)))
    OR EXISTS (SELECT 1 FROM submission s JOIN membership m ON m.person_id = NEW.by_id
            OR m.person_id IN (SELECT a.acting_for_id FROM membership a
                WHERE a.person_id = NEW.by_id AND a.ended_at IS NULL
                AND a.acting_for_id IS NOT NULL)
        WHERE s.id = NEW.submission_id
        AND (m.ended_at IS NULL OR m.ended_at > s.created_at)
        AND (m.team_id = s.team_id
            OR m.manager_id = s.author_id
            OR (s.organisation_id <> s.authority_id AND m.organisation_id = s.organisation_id)))
    OR EXISTS (SELECT 1 FROM submission s JOIN membership m ON m.person_id = s.author_id
        WHERE s.id = NEW.submission_id AND m.ended_at IS NULL AND m.manager_id = NEW.by_id)
"""
NO_ROLE = """
    NOT EXISTS (SELECT 1 FROM membership m JOIN person p ON p.id = m.person_id
        WHERE m.person_id = NEW.by_id AND m.authority_id = (SELECT s.authority_id
            FROM submission s WHERE s.id = NEW.submission_id)
        AND m.ended_at IS NULL AND p.state = 'active'
        AND m.role IN ('gatekeeper', 'executive', 'panel'))
"""
# Who released an emergency or decided does not judge that decision afterwards.
OWN_DECISION = """
    NEW.verb IN ('ratify', 'ratify_with_lessons', 'not_ratify', 'uphold', 'vary', 'quash')
    AND EXISTS (SELECT 1 FROM decision d WHERE d.submission_id = NEW.submission_id
        AND d.by_id = NEW.by_id AND d.verb IN ('approve', 'approve_with_conditions', 'support',
            'redirect', 'merge', 'refuse', 'release', 'extend'))
"""
SAYS = """CASE NEW.state
        WHEN 'APPROVED' THEN ' approve '
        WHEN 'APPROVED_COND' THEN ' approve_with_conditions vary '
        WHEN 'REFUSED' THEN ' refuse uphold '
        WHEN 'REDIRECTED' THEN ' redirect uphold '
        WHEN 'MERGED' THEN ' merge '
        WHEN 'EMERGENCY_RELEASED' THEN ' release '
        WHEN 'RATIFIED' THEN ' ratify '
        WHEN 'RATIFIED_WITH_LESSONS' THEN ' ratify_with_lessons '
        WHEN 'NOT_RATIFIED' THEN ' not_ratify '
        ELSE ' approve release ' END"""
# Fixed words of this file, nothing from outside.
UNDECIDED = """
    OLD.state <> NEW.state
    AND NOT (OLD.state IN ('APPROVED', 'SCHEDULED', 'LIVE')
        AND NEW.state IN ('SCHEDULED', 'LIVE', 'CLOSED'))
    AND NEW.state IN ('APPROVED', 'APPROVED_COND', 'SCHEDULED', 'LIVE', 'CLOSED', 'REFUSED',
        'REDIRECTED', 'MERGED', 'EMERGENCY_RELEASED', 'RATIFIED', 'RATIFIED_WITH_LESSONS',
        'NOT_RATIFIED')
    AND NOT EXISTS (SELECT 1 FROM decision d JOIN submission_version v ON v.id = d.version_id
        WHERE d.submission_id = NEW.id AND v.version = NEW.version
        AND (@SAYS) LIKE '% ' || d.verb || ' %')
""".replace("@SAYS", SAYS)
# HIGH: a second gatekeeper said yes to the same version before, unless the executive decides.
ALONE = """
    NEW.track = 'HIGH' AND OLD.state = 'IN_REVIEW' AND NEW.state IN ('APPROVED', 'APPROVED_COND')
    AND NOT EXISTS (SELECT 1 FROM decision d JOIN submission_version v ON v.id = d.version_id
            JOIN decision o ON o.version_id = v.id AND o.verb = 'support' AND o.by_id <> d.by_id
        WHERE d.submission_id = NEW.id AND v.version = NEW.version
        AND d.verb IN ('approve', 'approve_with_conditions'))
"""
OLD_CONFLICT = """
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
OLD_UNDECIDED = """
    OLD.state IN ('DRAFT', 'SUBMITTED', 'TRIAGE', 'IN_REVIEW', 'CHALLENGED')
    AND NEW.state IN ('APPROVED', 'SCHEDULED', 'LIVE', 'CLOSED', 'REFUSED')
    AND NOT EXISTS (SELECT 1 FROM decision d JOIN submission_version v ON v.id = d.version_id
        WHERE d.submission_id = NEW.id AND v.version = NEW.version
        AND d.verb = CASE NEW.state WHEN 'REFUSED' THEN 'refuse' ELSE 'approve' END)
"""
CHANGES = f"UPDATE OF {FIXED}"
INTEREST = "conflict of interest"
OLD_GUARDS = (
    # name, table, when, condition, what the database says
    ("decision_conflict", "decision", "INSERT", OLD_CONFLICT, INTEREST),
    ("decision_fixed", "decision", CHANGES, "1 = 1", "a decision is never changed"),
    ("submission_decided", "submission", "UPDATE OF state", OLD_UNDECIDED, "no decision says this"),
)
GUARDS = (
    ("decision_conflict", "decision", "INSERT", CONFLICT, INTEREST),
    ("decision_own", "decision", "INSERT", OWN_DECISION, INTEREST),
    ("decision_role", "decision", "INSERT", NO_ROLE, "only who has the role decides"),
    ("decision_fixed", "decision", CHANGES, "1 = 1", "a decision is never changed"),
    ("interest_kept", "interest", "DELETE", "1 = 1", "an interest is never removed"),
    ("submission_decided", "submission", "UPDATE OF state", UNDECIDED, "no decision says this"),
    ("submission_alone", "submission", "UPDATE OF state", ALONE, "a second gatekeeper is needed"),
)


def upgrade() -> None:
    """Make the tables and columns, note who has a stake already, widen the guards."""
    _drop(OLD_GUARDS)
    _make_tables()
    _add_columns()
    op.drop_index("uq_decision_outcome", table_name="decision")
    op.create_index(
        "uq_decision_approval",
        "decision",
        ["version_id"],
        unique=True,
        sqlite_where=APPROVAL,
        postgresql_where=APPROVAL,
    )
    _note_stakes()
    _make(GUARDS)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            condition = f"{CURRENT} = 0 OR authority_id = {CURRENT}"
            op.execute(
                f"CREATE POLICY own_authority ON {table} USING ({condition}) "
                f"WITH CHECK ({condition})"
            )


def downgrade() -> None:
    """Take them away again; what was decided in new ways becomes unreadable to older code."""
    _drop(GUARDS)
    op.drop_index("uq_decision_approval", table_name="decision")
    op.drop_index("ix_submission_merged_into_id", table_name="submission")
    for table, columns in reversed(COLUMNS):
        for column, _kind in columns:
            op.drop_column(table, column)
    for table in reversed(TABLES):
        op.drop_table(table)
    twice = "SELECT 1 FROM decision WHERE verb IN ('approve', 'refuse') GROUP BY version_id"
    found = op.get_bind().execute(sa.text(f"{twice} HAVING count(*) > 1 LIMIT 1")).first()
    op.create_index(
        "uq_decision_outcome",
        "decision",
        ["version_id"],
        unique=found is None,  # what was approved may have been refused since: nothing is lost
        sqlite_where=OLD_OUTCOME,
        postgresql_where=OLD_OUTCOME,
    )
    _make(OLD_GUARDS)


COLUMNS = (
    (
        "attachment",
        (
            ("text", lambda: sa.Column("text", sa.Text(), nullable=True)),
            ("text_note", lambda: _text("text_note", sa.String(length=200))),
        ),
    ),
    (
        "decision",
        (
            ("redirect_to", lambda: _text("redirect_to", sa.Text())),
            ("into_id", lambda: sa.Column("into_id", BIG_ID, nullable=True)),
            ("protocol", lambda: _zero("protocol")),
        ),
    ),
    (
        "finding",
        (
            ("fix", lambda: _text("fix", sa.Text())),
            ("protocol", lambda: _zero("protocol")),
        ),
    ),
    (
        "membership",
        (
            ("manager_id", lambda: sa.Column("manager_id", BIG_ID, nullable=True)),
            ("acting_for_id", lambda: sa.Column("acting_for_id", BIG_ID, nullable=True)),
        ),
    ),
    (
        "submission",
        (
            ("decide_by", lambda: sa.Column("decide_by", sa.Date(), nullable=True)),
            ("days_left", lambda: sa.Column("days_left", sa.Integer(), nullable=True)),
            ("state_due_at", lambda: _moment("state_due_at")),
            ("reminded_at", lambda: _moment("reminded_at")),
            ("overdue_at", lambda: _moment("overdue_at")),
            ("merged_into_id", lambda: sa.Column("merged_into_id", BIG_ID, nullable=True)),
            ("changing_since", lambda: _moment("changing_since")),
        ),
    ),
    (
        "submission_version",
        (
            ("law", lambda: sa.Column("law", JSON, server_default="{}", nullable=False)),
            ("protocol", lambda: _zero("protocol")),
            ("changes", lambda: sa.Column("changes", JSON, server_default="[]", nullable=False)),
        ),
    ),
)
REFERENCES = {
    ("decision", "into_id"): "submission",
    ("membership", "manager_id"): "person",
    ("membership", "acting_for_id"): "person",
    ("submission", "merged_into_id"): "submission",
}


def _text(name: str, kind: sa.types.TypeEngine[str]) -> sa.Column[str]:
    return sa.Column(name, kind, server_default="", nullable=False)


def _zero(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _key_name(table: str, column: str) -> str:
    return f"fk_{table}_{column}_{REFERENCES[table, column]}"


def _add_columns() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, columns in COLUMNS:
        for name, column in columns:
            other = REFERENCES.get((table, name))
            if other is None:
                op.add_column(table, column())
            elif on_postgresql:
                op.add_column(table, column())
                op.create_foreign_key(_key_name(table, name), table, other, [name], ["id"])
            else:  # SQLite cannot add a constraint later, only with the column
                op.execute(
                    f"ALTER TABLE {table} ADD COLUMN {name} INTEGER "
                    f"CONSTRAINT {_key_name(table, name)} REFERENCES {other} (id)"
                )
    op.create_index("ix_submission_merged_into_id", "submission", ["merged_into_id"])


def _note_stakes() -> None:
    """Write down the stakes of submissions that exist."""
    for why, query in (
        ("author", "SELECT id, author_id, created_at, authority_id FROM submission"),
        (
            "drafted",
            (
                "SELECT submission_id, submitted_by_id, min(submitted_at), authority_id "
                "FROM submission_version GROUP BY submission_id, submitted_by_id, authority_id"
            ),
        ),
        (
            "answered",
            (
                "SELECT submission_id, by_id, min(at), authority_id FROM message WHERE is_answer "
                "GROUP BY submission_id, by_id, authority_id"
            ),
        ),
    ):
        columns = "submission_id, person_id, at, authority_id, why"
        found = f"SELECT found.*, '{why}' FROM ({query}) AS found"  # noqa: S608 - the words above
        op.execute(f"INSERT INTO interest ({columns}) {found}")


def _make(guards: tuple[tuple[str, str, str, str, str], ...]) -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, when, condition, says in guards:
        row = "OLD" if when == "DELETE" else "NEW"
        if on_postgresql:
            op.execute(
                f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {condition} THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'check_violation'; "
                f"END IF; RETURN {row}; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}_guard()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )


def _drop(guards: tuple[tuple[str, str, str, str, str], ...]) -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, *_rest in reversed(guards):
        if on_postgresql:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}_guard()")
        else:
            op.execute(f"DROP TRIGGER {name}")


def _make_tables() -> None:
    op.create_table(
        "exempt",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("team_id", BIG_ID, nullable=True),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_exempt_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_exempt_by_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_exempt_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_exempt_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exempt")),
    )
    op.create_index("ix_exempt_authority_id_at", "exempt", ["authority_id", "at"], unique=False)
    op.create_table(
        "protocol_edition",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("texts", JSON, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_protocol_edition_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_protocol_edition_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_edition")),
        sa.UniqueConstraint(
            "authority_id", "version", name=op.f("uq_protocol_edition_authority_id_version")
        ),
    )
    op.create_table(
        "training",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("team_id", BIG_ID, nullable=True),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_training_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_training_by_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_training_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_training_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )
    op.create_index(op.f("ix_training_team_id"), "training", ["team_id"], unique=False)
    op.create_table(
        "endorsement",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_endorsement_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_endorsement_by_id_person")),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_endorsement_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement")),
    )
    op.create_index(
        op.f("ix_endorsement_submission_id"), "endorsement", ["submission_id"], unique=False
    )
    op.create_table(
        "interest",
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_interest_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_interest_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_interest_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("submission_id", "person_id", "why", name=op.f("pk_interest")),
    )
    op.create_table(
        "pending_decision",
        sa.Column("submission_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_because", sa.Text(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_pending_decision_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_pending_decision_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_pending_decision_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_pending_decision")),
    )
    op.create_index(
        op.f("ix_pending_decision_due_at"), "pending_decision", ["due_at"], unique=False
    )
    op.create_table(
        "school_challenge",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_by_id", BIG_ID, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["person.id"],
            name=op.f("fk_school_challenge_answered_by_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_school_challenge_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_school_challenge_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_school_challenge_school_id_school")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_school_challenge_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_challenge")),
    )
    op.create_index(
        "ix_school_challenge_open",
        "school_challenge",
        ["authority_id", "answered_at", "at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_school_challenge_school_id"), "school_challenge", ["school_id"], unique=False
    )
    op.create_index(
        op.f("ix_school_challenge_submission_id"),
        "school_challenge",
        ["submission_id"],
        unique=False,
    )
    op.create_table(
        "dpia_verdict",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("version_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_dpia_verdict_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_dpia_verdict_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_dpia_verdict_submission_id_submission"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["submission_version.id"],
            name=op.f("fk_dpia_verdict_version_id_submission_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dpia_verdict")),
    )
    op.create_index(
        op.f("ix_dpia_verdict_submission_id"), "dpia_verdict", ["submission_id"], unique=False
    )
    op.create_table(
        "panel_vote",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("version_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("for_it", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_panel_vote_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_panel_vote_by_id_person")),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_panel_vote_submission_id_submission"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["submission_version.id"],
            name=op.f("fk_panel_vote_version_id_submission_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_vote")),
        sa.UniqueConstraint("version_id", "by_id", name=op.f("uq_panel_vote_version_id_by_id")),
    )
    op.create_index(
        op.f("ix_panel_vote_submission_id"), "panel_vote", ["submission_id"], unique=False
    )
    op.create_table(
        "appeal",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("decision_id", BIG_ID, nullable=False),
        sa.Column("lodged_by_id", BIG_ID, nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("hear_by", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_appeal_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["lodged_by_id"], ["person.id"], name=op.f("fk_appeal_lodged_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_appeal_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeal_decision_id")),
    )
    op.create_index(op.f("ix_appeal_submission_id"), "appeal", ["submission_id"], unique=False)
    op.create_table(
        "condition",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("decision_id", BIG_ID, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("before_sending", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", BIG_ID, nullable=True),
        sa.Column("done_how", sa.Text(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by_id", BIG_ID, nullable=True),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_condition_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_condition_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name=op.f("fk_condition_done_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["met_by_id"], ["person.id"], name=op.f("fk_condition_met_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_condition_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
    )
    op.create_index(op.f("ix_condition_decision_id"), "condition", ["decision_id"], unique=False)
    op.create_index(
        op.f("ix_condition_submission_id"), "condition", ["submission_id"], unique=False
    )
    op.create_table(
        "override",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("finding_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_override_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_override_by_id_person")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_override_finding_id_finding")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_index(op.f("ix_override_finding_id"), "override", ["finding_id"], unique=False)
    op.create_table(
        "appeal_member",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("appeal_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("from_school", sa.Boolean(), nullable=False),
        sa.Column("appointed_by_id", BIG_ID, nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vote", sa.String(length=40), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_member_appeal_id_appeal")
        ),
        sa.ForeignKeyConstraint(
            ["appointed_by_id"], ["person.id"], name=op.f("fk_appeal_member_appointed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_appeal_member_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appeal_member_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_member")),
        sa.UniqueConstraint(
            "appeal_id", "person_id", name=op.f("uq_appeal_member_appeal_id_person_id")
        ),
    )
    op.create_index(
        op.f("ix_appeal_member_person_id"), "appeal_member", ["person_id"], unique=False
    )
