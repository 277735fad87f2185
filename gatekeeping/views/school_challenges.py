"""Schools' challenges: a school makes one from an item, a gatekeeper answers it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.models import RECIPIENTS, Role
from foundation import clock
from foundation.errors import Refusal
from foundation.paging import Pages, page_asked
from foundation.web import db_session, settings
from gatekeeping.afterwards import school_challenges
from gatekeeping.afterwards.challenge_list import (
    PAGE,
    SHOWN,
    find_challenge,
    list_challenges,
    of_school,
)
from gatekeeping.afterwards.school_challenges import DUTY, GROUNDS, Raising, can_suspend
from gatekeeping.forms.afterwards import ANSWERS, ChallengeForm, SchoolAnswerForm
from gatekeeping.models import SchoolChallenge
from gatekeeping.moves import STATE_NAMES
from gatekeeping.views import bp
from gatekeeping.views.refusing import refused
from notifications.models import Delivery
from notifications.reading.inbox import Reader, open_item, reader_of
from notifications.reading.parts import Part

READERS = (Role.GATEKEEPER, Role.EXECUTIVE, Role.AUDITOR)
ANSWERERS = (Role.GATEKEEPER, Role.EXECUTIVE)
ONE = "/challenges/<int:challenge_id>"


@bp.route("/inbox/<int:delivery_id>/challenge", methods=["GET", "POST"])
@needs(*RECIPIENTS)
def challenge_item(delivery_id: int) -> ResponseReturnValue:
    """Let a school challenge what it received; only who may read the item may."""
    session, form, at = db_session(), ChallengeForm(), clock.now()
    reader = reader_of(hat())
    delivery = open_item(session, reader, delivery_id)
    if form.validate_on_submit():
        try:
            school_challenges.challenge(
                session,
                delivery.notice.source_id,
                who=Raising(reader.school_id, signed_in_person()),
                ground=form.ground.data or "",
                text=form.text.data or "",
                at=at,
                address=settings().address,
            )
            session.commit()
        except Refusal as refusal:
            session.rollback()
            form.show(refusal)
            delivery = open_item(session, reader, delivery_id)
        else:
            flash("Your challenge was sent. A gatekeeper answers it here and by e-mail.")
            return redirect(url_for("notifications.item", delivery_id=delivery_id))
    return render_template(
        "gatekeeping/challenge/make.html",
        form=form,
        delivery=delivery,
        notice=delivery.notice,
        duty=DUTY,
    )


@bp.get("/challenges")
@needs(*READERS)
def challenge_list() -> ResponseReturnValue:
    """Show schools' challenges: open, of many schools, answered."""
    show = request.args.get("show", "open")
    show = show if show in SHOWN else "open"
    page = page_asked(request.args)
    found = list_challenges(db_session(), hat().authority_id, show=show, page=page)
    chosen = {"show": show}
    return render_template(
        "gatekeeping/challenge/list.html",
        found=found,
        show=show,
        grounds=GROUNDS,
        pages=Pages.of(found.total, page, PAGE, "gatekeeping.challenge_list", chosen),
    )


@bp.route(ONE, methods=["GET"])
@needs(*READERS)
def challenge(challenge_id: int) -> ResponseReturnValue:
    """Show one challenge, and the form to answer it."""
    return _page(_find(challenge_id), SchoolAnswerForm(formdata=None))


@bp.post(ONE)
@needs(*ANSWERERS)
def answer_challenge(challenge_id: int) -> ResponseReturnValue:
    """Answer the school; perhaps suspend the approval in the same step."""
    session, form, at = db_session(), SchoolAnswerForm(), clock.now()
    found = _find(challenge_id)
    submission_id = found.submission_id
    if not form.validate_on_submit():
        return _page(found, form)
    try:
        _answer(session, found, form)
        session.commit()
    except Refusal as refusal:
        refused(session, submission_id, "answer_challenge", refusal, at=at)
        form.show(refusal)
        return _page(_find(challenge_id), form), 200 if refusal.field else 409
    flash("Your answer was sent to the school.")
    return redirect(url_for("gatekeeping.challenge_list"))


def item_part(session: Session, reader: Reader, delivery: Delivery) -> Part | None:
    """Return what the page of an item shows of challenges: the button, and what was answered."""
    made = of_school(session, reader.authority_id, delivery.notice.source_id, reader.school_id)
    return Part(
        "gatekeeping/challenge/part.html",
        {
            "challenges": made,
            "may_challenge": all(each.answered_at is not None for each in made),
            "grounds": GROUNDS,
        },
    )


def _answer(session: Session, found: SchoolChallenge, form: SchoolAnswerForm) -> None:
    upheld = ANSWERS.get(form.upheld.data or "")
    if upheld is None:
        raise Refusal("Choose whether the school is right.", field="upheld")
    school_challenges.answer(
        session,
        found,
        by=signed_in_person(),
        upheld=upheld,
        text=form.answer.data or "",
        suspending=bool(form.suspending.data),
        at=clock.now(),
        address=settings().address,
    )


def _find(challenge_id: int) -> SchoolChallenge:
    return find_challenge(db_session(), hat().authority_id, challenge_id)


def _page(found: SchoolChallenge, form: SchoolAnswerForm) -> str:
    submission = found.submission
    return render_template(
        "gatekeeping/challenge/show.html",
        challenge=found,
        submission=submission,
        form=form,
        grounds=GROUNDS,
        can_suspend=can_suspend(submission),
        may_answer=hat().role in ANSWERERS and found.answered_at is None,
        schools=school_challenges.schools_open(db_session(), submission),
        state_names=STATE_NAMES,
    )
