"""Which teams may use the emergency route: two that were not confirmed lose it (4.9)."""

from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Organisation, Person, Role, Team
from foundation import audit, clock
from foundation.errors import Refusal
from gatekeeping.deadlines.expiry import months_after
from gatekeeping.deciding.conflicts import has_role
from gatekeeping.deciding.recording import checked_text
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.models import Decision, Submission, Training, Verb
from gatekeeping.protocol import Protocol

MONTHS = 12
MOST = 200
ORDINARY = "ordinary"
"""The code of the decision by which an emergency is judged as what else it is."""
LOST = (
    "Your team has lost the emergency route: {count} emergencies in 12 months were not confirmed."
)
UNTIL = "An administrator opens it again once the team has been trained."
JUDGED = "The senior executive judges this as an ordinary submission."


class NotAdministratorError(Refusal):
    """Somebody who is no administrator records a training."""

    sentence = "Only an administrator can record that a team was trained."


@dataclass(frozen=True)
class LostRoute:
    """A team, or an organisation's people without a team, that may not send emergencies."""

    organisation_id: int
    team_id: int | None
    name: str
    count: int
    last_at: datetime


def why_closed(
    session: Session,
    authority_id: int,
    document: SubmissionDocument,
    protocol: Protocol,
    *,
    submission_id: int | None,
    at: datetime,
) -> str:
    """Say why this document may not be an emergency; empty when it may, or does not want to.

    No statement unless it asks for the route, else three at most. A document without a submission
    is judged by the team that it names.
    """
    if not document.emergency:
        return ""
    if submission_id is not None and _handed_back(session, authority_id, submission_id):
        return JUDGED
    whose = _whose(session, authority_id, document, submission_id)
    if whose is None:
        return ""
    count = session.scalar(
        sa.select(sa.func.count()).select_from(_breaches(authority_id, at, *whose).subquery())
    )
    return f"{LOST.format(count=count)} {UNTIL}" if (count or 0) >= protocol.breaches else ""


def lost_routes(session: Session, authority_id: int, *, at: datetime) -> list[LostRoute]:
    """Return who has lost the route, the latest first: two statements."""
    protocol = protocol_of(session, authority_id, at=at)
    found = _breaches(authority_id, at).subquery()
    rows = session.execute(
        sa.select(
            found.c.organisation_id,
            found.c.team_id,
            Organisation.name.label("organisation"),
            Team.name.label("team"),
            sa.func.count().label("breaches"),
            sa.func.max(found.c.at).label("last_at"),
        )
        .select_from(found)
        .join(Organisation, Organisation.id == found.c.organisation_id)
        .outerjoin(Team, Team.id == found.c.team_id)
        .group_by(found.c.organisation_id, found.c.team_id, Organisation.name, Team.name)
        .having(sa.func.count() >= protocol.breaches)
        .order_by(sa.desc("last_at"), found.c.organisation_id, found.c.team_id)
        .limit(MOST)
    ).all()
    return [
        LostRoute(
            row.organisation_id,
            row.team_id,
            f"{row.team}, {row.organisation}" if row.team else row.organisation,
            row.breaches,
            row.last_at,
        )
        for row in rows
    ]


def record_training(
    session: Session,
    authority_id: int,
    *,
    organisation_id: int,
    team_id: int | None,
    note: str,
    by: Person,
    at: datetime,
) -> None:
    """Open the route again for a team that was trained; done twice, nothing more happens.

    Raises NotAdministratorError, MissingTextError without a note.
    """
    if not has_role(session, authority_id, by.id, [Role.ADMINISTRATOR]):
        raise NotAdministratorError
    note = checked_text(note, field="note", missing="Enter who was trained, by whom and when.")
    lost = lost_routes(session, authority_id, at=at)
    if (organisation_id, team_id) not in {(each.organisation_id, each.team_id) for each in lost}:
        return
    session.add(
        Training(
            authority_id=authority_id,
            organisation_id=organisation_id,
            team_id=team_id,
            by_id=by.id,
            at=at,
            note=note,
        )
    )
    audit.record(
        session,
        authority_id=authority_id,
        action="emergency_route.opened",
        subject="team" if team_id else "organisation",
        subject_id=team_id or organisation_id,
        by=by.id,
        at=at,
    )


def _breaches(
    authority_id: int, at: datetime, *whose: int | None
) -> sa.Select[tuple[int, int | None, datetime]]:
    """Select the emergencies not confirmed in the last 12 months and since the last training."""
    since = months_after(clock.local_date(at), -MONTHS)
    same_team = sa.or_(
        Training.team_id == Submission.team_id,
        sa.and_(Training.team_id.is_(None), Submission.team_id.is_(None)),
    )
    trained = (
        sa.exists()
        .where(
            Training.authority_id == authority_id,
            Training.organisation_id == Submission.organisation_id,
            same_team,
            Training.at >= Decision.at,
        )
        .correlate(Submission, Decision)
    )
    query = (
        sa.select(Submission.organisation_id, Submission.team_id, Decision.at)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(
            Decision.authority_id == authority_id,
            Decision.verb == Verb.NOT_RATIFY,
            Decision.at >= datetime.combine(since, time(), clock.LOCAL),
            Decision.at <= at,
            ~trained,
        )
    )
    if not whose:
        return query
    organisation_id, team_id = whose
    team = Submission.team_id.is_(None) if team_id is None else Submission.team_id == team_id
    return query.where(Submission.organisation_id == organisation_id, team)


def _handed_back(session: Session, authority_id: int, submission_id: int) -> bool:
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Decision.authority_id == authority_id,
                    Decision.submission_id == submission_id,
                    Decision.verb == Verb.HAND_BACK,
                    Decision.code == ORDINARY,
                )
            )
        )
    )


def _whose(
    session: Session, authority_id: int, document: SubmissionDocument, submission_id: int | None
) -> tuple[int, int | None] | None:
    if submission_id is not None:
        asked = session.execute(
            sa.select(Submission.organisation_id, Submission.team_id).where(
                Submission.authority_id == authority_id, Submission.id == submission_id
            )
        ).first()
        return (asked.organisation_id, asked.team_id) if asked else None
    named = session.execute(
        sa.select(Team.organisation_id, Team.id)
        .where(Team.authority_id == authority_id, Team.name == document.team)
        .order_by(Team.id)
        .limit(1)
    ).first()
    return (named.organisation_id, named.id) if named else None
