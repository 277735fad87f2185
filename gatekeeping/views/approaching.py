"""What an officer does about a submission that is like theirs: ask, align dates, renew."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.dates import day
from foundation.errors import NotFoundError, Refusal
from foundation.web import db_session, settings
from gatekeeping.alike.approaching import approach, renew_other, take_dates
from gatekeeping.forms.approaching import ApproachForm
from gatekeeping.models import ApproachKind
from gatekeeping.views import bp
from gatekeeping.views.alike import Two, check_alike, find_two
from gatekeeping.views.own import BY_SLUG
from gatekeeping.writing.submissions import WITHDRAWABLE, is_editable, withdraw

WORDS = {
    ApproachKind.ANSWERS: (
        "Use their answers",
        "The other officer gets this by mail, with your name and address, and replies to you.",
        "Sent. {owner} has your question by mail.",
    ),
    ApproachKind.JOINING: (
        "Ask to have it joined",
        "The gatekeeper reads this and decides. Schools would be asked once, for both of you.",
        "Noted. The gatekeeper who looks at it sees what you ask.",
    ),
}


@bp.route(
    "/submissions/<int:submission_id>/like/<int:other_id>/ask/<any(answers, joining):what>",
    methods=["GET", "POST"],
)
@needs(Role.OFFICER)
def approach_other(submission_id: int, other_id: int, what: str) -> ResponseReturnValue:
    """Ask the other team for its answers, or the gatekeeper to join the two."""
    session, form, kind = db_session(), ApproachForm(), ApproachKind(what)
    found = _found(submission_id, other_id)
    ours, other = found.ours.submission, found.theirs.submission
    can_withdraw = kind is ApproachKind.ANSWERS and ours.state in WITHDRAWABLE
    if form.validate_on_submit():
        by, at, address = signed_in_person(), clock.now(), settings().address
        try:
            approach(
                session, ours, other, kind, text=form.text.data or "", by=by, at=at, address=address
            )
            if can_withdraw and form.then.data == "withdraw":
                withdraw(session, ours, by=by, at=at, address=address)
            session.commit()
        except Refusal as refusal:
            session.rollback()
            form.show(refusal)
        else:
            flash(WORDS[kind][2].format(owner=other.author.name))
            return redirect(_own_page(found))
    title, says, _ = WORDS[kind]
    return render_template(
        "gatekeeping/alike/approach.html",
        submission=ours,
        other=other,
        title=title,
        says=says,
        title_of_other=found.title,
        form=form,
        can_withdraw=can_withdraw,
    )


@bp.post("/submissions/<int:submission_id>/like/<int:other_id>/dates")
@needs(Role.OFFICER)
def align_dates(submission_id: int, other_id: int) -> ResponseReturnValue:
    """Set the draft's dates to those of the other; the next page checks them again."""
    session, found = db_session(), _found(submission_id, other_id)
    try:
        taken = take_dates(
            session,
            found.ours.submission,
            found.theirs.document,
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        session.rollback()
        flash(str(refusal))
        return redirect(_own_page(found))
    words = {"send_on": "to be sent {}", "due_on": "answers due {}"}
    said = ", ".join(words[name].format(day(on)) for name, on in taken.items())
    flash(f"Your dates are those of No. {found.theirs.submission.number} now: {said}.")
    return redirect(BY_SLUG["dates"].url(submission_id))


@bp.post("/submissions/<int:submission_id>/like/<int:other_id>/renews")
@needs(Role.OFFICER)
def renew_other_one(submission_id: int, other_id: int) -> ResponseReturnValue:
    """Say that the draft is the next round of the other."""
    session, found = db_session(), _found(submission_id, other_id)
    try:
        renew_other(
            session,
            found.ours.submission,
            found.theirs.submission,
            by=signed_in_person(),
            at=clock.now(),
        )
        session.commit()
    except Refusal as refusal:
        session.rollback()
        flash(str(refusal))
        return redirect(_own_page(found))
    flash(
        f"This renews No. {found.theirs.submission.number} now. Say below what the last answers "
        "changed."
    )
    return redirect(BY_SLUG["renewal"].url(submission_id))


def _found(submission_id: int, other_id: int) -> Two:
    found = find_two(submission_id, other_id)
    if not found.is_mine:
        raise NotFoundError
    check_alike(found)
    return found


def _own_page(found: Two) -> str:
    ours = found.ours.submission
    endpoint = "tasks" if is_editable(ours) else "show"
    return url_for(f"gatekeeping.{endpoint}", submission_id=ours.id)
