"""Deciding: the page on which a submission is decided, and the register."""

from datetime import datetime

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session, settings
from gatekeeping import leases
from gatekeeping.conflicts import ConflictError, NotGatekeeperError, record_refused
from gatekeeping.decisions import REFUSAL_CODES, approve, refuse
from gatekeeping.dossier import dossier, find_submission
from gatekeeping.forms.deciding import DecideForm
from gatekeeping.models import Decision, State, Submission, Verb
from gatekeeping.moves import STATE_NAMES
from gatekeeping.questions import challenge
from gatekeeping.views import bp
from gatekeeping.views.choosing import words_for
from gatekeeping.wording import (
    KINDS,
    ORIGINS,
    PERSONAL_DATA,
    REPLIES,
    ROLES,
    SIGNATURES,
    frequency_in_words,
)

AUTHORITY = (Role.GATEKEEPER, Role.EXECUTIVE, Role.AUDITOR, Role.ADMINISTRATOR)
RECORDED = (ConflictError, NotGatekeeperError, leases.HeldError, leases.NotHeldError)
"""Refusals that belong into the audit trail: somebody tried what they may not do."""

SAID = {
    Verb.APPROVE: "You approved this. The officer is told, and the letter is being prepared.",
    Verb.CHALLENGE: "Your questions were sent. The clock stands still until the officer answers.",
    Verb.REFUSE: "You refused this. The officer is told, and the letter is being prepared.",
}
STATES = {**STATE_NAMES, State.CHALLENGED: "Question asked"}
"""The names of the states for those who ask; the officer's say “for you”."""
WORDS = {
    "kinds": KINDS,
    "origins": ORIGINS,
    "replies": REPLIES,
    "signatures": SIGNATURES,
    "personal": PERSONAL_DATA,
    "roles": ROLES,
}


@bp.context_processor
def refusal_codes() -> dict[str, object]:
    """Give every page of the gate the words for why something was refused."""
    return {"refusal_codes": REFUSAL_CODES}


@bp.get("/queue/<int:submission_id>")
@needs(*AUTHORITY)
def decide(submission_id: int) -> ResponseReturnValue:
    """Show everything needed to decide a submission, or how it was decided."""
    return _page(db_session(), submission_id, DecideForm(formdata=None))


@bp.post("/queue/<int:submission_id>")
@needs(Role.GATEKEEPER)
def decided(submission_id: int) -> ResponseReturnValue:
    """Approve, ask or refuse; what is refused comes back with everything that was typed."""
    session, form, at = db_session(), DecideForm(), clock.now()
    if not form.validate_on_submit():
        return _page(session, submission_id, form)
    submission, _ = find_submission(session, hat().authority_id, submission_id)
    try:
        decision = _decide(session, submission, form, at)
        session.commit()
    except Refusal as refusal:
        _refused(session, submission_id, form.verb.data or "", refusal, at)
        form.show(refusal)
        return _page(session, submission_id, form), 200 if refusal.field else 409
    flash(SAID[decision.verb])
    return redirect(url_for("gatekeeping.decide", submission_id=submission_id))


@bp.post("/queue/<int:submission_id>/claim")
@needs(Role.GATEKEEPER)
def claim(submission_id: int) -> ResponseReturnValue:
    """Take the submission for two hours; what was typed already stays."""
    session, form, at = db_session(), DecideForm(), clock.now()
    submission, _ = find_submission(session, hat().authority_id, submission_id)
    try:
        leases.claim(session, submission, by=signed_in_person(), at=at)
        session.commit()
    except Refusal as refusal:
        _refused(session, submission_id, "claim", refusal, at)
        form.show(refusal)
        return _page(session, submission_id, form), 409
    if form.is_typed:
        return _page(session, submission_id, form)
    return redirect(url_for("gatekeeping.decide", submission_id=submission_id))


@bp.post("/queue/<int:submission_id>/release")
@needs(Role.GATEKEEPER)
def release(submission_id: int) -> ResponseReturnValue:
    """Give the submission back to the queue."""
    session = db_session()
    submission, _ = find_submission(session, hat().authority_id, submission_id)
    leases.release(session, submission, by=signed_in_person(), at=clock.now())
    session.commit()
    flash("You gave it back. Another gatekeeper can take it now.")
    return redirect(url_for("gatekeeping.queue"))


def _decide(session: Session, submission: Submission, form: DecideForm, at: datetime) -> Decision:
    verb, by = Verb(form.verb.data or ""), signed_in_person()
    version, address = form.seen_version, settings().address
    if verb is Verb.CHALLENGE:
        return challenge(
            session,
            submission,
            by=by,
            version=version,
            text=form.question.data or "",
            at=at,
            address=address,
        )
    if verb is Verb.REFUSE:
        return refuse(
            session,
            submission,
            by=by,
            version=version,
            code=form.code.data or "",
            reason=form.refuse_reason.data or "",
            at=at,
            address=address,
        )
    return approve(
        session,
        submission,
        by=by,
        version=version,
        reason=form.approve_reason.data or "",
        at=at,
        address=address,
    )


def _refused(
    session: Session, submission_id: int, verb: str, refusal: Refusal, at: datetime
) -> None:
    """Undo what was begun, and keep the attempt in the audit trail."""
    session.rollback()
    if isinstance(refusal, RECORDED):
        record_refused(
            session,
            authority_id=hat().authority_id,
            submission_id=submission_id,
            verb=verb,
            refusal=refusal,
            by=signed_in_person().id,
            at=at,
        )
        session.commit()


def _page(session: Session, submission_id: int, form: DecideForm) -> str | Response:
    at, person = clock.now(), signed_in_person()
    found = dossier(session, hat().authority_id, submission_id, by=person.id, at=at)
    submission = found.submission
    is_gatekeeper = hat().role is Role.GATEKEEPER
    if form.version.data is None:
        form.version.data = str(submission.version)
    return render_template(
        "gatekeeping/decide.html",
        file=found,
        submission=submission,
        form=form,
        state_names=STATES,
        audience=words_for(submission.authority_id, found.document),
        frequency=frequency_in_words(found.document.frequency),
        is_mine=False,
        is_gatekeeper=is_gatekeeper,
        holds=is_gatekeeper
        and submission.state is State.IN_REVIEW
        and submission.claimed_by_id == person.id,
        held_by_other=leases.is_held(submission, at=at) and submission.claimed_by_id != person.id,
        **vars(found.history),
        **WORDS,
    )
