"""What the letter of a decision says (gatekeeping 4.7), collected as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from directory.models import AuthorityProfile
from foundation import clock
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.deciding.decisions import REFUSAL_CODES
from gatekeeping.deciding.recording import CONDITION_NAMES
from gatekeeping.editions import protocol_of
from gatekeeping.letters.letter_words import KEEPS_NUMBER, NAMED, NEXT
from gatekeeping.models import (
    Decision,
    Joining,
    Override,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Verb,
)
from gatekeeping.uniting.telling import added, in_lines
from gatekeeping.wording import DECIDED

APPEALED: Final = frozenset({Verb.REFUSE, Verb.REDIRECT})
MOST_SET_ASIDE = 20


@dataclass(frozen=True)
class TermLine:
    """A condition with its date, and whether it holds the sending up."""

    kind: str
    text: str
    due_on: date
    before_sending: bool


@dataclass(frozen=True)
class SetAside:
    """A finding that was looked at and set aside, with the reason."""

    rule: str
    title: str
    why: str


@dataclass(frozen=True)
class Letter:
    """Everything that a letter says, as plain values."""

    authority: str
    colour: str
    help_email: str
    help_telephone: str
    number: str
    title: str
    to: str
    team: str
    kind: str
    outcome: str
    code: str
    reason: str
    conditions: str
    terms: Sequence[TermLine]
    redirect_to: str
    into: str
    became: Sequence[str]
    is_parent: bool
    law: str
    set_aside: Sequence[SetAside]
    following: Sequence[str]
    appeal_until: date | None
    decided_by: str
    decided_as: str
    decided_on: date | datetime
    is_good: bool
    has_conditions: bool
    expires_on: date | None
    schools: int
    hours: float
    gross_pence: int
    expected_pence: int
    per_school_pence: int
    rates: str
    protocol: str
    verify_address: str


def read_letter(session: Session, decision_id: int, *, address: str) -> Letter:
    """Collect what the letter of a decision says, in seven statements at most."""
    decision = session.scalars(
        sa.select(Decision)
        .where(Decision.id == decision_id)
        .options(
            joinedload(Decision.version),
            joinedload(Decision.by),
            joinedload(Decision.into),
            selectinload(Decision.terms),
            joinedload(Decision.submission).options(
                joinedload(Submission.author),
                joinedload(Submission.team),
                joinedload(Submission.organisation),
            ),
        )
    ).one()
    profile = session.get_one(AuthorityProfile, decision.authority_id)
    protocol = protocol_of(session, decision.authority_id)
    until = None
    if decision.verb in APPEALED:
        until = add_working_days(clock.local_date(decision.at), protocol.appeal_lodge_days)
    set_aside = _set_aside(session, decision.version)
    became = _became(session, decision)
    return _letter(decision, profile, until, set_aside, became, address)


def _became(session: Session, decision: Decision) -> list[str]:
    """Return what joining made of each item, in the letters to either officer."""
    if decision.verb not in {Verb.MERGE, Verb.TAKE_IN} or decision.into_id is None:
        return []
    ends = (decision.submission_id, decision.into_id)
    child, parent = ends if decision.verb is Verb.MERGE else reversed(ends)
    joining = session.scalars(
        sa.select(Joining)
        .where(
            Joining.authority_id == decision.authority_id,
            Joining.child_id == child,
            Joining.parent_id == parent,
            Joining.at == decision.at,
        )
        .options(joinedload(Joining.parent))
        .order_by(Joining.id.desc())
        .limit(1)
    ).first()
    if joining is None:
        return []
    if decision.verb is Verb.MERGE:
        return in_lines(joining, joining.parent.number or "")
    return added(joining)


def _set_aside(session: Session, version: SubmissionVersion) -> list[SetAside]:
    rows = session.execute(
        sa.select(StoredFinding.rule, StoredFinding.title, Override.why)
        .join(Override, Override.finding_id == StoredFinding.id)
        .where(
            StoredFinding.authority_id == version.authority_id,
            StoredFinding.version_id == version.id,
        )
        .order_by(StoredFinding.rule, Override.id)
        .limit(MOST_SET_ASIDE)
    )
    return [SetAside(row.rule, row.title, row.why) for row in rows]


def _letter(  # noqa: PLR0917 - what a letter says comes from six places
    decision: Decision,
    profile: AuthorityProfile,
    appeal_until: date | None,
    set_aside: Sequence[SetAside],
    became: Sequence[str],
    address: str,
) -> Letter:
    submission, version = decision.submission, decision.version
    organisation = submission.organisation.name
    burden = version.burden
    is_good = decision.verb in KEEPS_NUMBER
    return Letter(
        authority=profile.organisation.name,
        colour=profile.colour,
        help_email=profile.help_email,
        help_telephone=profile.help_telephone,
        number=f"{submission.number} v{version.version}",
        title=str(version.document.get("title", "")),
        to=submission.author.name,
        team=f"{submission.team.name}, {organisation}" if submission.team else organisation,
        kind=NAMED[decision.verb],
        outcome=DECIDED[decision.verb],
        code=REFUSAL_CODES.get(decision.code, "") if decision.verb is Verb.REFUSE else "",
        reason=decision.reason,
        conditions="" if decision.terms else decision.conditions,
        terms=[
            TermLine(CONDITION_NAMES[term.kind], term.text, term.due_on, term.before_sending)
            for term in decision.terms
        ],
        redirect_to=decision.redirect_to,
        into=f"{decision.into.number}: {decision.into.title}" if decision.into else "",
        became=became,
        is_parent=decision.verb is Verb.TAKE_IN,
        law=str(version.law.get("sentence", "")),
        set_aside=set_aside,
        following=NEXT[decision.verb],
        appeal_until=appeal_until,
        decided_by=decision.by.name,
        decided_as=_decided_as(decision.verb),
        decided_on=decision.at,
        is_good=is_good,
        has_conditions=decision.verb is Verb.APPROVE,
        expires_on=submission.expires_on if is_good else None,
        schools=version.schools,
        hours=sum(burden.get("hours", {}).values()),
        gross_pence=burden.get("gross_pence", 0),
        expected_pence=burden.get("expected_pence", 0),
        per_school_pence=burden.get("per_school_pence", 0),
        rates=str(burden.get("rates", "")),
        protocol=str(version.protocol) if version.protocol else "as shipped",
        verify_address=f"{address}/verify/{submission.number}",
    )


def _decided_as(verb: Verb) -> str:
    """Return as what the person decided, where the verb says it."""
    if verb in {Verb.RELEASE, Verb.EXTEND}:
        return "senior executive"
    if verb in {Verb.UPHOLD, Verb.VARY, Verb.QUASH}:
        return "for the appeal panel"
    return "for the gate"
