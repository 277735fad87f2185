"""What the letter of a decision says (gatekeeping 4.7), collected as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from directory.models import AuthorityProfile
from foundation import clock
from gatekeeping.decisions import REFUSAL_CODES
from gatekeeping.editions import protocol_of
from gatekeeping.models import (
    Decision,
    Override,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Verb,
)
from gatekeeping.recording import CONDITION_NAMES
from gatekeeping.wording import DECIDED
from gatekeeping.working_days import add_working_days

NAMED: Final[Mapping[Verb, str]] = {
    Verb.APPROVE: "Approval",
    Verb.APPROVE_WITH_CONDITIONS: "Approval on conditions",
    Verb.RETURN: "Return",
    Verb.REDIRECT: "Redirection",
    Verb.MERGE: "Joining",
    Verb.REFUSE: "Refusal",
    Verb.SUSPEND: "Suspension",
    Verb.RESUME: "Resumption",
    Verb.RELEASE: "Emergency release",
    Verb.EXTEND: "Extension",
    Verb.RATIFY: "After-review",
    Verb.RATIFY_WITH_LESSONS: "After-review",
    Verb.NOT_RATIFY: "After-review",
    Verb.UPHOLD: "Appeal decision",
    Verb.VARY: "Appeal decision",
    Verb.QUASH: "Appeal decision",
}
"""What kind of letter it is, for its title."""

KEEPS_NUMBER: Final = frozenset(
    {
        Verb.APPROVE,
        Verb.RESUME,
        Verb.RELEASE,
        Verb.EXTEND,
        Verb.RATIFY,
        Verb.RATIFY_WITH_LESSONS,
    }
)
"""Decisions after which schools may rely on the number."""

SHOW: Final = (
    "Show the number with its version on everything that you send about this, reminders too. A "
    "change to the questions, the schools, how often you ask or the dates needs a new approval. "
    "Asking for less does not."
)
AGAIN: Final = (
    "Copy the submission in the portal, change what is named above, and submit it again. Until a "
    "submission is approved, nothing about it may be sent to schools."
)
NEXT: Final[Mapping[Verb, Sequence[str]]] = {
    Verb.APPROVE: (SHOW,),
    Verb.APPROVE_WITH_CONDITIONS: (
        (
            "Nothing may be sent yet. Meet each condition that is needed before sending, say in "
            "the portal how you met it, and a gatekeeper confirms it. If one is not met by its "
            "date, the submission lapses."
        ),
    ),
    Verb.RETURN: (
        (
            "It could not be judged as it is. Open it in the portal, mend what is named above, "
            "and submit it again. It keeps its number."
        ),
    ),
    Verb.REDIRECT: (
        (
            "Use the data that is named above. Schools are not asked. If something that you "
            "need is not in it, ask only for that, in a new submission."
        ),
    ),
    Verb.MERGE: (
        (
            "Schools are asked once for both. The other submission carries the number; both of "
            "you are named as its owners. If it is not sent after all, yours comes back to the "
            "gate by itself."
        ),
    ),
    Verb.REFUSE: (AGAIN,),
    Verb.SUSPEND: (
        (
            "Send nothing more and remind nobody while it is suspended. Schools see that they "
            "need not answer. Answer what is asked in the portal, or change the submission "
            "there."
        ),
    ),
    Verb.RESUME: (SHOW,),
    Verb.RELEASE: (
        SHOW,
        "The release is reviewed within two weeks. Keep what shows why it could not wait.",
    ),
    Verb.EXTEND: (SHOW,),
    Verb.RATIFY: ("There is nothing to do. The number stays valid to the date above.",),
    Verb.RATIFY_WITH_LESSONS: (
        "The number stays valid to the date above. Take the lessons above into your team’s plan.",
    ),
    Verb.NOT_RATIFY: (
        (
            "Send nothing more under this number and remind nobody. Schools see that the "
            "emergency was not confirmed. If you still need an answer, submit it as an ordinary "
            "request."
        ),
        (
            "A team with two such findings in twelve months loses the emergency route until it "
            "has been trained."
        ),
    ),
    Verb.UPHOLD: ("The decision stands. It cannot be appealed again.", AGAIN),
    Verb.VARY: (
        (
            "It may go to schools once the conditions above are met. Say in the portal how you "
            "met each one."
        ),
    ),
    Verb.QUASH: ("Another gatekeeper judges it again. There is nothing to do until you hear.",),
}
"""What the officer does next, a paragraph each."""

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
    """Collect what the letter of a decision says, in six statements at most."""
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
    return _letter(decision, profile, until, set_aside, address)


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


def _letter(
    decision: Decision,
    profile: AuthorityProfile,
    appeal_until: date | None,
    set_aside: Sequence[SetAside],
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
