"""Joining a submission to another: what they would be together, doing it, and undoing it."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, joinedload

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.web import db_session, settings
from gatekeeping.changes.effects import Consequence
from gatekeeping.deciding import pending
from gatekeeping.deciding.dossier import find_submission
from gatekeeping.forms.joining import TAKES, JoinForm, PartForm, items_chosen
from gatekeeping.models import Decision, Joining, Submission, Verb
from gatekeeping.moves import STATE_NAMES
from gatekeeping.uniting import merging, parting
from gatekeeping.uniting.proposal import Proposal
from gatekeeping.uniting.proposing import propose
from gatekeeping.uniting.telling import hours, in_lines, pounds, saving_in_words
from gatekeeping.views import bp
from gatekeeping.views.refusing import refused
from gatekeeping.wording import audience_in_words

DECIDERS = (Role.GATEKEEPER, Role.EXECUTIVE)
MEANS = {
    Consequence.WAITS: (
        "It is before the gate. Its next version asks for both; who looks at it is told."
    ),
    Consequence.KEEPS: "It asks no more than was approved, so its approval stays.",
    Consequence.VOIDS: (
        "It was approved, and asks for more now. It is suspended until a gatekeeper approves it as "
        "it is then. Nothing is sent before."
    ),
    Consequence.CONFIRMED: (
        "It was approved on conditions. Whoever confirms them reads the version for both."
    ),
    Consequence.SUSPENDED: "It is suspended, and waits for a gatekeeper as before.",
}
"""What joining does to the parent."""


@bp.get("/queue/<int:submission_id>/join")
@needs(*DECIDERS)
def join(submission_id: int) -> ResponseReturnValue:
    """Show what this and the one with the number ``into`` would be together."""
    form = JoinForm(formdata=None, into=request.args.get("into", "")[:60])
    return join_page(submission_id, form)


@bp.post("/queue/<int:submission_id>/join/look")
@needs(*DECIDERS)
def join_looked(submission_id: int) -> ResponseReturnValue:
    """Work it out again with what was chosen for the items; nothing is done."""
    form = JoinForm()
    form.parent_version.data = ""
    return join_page(submission_id, form)


@bp.post("/queue/<int:submission_id>/join")
@needs(*DECIDERS)
def joined(submission_id: int) -> ResponseReturnValue:
    """Join them; it takes effect when it can no longer be undone."""
    session, form, at = db_session(), JoinForm(), clock.now()
    submission, _ = find_submission(session, hat().authority_id, submission_id)
    if not form.validate_on_submit():
        return join_page(submission_id, form)
    values = {
        "into": form.into.data or "",
        "items": items_chosen(request.form),
        "parent_version": form.seen_parent,
        "reason": form.reason.data or "",
    }
    try:
        pressed = pending.press(
            session,
            submission,
            Verb.MERGE,
            values,
            by=signed_in_person(),
            version=form.seen_version,
            at=at,
            address=settings().address,
            undo_seconds=settings().undo_seconds,
        )
        session.commit()
    except Refusal as refusal:
        refused(session, submission_id, Verb.MERGE.value, refusal, at=at)
        form.show(refusal)
        form.parent_version.data = ""
        return join_page(submission_id, form), 200 if refusal.field else 409
    if isinstance(pressed.decision, Decision):
        flash("You joined this to the other. Both officers are told.")
    return redirect(url_for("gatekeeping.decide", submission_id=submission_id))


def join_page(submission_id: int, form: JoinForm) -> str:
    """Show the proposal, or the field for the number where there is none yet."""
    session = db_session()
    submission, version = find_submission(session, hat().authority_id, submission_id)
    form.version.data = form.version.data or str(submission.version)
    proposal: Proposal | None = None
    if form.into.data:
        try:
            parent = merging.find_parent(session, submission, form.into.data)
            merging.check_joinable(session, submission, parent[0], by=signed_in_person())
            chosen = items_chosen(request.form) or _taken_back(session, submission, form)
            proposal = propose(session, parent, (submission, version), chosen)
        except Refusal as refusal:
            if str(refusal) not in form.into.errors:
                form.show(refusal)
    if proposal is not None:
        form.parent_version.data = form.parent_version.data or str(proposal.parent.version)
    return render_template(
        "gatekeeping/joining/propose.html",
        submission=submission,
        form=form,
        proposal=proposal,
        takes=TAKES,
        means=MEANS,
        state_names=STATE_NAMES,
        audience_in_words=audience_in_words,
        hours=hours,
        pounds=pounds,
        saving_in_words=saving_in_words,
    )


def _taken_back(session: Session, submission: Submission, form: JoinForm) -> dict[str, str]:
    """Return what this person chose for the items before they took their decision back."""
    _, back = pending.of_submission(session, submission, signed_in_person().id)
    if back is None or back.verb is not Verb.MERGE or back.values.get("into") != form.into.data:
        return {}
    form.reason.data = form.reason.data or str(back.values.get("reason", ""))
    return dict(back.values.get("items") or {})


@bp.route("/queue/<int:submission_id>/joined/<int:joining_id>", methods=["GET", "POST"])
@needs(*DECIDERS)
def part(submission_id: int, joining_id: int) -> ResponseReturnValue:
    """Show what was joined to a submission and what it brought, and take it out again."""
    session, at = db_session(), clock.now()
    joining, form = _find(session, submission_id, joining_id), PartForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            parting.part(
                session,
                joining,
                by=signed_in_person(),
                reason=form.reason.data or "",
                at=at,
                address=settings().address,
            )
            session.commit()
        except Refusal as refusal:
            refused(session, submission_id, "part", refusal, at=at)
            form.show(refusal)
            joining = _find(session, submission_id, joining_id)
        else:
            flash("They are apart again. Both officers are told.")
            return redirect(url_for("gatekeeping.decide", submission_id=submission_id))
    number = joining.parent.number or ""
    return render_template(
        "gatekeeping/joining/part.html",
        joining=joining,
        form=form,
        lines=in_lines(joining, number),
        can_part=joining.undone_at is None
        and hat().role is Role.GATEKEEPER
        and (joining.kind.value == "reused" or joining.parent.sent_at is None),
    )


def _find(session: Session, submission_id: int, joining_id: int) -> Joining:
    found = session.scalars(
        sa.select(Joining)
        .where(
            Joining.authority_id == hat().authority_id,
            Joining.id == joining_id,
            Joining.parent_id == submission_id,
        )
        .options(
            joinedload(Joining.parent).joinedload(Submission.author),
            joinedload(Joining.child).joinedload(Submission.author),
            joinedload(Joining.by),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found
