"""Say in the database which role goes with which decision, and who manages whom one acts for.

The panel decides appeals only; what else is decided needs a gatekeeper or the executive. Somebody
who acts for the author's manager is no more neutral than that manager (gatekeeping 4.3, 4.4).
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ACTIVE = """
    NOT EXISTS (SELECT 1 FROM membership m JOIN person p ON p.id = m.person_id
        WHERE m.person_id = NEW.by_id AND m.authority_id = (SELECT s.authority_id
            FROM submission s WHERE s.id = NEW.submission_id)
        AND m.ended_at IS NULL AND p.state = 'active'
        AND m.role IN ('gatekeeper', 'executive'@MORE))
"""
OLD_ROLE = ACTIVE.replace("@MORE", ", 'panel'")
NO_ROLE = f"""
    ({ACTIVE.replace("@MORE", "")} AND NEW.verb NOT IN ('uphold', 'vary', 'quash'))
    OR ({OLD_ROLE})
"""
LINE_OF_PRINCIPAL = """
    EXISTS (SELECT 1 FROM submission s
        JOIN membership mine ON mine.person_id = NEW.by_id AND mine.ended_at IS NULL
            AND mine.acting_for_id IS NOT NULL
        JOIN membership theirs ON theirs.person_id = s.author_id AND theirs.ended_at IS NULL
            AND theirs.manager_id = mine.acting_for_id
        WHERE s.id = NEW.submission_id)
"""
ROLE_SAYS = "only who has the role decides"


def upgrade() -> None:
    """Narrow who may decide what."""
    _drop("decision_role")
    _make("decision_role", NO_ROLE, ROLE_SAYS)
    _make("decision_line", LINE_OF_PRINCIPAL, "conflict of interest")


def downgrade() -> None:
    """Let the panel's members decide again as far as the database is concerned."""
    _drop("decision_line")
    _drop("decision_role")
    _make("decision_role", OLD_ROLE, ROLE_SAYS)


def _make(name: str, condition: str, says: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'check_violation'; "
            "END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON decision "
            f"FOR EACH ROW EXECUTE FUNCTION {name}_guard()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON decision FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )


def _drop(name: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {name} ON decision")
        op.execute(f"DROP FUNCTION {name}_guard()")
    else:
        op.execute(f"DROP TRIGGER {name}")
