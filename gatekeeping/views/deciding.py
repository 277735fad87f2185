"""Deciding: the page on which a submission is read and decided."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.dates import moment
from foundation.errors import NotFoundError, Refusal
from foundation.web import db_session, settings
from gatekeeping.afterwards.emergency_route import ORDINARY
from gatekeeping.alike.approaching import approaches_named
from gatekeeping.deciding import leases, pending
from gatekeeping.deciding.decisions import REFUSAL_CODES
from gatekeeping.deciding.dossier import Dossier, dossier, find_submission
from gatekeeping.deciding.dpia import OUTCOMES
from gatekeeping.deciding.overrides import set_aside as put_aside
from gatekeeping.deciding.recording import CONDITION_NAMES
from gatekeeping.forms.deciding import VERB_NAMES, DecideForm
from gatekeeping.forms.joining import JoinForm
from gatekeeping.letters.told import OFFICER
from gatekeeping.models import Decision, State, Track, Verb
from gatekeeping.moves import STATE_NAMES
from gatekeeping.views import bp
from gatekeeping.views.choosing import words_for
from gatekeeping.views.joining import join_page
from gatekeeping.views.refusing import refused
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
DECIDERS = (Role.GATEKEEPER, Role.EXECUTIVE)
TOLD = "The officer is told, and the letter is being prepared."
SAID = {
    Verb.APPROVE: f"You approved this. {TOLD}",
    Verb.APPROVE_WITH_CONDITIONS: f"You approved this on conditions. {TOLD}",
    Verb.SUPPORT: "You said yes. A second gatekeeper must approve it too; it is back in the queue.",
    Verb.CHALLENGE: "Your questions were sent. The clock stands still until the officer answers.",
    Verb.RETURN: f"You returned this. {TOLD}",
    Verb.REDIRECT: f"You redirected this to data that is held. {TOLD}",
    Verb.MERGE: "You joined this to the other. Both officers are told.",
    Verb.REFUSE: f"You refused this. {TOLD}",
    Verb.ESCALATE: "You gave this to the senior executive, who is told.",
    Verb.HAND_BACK: "You handed this back. It waits in the queue.",
    Verb.SUSPEND: f"You suspended this. {TOLD}",
    Verb.RESUME: f"You resumed this. {TOLD}",
}
OUTCOME_NAMES = {verb: told.words for verb, told in OFFICER.items()} | {
    Verb.SUPPORT: "One of two gatekeepers said yes",
    Verb.TAKE_IN: "Another was joined to it",
    Verb.ESCALATE: "Given to the senior executive",
    Verb.HAND_BACK: "Handed back to the gatekeepers",
}
STATES = {**STATE_NAMES, State.CHALLENGED: "Question asked", State.RETURNED: "Returned"}
"""The names of the states for those who ask; the officer's say “for you”."""
WORDS = {
    "kinds": KINDS,
    "origins": ORIGINS,
    "replies": REPLIES,
    "signatures": SIGNATURES,
    "personal": PERSONAL_DATA,
    "roles": ROLES,
    "verb_names": VERB_NAMES,
    "dpia_outcomes": OUTCOMES,
}


@bp.context_processor
def decision_words() -> dict[str, object]:
    """Give every page of the gate the words for decisions, their reasons and conditions."""
    return {
        "refusal_codes": {**REFUSAL_CODES, ORDINARY: "No emergency: judged as anything else"},
        "outcome_names": OUTCOME_NAMES,
        "condition_names": CONDITION_NAMES,
    }


@bp.get("/queue/<int:submission_id>")
@needs(*AUTHORITY)
def decide(submission_id: int) -> ResponseReturnValue:
    """Show everything needed to decide a submission, or how it was decided."""
    return _page(db_session(), submission_id, DecideForm(formdata=None))


@bp.post("/queue/<int:submission_id>")
@needs(*DECIDERS)
def decided(submission_id: int) -> ResponseReturnValue:
    """Decide; what is refused comes back with everything that was typed."""
    session, form, at = db_session(), DecideForm(), clock.now()
    verb = form.chosen
    if not form.validate_on_submit() or verb is None:
        return _page(session, submission_id, form)
    if verb is Verb.MERGE and form.into.data:
        return join_page(submission_id, joining_of(form))
    submission, _ = find_submission(session, hat().authority_id, submission_id)
    try:
        pressed = pending.press(
            session,
            submission,
            verb,
            form.values(verb),
            by=signed_in_person(),
            version=form.seen_version,
            at=at,
            address=settings().address,
            undo_seconds=settings().undo_seconds,
        )
        session.commit()
    except Refusal as refusal:
        refused(session, submission_id, verb.value, refusal, at=at)
        form.show(refusal)
        return _page(session, submission_id, form), 200 if refusal.field else 409
    if isinstance(pressed.decision, Decision):
        flash(SAID[pressed.decision.verb])
    return redirect(url_for("gatekeeping.decide", submission_id=submission_id))


@bp.post("/queue/<int:submission_id>/undo")
@needs(*DECIDERS)
def undo(submission_id: int) -> ResponseReturnValue:
    """Take back one's own decision while it has not taken effect."""
    session, at = db_session(), clock.now()
    submission, _ = find_submission(session, hat().authority_id, submission_id)
    try:
        pending.undo(session, submission, by=signed_in_person(), at=at)
        session.commit()
        flash("You took it back. What you typed is still here.")
    except Refusal as refusal:
        session.rollback()
        flash(str(refusal))
    return redirect(url_for("gatekeeping.decide", submission_id=submission_id))


@bp.post("/queue/<int:submission_id>/keep")
@needs(*DECIDERS)
def keep(submission_id: int) -> ResponseReturnValue:
    """Add a finding's question, or rows for conditions, to what is typed; decide nothing."""
    session, form = db_session(), DecideForm()
    found = _dossier(session, submission_id)
    asked = request.form.get("ask", "")
    for finding in found.findings:
        if str(finding.id) == asked:
            form.ask(found.process.question(finding))
    if "more" in request.form:
        form.verb.data = Verb.APPROVE_WITH_CONDITIONS.value
        form.add_rows(1)
    return _shown(found, form)


@bp.post("/queue/<int:submission_id>/set-aside")
@needs(*DECIDERS)
def set_aside(submission_id: int) -> ResponseReturnValue:
    """Set findings aside with one reason; what was typed for the decision stays."""
    session, form, at = db_session(), DecideForm(), clock.now()
    submission, _ = find_submission(session, hat().authority_id, submission_id)
    chosen = {int(key) for key in request.form.getlist("findings") if key.isdecimal()}
    try:
        put_aside(
            session, submission, chosen, why=form.why.data or "", by=signed_in_person(), at=at
        )
        session.commit()
    except Refusal as refusal:
        if isinstance(refusal, NotFoundError):
            raise
        refused(session, submission_id, "set_aside", refusal, at=at)
        form.why.errors = [*form.why.errors, str(refusal)]
        return _page(session, submission_id, form), 200 if refusal.field else 409
    if form.is_typed:
        form.why.data = ""
        return _page(session, submission_id, form)
    flash("Set aside. The findings stay on the page with your reason.")
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
        refused(session, submission_id, "claim", refusal, at=at)
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


def joining_of(form: DecideForm) -> JoinForm:
    """Return the form of the page that shows what both are together, with what was typed."""
    return JoinForm(
        formdata=None,
        into=form.into.data,
        reason=form.merge_reason.data,
        version=form.version.data,
    )


def _dossier(session: Session, submission_id: int) -> Dossier:
    return dossier(
        session,
        hat().authority_id,
        submission_id,
        by=signed_in_person().id,
        role=hat().role,
        at=clock.now(),
    )


def _page(session: Session, submission_id: int, form: DecideForm) -> str:
    return _shown(_dossier(session, submission_id), form)


def _shown(found: Dossier, form: DecideForm) -> str:
    at, person, submission = clock.now(), signed_in_person(), found.submission
    process, role = found.process, hat().role
    if form.version.data is None:
        form.version.data = str(submission.version)
    if process.back is not None and not form.is_typed:
        form.take(process.back.verb, process.back.values)
    held_by_other = leases.is_held(submission, at=at) and submission.claimed_by_id != person.id
    holds = submission.state is State.IN_REVIEW and submission.claimed_by_id == person.id
    unclaimed = submission.state is State.TRIAGE and submission.track is Track.LIGHT
    is_mine = role is Role.GATEKEEPER and holds
    may_decide = _may_decide(found, holds=is_mine, unclaimed=unclaimed)
    verbs = (Verb.APPROVE,) if unclaimed else process.verbs
    form_shown = role in DECIDERS and process.waiting is None and (may_decide or form.is_typed)
    verbs += tuple(verb for verb in form.typed_verbs if verb not in verbs)
    _propose(form, found)
    return render_template(
        "gatekeeping/decide.html",
        file=found,
        process=process,
        submission=submission,
        form=form,
        state_names=STATES,
        audience=words_for(submission.authority_id, found.document),
        frequency=frequency_in_words(found.document.frequency),
        is_mine=False,
        is_gatekeeper=role is Role.GATEKEEPER,
        is_decider=role in DECIDERS,
        holds=is_mine,
        held_by_other=held_by_other,
        may_decide=may_decide,
        form_shown=form_shown,
        unclaimed=unclaimed,
        verbs=verbs,
        chosen_findings=request.form.getlist("findings"),
        undo_until=moment(process.waiting.due_at) if process.waiting else "",
        undo_seconds=_undo_seconds(found),
        approaches=approaches_named(db_session(), submission, found.findings),
        **vars(found.history),
        **WORDS,
    )


def _may_decide(found: Dossier, *, holds: bool, unclaimed: bool) -> bool:
    """Tell whether the button that decides is of use to this person now."""
    if found.conflict or found.process.waiting is not None or not found.process.verbs:
        return False
    if found.submission.state in {State.TRIAGE, State.IN_REVIEW}:
        return holds or unclaimed
    return True


def _undo_seconds(found: Dossier) -> int:
    given = settings().undo_seconds
    return found.process.protocol.undo_seconds if given is None else given


def _how_to_get_it(holding: str) -> str:
    """Return how the officer gets at a data set, in words that stand in a letter too."""
    if not holding:
        return ""
    path = url_for("gatekeeping.ask_for_held", held=holding)
    return f"Ask its owner for access on the portal, and name the items: {settings().address}{path}"


def _propose(form: DecideForm, found: Dossier) -> None:
    """Fill in what the findings suggest, where nothing is typed; offer rows for conditions."""
    proposals = found.process.proposals
    for field, value in (
        (form.into, proposals.into),
        (form.source, proposals.source),
        (form.owner, proposals.owner),
        (form.access, _how_to_get_it(proposals.holding)),
    ):
        if not field.data and not field.raw_data:
            field.data = value
    form.add_rows()
