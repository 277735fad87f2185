"""Emergencies: releasing, extending and reviewing them, and the teams that lost the route."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import Refusal
from foundation.paging import Pages, page_asked
from foundation.web import db_session, settings
from gatekeeping.afterwards import after_review, emergencies, extending
from gatekeeping.afterwards.after_review import Found, questions_for
from gatekeeping.afterwards.emergency_list import (
    PAGE,
    SHOWN,
    Emergency,
    find_emergency,
    list_emergencies,
    steps_of,
)
from gatekeeping.afterwards.emergency_route import lost_routes, record_training
from gatekeeping.afterwards.grounds import GROUNDS_IN_WORDS, grounds_of
from gatekeeping.deadlines import sla
from gatekeeping.forms.afterwards import EmergencyForm, ExtendForm, ReviewForm, TrainingForm
from gatekeeping.models import State, Submission
from gatekeeping.moves import STATE_NAMES
from gatekeeping.views import bp
from gatekeeping.views.choosing import words_for
from gatekeeping.views.deciding import AUTHORITY
from gatekeeping.views.refusing import refused

ONE = "/emergencies/<int:submission_id>"
AnyForm = EmergencyForm | ExtendForm | ReviewForm


@bp.get("/emergencies")
@needs(*AUTHORITY)
def emergency_list() -> ResponseReturnValue:
    """Show the emergencies: to release, to review, reviewed."""
    show = request.args.get("show", "waiting")
    show = show if show in SHOWN else "waiting"
    page, at = page_asked(request.args), clock.now()
    found = list_emergencies(db_session(), hat().authority_id, show=show, page=page)
    chosen = {"show": show}
    return render_template(
        "gatekeeping/emergency/list.html",
        found=found,
        show=show,
        standings={row.id: sla.standing(row, at) for row in found.rows},
        state_names=STATE_NAMES,
        pages=Pages.of(found.total, page, PAGE, "gatekeeping.emergency_list", chosen),
    )


@bp.get(ONE)
@needs(*AUTHORITY)
def emergency(submission_id: int) -> ResponseReturnValue:
    """Show an emergency with the least that is needed, and what this person can do about it."""
    return _page(db_session(), _find(submission_id), None)


@bp.post(f"{ONE}/release")
@needs(Role.EXECUTIVE)
def release_emergency(submission_id: int) -> ResponseReturnValue:
    """Send it now; it is never held back for undoing."""
    form = EmergencyForm()

    def act(session: Session, submission: Submission, at: datetime) -> None:
        emergencies.release(
            session,
            submission,
            by=signed_in_person(),
            version=form.seen_version,
            reason=form.reason.data or "",
            at=at,
            address=settings().address,
        )

    return _do(submission_id, form, "release", act, "Released. It is going to schools now.")


@bp.post(f"{ONE}/ordinary")
@needs(Role.EXECUTIVE)
def judge_as_ordinary(submission_id: int) -> ResponseReturnValue:
    """Have it judged as what else it is."""
    form = EmergencyForm()

    def act(session: Session, submission: Submission, at: datetime) -> None:
        emergencies.judge_as_ordinary(
            session,
            submission,
            by=signed_in_person(),
            version=form.seen_version,
            reason=form.reason.data or "",
            at=at,
            address=settings().address,
        )

    said = "It is judged as an ordinary submission. The officer is told."
    return _do(submission_id, form, "judge_as_ordinary", act, said)


@bp.post(f"{ONE}/extend")
@needs(Role.EXECUTIVE)
def extend_emergency(submission_id: int) -> ResponseReturnValue:
    """Let its number be valid longer."""
    form = ExtendForm()

    def act(session: Session, submission: Submission, at: datetime) -> None:
        if form.until.data is None:
            raise Refusal("Enter the new last day.", field="until")
        extending.extend(
            session,
            submission,
            by=signed_in_person(),
            until=form.until.data,
            reason=form.reason.data or "",
            at=at,
            address=settings().address,
        )

    return _do(submission_id, form, "extend", act, "Extended. Schools see the new last day.")


@bp.post(f"{ONE}/review")
@needs(Role.GATEKEEPER)
def begin_review(submission_id: int) -> ResponseReturnValue:
    """Begin the review."""
    session, found = db_session(), _find(submission_id)
    form = ReviewForm(questions_for(session, found.submission))
    by = signed_in_person()

    def act(session: Session, submission: Submission, at: datetime) -> None:
        after_review.begin(session, submission, by=by, at=at)

    form.fallback = "verdict"
    return _do(submission_id, form, "review", act, "You began the review. End it below.")


@bp.post(f"{ONE}/review/end")
@needs(Role.GATEKEEPER)
def end_review(submission_id: int) -> ResponseReturnValue:
    """End the review with what was found."""
    session, found = db_session(), _find(submission_id)
    form = ReviewForm(questions_for(session, found.submission))

    def act(session: Session, submission: Submission, at: datetime) -> None:
        if form.chosen is None:
            raise Refusal("Choose what you found.", field="verdict")
        after_review.end(
            session,
            submission,
            by=signed_in_person(),
            found=Found(form.chosen, form.answers, form.reason.data or "", form.lessons.data or ""),
            at=at,
            address=settings().address,
        )

    said = "The review has ended. The officer, the manager and the executive are told."
    return _do(submission_id, form, "end_review", act, said)


@bp.route("/emergencies/teams", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def emergency_teams() -> ResponseReturnValue:
    """Show which teams lost the emergency route; open it again for one that was trained."""
    session, form, at = db_session(), TrainingForm(), clock.now()
    lost = lost_routes(session, hat().authority_id, at=at)
    chosen = next(
        (each for each in lost if _key(each.organisation_id, each.team_id) == form.who.data), None
    )
    if form.validate_on_submit() and chosen is not None:
        try:
            record_training(
                session,
                hat().authority_id,
                organisation_id=chosen.organisation_id,
                team_id=chosen.team_id,
                note=form.note.data or "",
                by=signed_in_person(),
                at=at,
            )
            session.commit()
        except Refusal as refusal:
            session.rollback()
            form.show(refusal)
        else:
            flash(f"{chosen.name} can use the emergency route again.")
            return redirect(url_for("gatekeeping.emergency_teams"))
    return render_template("gatekeeping/emergency/teams.html", lost=lost, form=form, key=_key)


def _key(organisation_id: int, team_id: int | None) -> str:
    return f"{organisation_id}-{team_id or 0}"


def _find(submission_id: int) -> Emergency:
    return find_emergency(db_session(), hat().authority_id, submission_id)


def _do(
    submission_id: int,
    form: AnyForm,
    verb: str,
    act: Callable[[Session, Submission, datetime], object],
    said: str,
) -> ResponseReturnValue:
    """Call one verb and commit; what is refused comes back with what was typed."""
    session, at = db_session(), clock.now()
    if form.validate_on_submit():
        found = _find(submission_id)
        try:
            act(session, found.submission, at)
            session.commit()
        except Refusal as refusal:
            refused(session, submission_id, verb, refusal, at=at)
            form.show(refusal)
            return _page(session, _find(submission_id), form), 200 if refusal.field else 409
        flash(said)
        return redirect(url_for("gatekeeping.emergency", submission_id=submission_id))
    return _page(session, _find(submission_id), form)


def _page(session: Session, found: Emergency, form: AnyForm | None) -> str:
    submission, at = found.submission, clock.now()
    form = form or _form_for(session, submission)
    if isinstance(form, EmergencyForm) and form.version.data is None:
        form.version.data = str(submission.version)
    ground = grounds_of(found.document)
    return render_template(
        "gatekeeping/emergency/show.html",
        found=found,
        submission=submission,
        form=form,
        kind=type(form).__name__,
        audience=words_for(submission.authority_id, found.document),
        ground=GROUNDS_IN_WORDS[ground] if ground else "",
        standing=sla.standing(submission, at),
        steps=steps_of(session, submission),
        last_day=extending.last_day(session, submission),
        state_names=STATE_NAMES,
        is_waiting=emergencies.is_waiting(submission),
        may_extend=submission.state in emergencies.EXTENDABLE,
        sender=emergencies.told_by(submission),
    )


def _form_for(session: Session, submission: Submission) -> AnyForm | None:
    """Return the form for what this person can do next, if there is anything."""
    role = hat().role
    if role is Role.EXECUTIVE and emergencies.is_waiting(submission):
        return EmergencyForm()
    if role is Role.EXECUTIVE and submission.state in emergencies.EXTENDABLE:
        return ExtendForm()
    if role is Role.GATEKEEPER and submission.state is State.AFTER_REVIEW:
        return ReviewForm(questions_for(session, submission))
    return None
