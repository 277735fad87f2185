"""What hangs on a decision beside the text: who else must act, and what can be decided now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from directory.models import Role
from gatekeeping.deadlines.sla import Standing, standing
from gatekeeping.deciding import dpia, pending, stops
from gatekeeping.deciding.conditions import OPEN_IN, conditions_of
from gatekeeping.deciding.conflicts import anyone_free
from gatekeeping.deciding.deciders import ALLOWED, REVIEWED, SENDABLE, YES, roles_in
from gatekeeping.deciding.stops import Support
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.history import History
from gatekeeping.holdings.held import Propose
from gatekeeping.models import (
    Condition,
    DpiaVerdict,
    PanelVote,
    PendingDecision,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)
from gatekeeping.protocol import Protocol
from gatekeeping.uniting.showing import Ties, ties_of
from gatekeeping.value import Value, value_of

S = State
FREE = frozenset({S.TRIAGE, S.IN_REVIEW})


@dataclass(frozen=True)
class Proposals:
    """What the findings suggest: into which number to merge, to which data to redirect."""

    into: str = ""
    source: str = ""
    owner: str = ""
    holding: str = ""
    """The key of the data set to redirect to."""


@dataclass(frozen=True)
class Process:
    """Where a submission stands in the process, and what this person may decide of it.

    ``verbs`` are those that lead on from here; whether the person holds the claim is the page's
    to ask. ``questions`` gives for each finding what to ask the officer about it.
    """

    verbs: tuple[Verb, ...]
    protocol: Protocol
    standing: Standing
    is_high: bool = False
    supports: Sequence[Support] = ()
    votes: Sequence[PanelVote] = ()
    needs_dpia: bool = False
    verdict: DpiaVerdict | None = None
    conditions: Sequence[Condition] = ()
    ties: Ties = field(default_factory=Ties)
    value: Value | None = None
    proposals: Proposals = field(default_factory=Proposals)
    asked_before: bool = False
    nobody_may: bool = False
    """It was escalated, and the executives have a stake in it too."""
    waiting: PendingDecision | None = None
    back: PendingDecision | None = None

    @property
    def against(self) -> Sequence[PanelVote]:
        """Return the panel's votes against it, which a yes must answer."""
        return [vote for vote in self.votes if not vote.for_it]

    def question(self, finding: StoredFinding) -> str:
        """Return what to ask about a finding: the authority's own words, else its advice."""
        return self.protocol.texts.get(finding.rule) or finding.says


def process_of(
    session: Session,
    submission: Submission,
    version: SubmissionVersion,
    findings: Sequence[StoredFinding],
    history: History,
    *,
    by: int,
    role: Role,
    at: datetime,
) -> Process:
    """Read what hangs on a submission; only what its state and track give a reason to."""
    protocol = protocol_of(session, submission.authority_id)
    undecided = submission.state in {*FREE, *REVIEWED, S.CHALLENGED, S.APPROVED_COND, S.SUSPENDED}
    is_high = undecided and submission.track is Track.HIGH
    needs_dpia = any(finding.rule == dpia.RULE for finding in findings)
    votes, verdict, has_children = _advice(session, submission, version)
    is_tied = has_children or submission.merged_into_id is not None
    supports = [row for row in history.decisions if row.version_id == version.id]
    waiting, back = pending.of_submission(session, submission, by) if undecided else (None, None)
    return Process(
        verbs=verbs_for(session, submission, history, role=role),
        protocol=protocol,
        standing=standing(submission, at),
        is_high=is_high,
        supports=stops.weighed(session, submission, supports) if is_high else (),
        votes=votes,
        needs_dpia=needs_dpia,
        verdict=verdict,
        conditions=(
            conditions_of(session, submission) if _has_conditions(submission, history) else ()
        ),
        ties=ties_of(session, submission) if is_tied else Ties(),
        value=value_of(
            SubmissionDocument.read(version.document),
            findings,
            gross_pence=version.burden.get("gross_pence", 0),
            protocol=protocol,
        ),
        proposals=proposals_of(findings),
        nobody_may=submission.state is S.ESCALATED
        and not anyone_free(session, submission, role=Role.EXECUTIVE),
        asked_before=any(row.verb is Verb.CHALLENGE for row in history.decisions),
        waiting=waiting,
        back=back,
    )


def verbs_for(
    session: Session, submission: Submission, history: History, *, role: Role
) -> tuple[Verb, ...]:
    """Return what somebody in this role can decide of a submission in its state."""
    state = submission.state
    if role is Role.GATEKEEPER and state in FREE:
        return _offered(submission, S.IN_REVIEW)
    if state not in {S.ESCALATED, S.APPROVED_COND, S.SUSPENDED, *SENDABLE}:
        return ()
    if role not in {Role.GATEKEEPER, Role.EXECUTIVE}:
        return ()
    if role not in roles_in(session, submission):
        return ()
    found = _offered(submission, state)
    if state is not S.SUSPENDED:
        return found
    approved = any(
        row.verb is Verb.APPROVE and row.version.version == submission.version
        for row in history.decisions
    )
    left_out = Verb.APPROVE if approved else Verb.RESUME
    return tuple(verb for verb in found if verb is not left_out)


def _offered(submission: Submission, state: State) -> tuple[Verb, ...]:
    found = tuple(verb for verb in ALLOWED if state in ALLOWED[verb])
    if submission.track is not Track.EMERGENCY or state in {S.APPROVED_COND, S.SUSPENDED}:
        return found
    return tuple(verb for verb in found if verb not in YES)  # that is to release it


def proposals_of(findings: Sequence[StoredFinding]) -> Proposals:
    """Return what K10, K11 and K12 suggest; the first of each that was not set aside.

    Of held data what has it all goes first: what lacks some schools, or is old, answers less.
    """
    into = next((str(f.detail.get("number", "")) for f in _open(findings, "K10")), "")
    known = _open(findings, "K11", "K12")
    held = next((row for row in known if row.detail.get("propose") == Propose.REDIRECT), None)
    held = held or next(iter(known), None)
    if held is None:
        return Proposals(into)
    title = str(held.detail.get("title") or held.detail.get("holding") or "")
    as_at = str(held.detail.get("as_at") or "")
    source = f"{title}, as at {as_at}" if title and as_at else title
    owner = str(held.detail.get("owner", ""))
    return Proposals(into, source, owner, str(held.detail.get("holding", "")))


def _open(findings: Sequence[StoredFinding], *rules: str) -> list[StoredFinding]:
    return [row for row in findings if row.rule in rules and not row.overrides]


def _has_conditions(submission: Submission, history: History) -> bool:
    return submission.state in OPEN_IN and any(row.conditions for row in history.decisions)


def _advice(
    session: Session, submission: Submission, version: SubmissionVersion
) -> tuple[list[PanelVote], DpiaVerdict | None, bool]:
    """Return the panel's votes on a version, the newest verdict, and whether others are joined."""
    child, newer = aliased(Submission), aliased(DpiaVerdict)
    newest = sa.select(sa.func.max(newer.id)).where(newer.submission_id == submission.id)
    joined = sa.exists().where(
        child.authority_id == submission.authority_id,
        child.merged_into_id == submission.id,
        child.state == S.MERGED,
    )
    rows = session.execute(
        sa.select(PanelVote, DpiaVerdict, joined)
        .select_from(SubmissionVersion)
        .outerjoin(PanelVote, PanelVote.version_id == SubmissionVersion.id)
        .outerjoin(DpiaVerdict, DpiaVerdict.id == newest.scalar_subquery())
        .where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.id == version.id,
        )
        .options(joinedload(PanelVote.by), joinedload(DpiaVerdict.by))
        .order_by(PanelVote.id)
        .limit(50)
    ).all()
    return [row[0] for row in rows if row[0]], rows[0][1], rows[0][2]
