"""One's submissions: the list, and each as it was submitted with all that has happened to it."""

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from categories.versions.following import follow
from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.web import db_session
from gatekeeping.alike.approaching import approaches_of
from gatekeeping.authors import is_of_the_team, of_the_team
from gatekeeping.burden import steps
from gatekeeping.changes.effects import CHANGEABLE
from gatekeeping.changes.refused import with_refused_files
from gatekeeping.changes.renewing import is_renewable
from gatekeeping.deadlines import sla
from gatekeeping.deciding.decisions import REFUSAL_CODES
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.evidence import excerpts
from gatekeeping.history import History, history_of
from gatekeeping.mailgate.cases.case_list import count_own_waiting
from gatekeeping.models import Override, State, StoredFinding, Submission, SubmissionVersion
from gatekeeping.moves import STATE_NAMES, WAITING
from gatekeeping.uniting.showing import ties_of
from gatekeeping.views import bp
from gatekeeping.views.checking import WORDS
from gatekeeping.views.choosing import words_for
from gatekeeping.views.own import READERS, find_submission
from gatekeeping.views.planning import planned_for
from gatekeeping.wording import frequency_in_words
from gatekeeping.writing.submissions import WITHDRAWABLE

PAGE = 30
MOST_PAGES = 1_000
ASKED_NOW = {
    State.CHALLENGED: "Answer the question",
    State.RETURNED: "Mend it and submit again",
    State.APPROVED_COND: "Meet the conditions",
    State.SUSPENDED: "See why",
    State.DRAFT: "Finish and submit",
    State.APPROVED: "See the letter",
    State.SCHEDULED: "See the letter",
    State.REFUSED: "See the letter and the reasons",
    State.LIVE: "Follow who has read it",
}
"""What an officer may want to do with a submission in this state."""
URGENT = (State.CHALLENGED, State.RETURNED, State.APPROVED_COND)


@bp.get("/submissions")
@needs(Role.OFFICER)
def mine() -> ResponseReturnValue:
    """List the team's submissions: what needs an answer, drafts, what waits, the rest."""
    page = min(max(request.args.get("page", 1, int), 1), MOST_PAGES)
    urgency = sa.case(
        (sa.or_(Submission.state.in_(URGENT), Submission.changing_since.is_not(None)), 0),
        (Submission.state == State.DRAFT, 1),
        (Submission.state.in_(sorted(WAITING)), 2),
        else_=3,
    )
    abandoned = sa.and_(Submission.state == State.WITHDRAWN, Submission.version == 0)
    found = db_session().scalars(
        sa.select(Submission)
        .where(of_the_team(hat()), sa.not_(abandoned))
        .options(joinedload(Submission.author))
        .order_by(urgency, Submission.updated_at.desc(), Submission.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    submissions, today = found.all(), clock.local_date(clock.now())
    sent = {each.id for each in submissions if each.sent_at is not None}
    return render_template(
        "gatekeeping/mine.html",
        refused=with_refused_files(db_session(), hat().authority_id, sent),
        submissions=submissions[:PAGE],
        more=len(submissions) > PAGE,
        page=page,
        state_names=STATE_NAMES,
        asked_now=ASKED_NOW,
        urgent=URGENT,
        held=count_own_waiting(db_session(), signed_in_person()),
        renewable={each.id for each in submissions if is_renewable(each, today)},
    )


@bp.get("/submissions/<int:submission_id>")
@needs(*READERS)
def show(submission_id: int) -> ResponseReturnValue:
    """Show a submitted submission to its team and to those who may read all."""
    submission = find_submission(submission_id, as_partner=True)
    if submission.version == 0:
        return redirect(url_for("gatekeeping.tasks", submission_id=submission.id))
    session = db_session()
    frozen = (
        session.scalars(
            sa.select(SubmissionVersion)
            .where(
                SubmissionVersion.authority_id == submission.authority_id,
                SubmissionVersion.submission_id == submission.id,
                SubmissionVersion.version == submission.version,
            )
            .options(
                joinedload(SubmissionVersion.findings)
                .joinedload(StoredFinding.overrides)
                .joinedload(Override.by)
            )
        )
        .unique()
        .one()
    )
    document = SubmissionDocument.read(frozen.document)
    history = history_of(session, submission)
    protocol = protocol_of(session, submission.authority_id, at=frozen.submitted_at)
    is_mine = hat().role is Role.OFFICER and is_of_the_team(hat(), submission)
    ties = ties_of(session, submission)
    categories = follow(session, submission.authority_id, document.categories)
    return render_template(
        "gatekeeping/submission.html",
        submission=submission,
        version=frozen,
        document=document,
        headings=categories.words,
        audience=words_for(submission.authority_id, document),
        frequency=frequency_in_words(document.frequency),
        findings=[(each, excerpts(document, each.evidence)) for each in frozen.findings],
        steps=steps(document, frozen.schools, protocol),
        rates=frozen.burden.get("rates", protocol.rates_name),
        state_names=STATE_NAMES,
        is_mine=is_mine,
        clock_words=sla.for_officer(submission, clock.now()),
        can_withdraw=is_mine and submission.state in WITHDRAWABLE,
        can_change=is_mine and submission.state in CHANGEABLE,
        can_renew=is_mine and is_renewable(submission, clock.local_date(clock.now())),
        mend=_what_to_mend(submission, history),
        approaches=approaches_of(session, submission),
        planned=planned_for(submission, document, categories.ids),
        plan_link=submission.id if is_mine or hat().role is not Role.OFFICER else None,
        joined=ties.joined,
        into=ties.into,
        messages=history.messages,
        moves=history.moves,
        decisions=history.decisions,
        refusal_codes=REFUSAL_CODES,
        **WORDS,
    )


def _what_to_mend(submission: Submission, history: History) -> str:
    """Return why it came back, in the words of the checks or of the gatekeeper."""
    if submission.state is not State.RETURNED or not history.moves:
        return ""
    last = history.moves[-1]
    if last.by_id is None:
        return last.note
    return next((each.reason for each in history.decisions[::-1]), last.note)
