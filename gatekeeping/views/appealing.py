"""Appeals: the officer lodges one, the executive appoints a panel, its members vote."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, joinedload

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session, settings
from gatekeeping.afterwards import appeal_panel, appeals, hearing
from gatekeeping.afterwards.appeal_panel import FROM_SCHOOLS, SEATS, candidates
from gatekeeping.afterwards.appeals import find_appeal, list_appeals
from gatekeeping.afterwards.hearing import VOTES
from gatekeeping.documents import SubmissionDocument
from gatekeeping.evidence import excerpts
from gatekeeping.forms.afterwards import AppealForm, PanelForm, VoteForm
from gatekeeping.history import thread_of
from gatekeeping.models import Appeal, AppealMember
from gatekeeping.views import bp
from gatekeeping.views.choosing import words_for
from gatekeeping.views.own import find_submission
from gatekeeping.views.refusing import refused
from gatekeeping.wording import frequency_in_words

READERS = (Role.EXECUTIVE, Role.PANEL, Role.GATEKEEPER, Role.AUDITOR)
VOTERS = (Role.PANEL, Role.GATEKEEPER, Role.EXECUTIVE)
ONE = "/appeals/<int:appeal_id>"
AnyForm = PanelForm | VoteForm


@bp.route("/submissions/<int:submission_id>/appeal", methods=["GET", "POST"])
@needs(Role.OFFICER)
def appeal_submission(submission_id: int) -> ResponseReturnValue:
    """Let the officer's side appeal, or show how the appeal stands."""
    session, form, at = db_session(), AppealForm(), clock.now()
    submission = find_submission(submission_id)
    if form.validate_on_submit():
        try:
            appeals.lodge(
                session,
                submission,
                by=signed_in_person(),
                grounds=form.grounds.data or "",
                at=at,
                address=settings().address,
            )
            session.commit()
        except Refusal as refusal:
            refused(session, submission_id, "appeal", refusal, at=at)
            form.show(refusal)
        else:
            flash("Your appeal was made. Three people decide, and you are told.")
            return redirect(url_for("gatekeeping.appeal_submission", submission_id=submission_id))
    return render_template(
        "gatekeeping/appeal/lodge.html",
        submission=submission,
        form=form,
        decision=appeals.appealable(session, submission),
        appeal=appeals.appeal_of(session, submission),
        why_not=appeals.why_not(session, submission, at=at),
        votes=VOTES,
    )


@bp.get("/appeals")
@needs(*READERS)
def appeal_list() -> ResponseReturnValue:
    """Show the appeals: to a panel member those that the member hears."""
    rows = list_appeals(db_session(), hat().authority_id, only_for=_only_for())
    today = clock.local_date(clock.now())
    return render_template("gatekeeping/appeal/list.html", rows=rows, today=today, votes=VOTES)


@bp.get(ONE)
@needs(*READERS)
def appeal(appeal_id: int) -> ResponseReturnValue:
    """Show an appeal with its file, its panel, and what this person can do."""
    return _page(_find(appeal_id), None)


@bp.post(f"{ONE}/panel")
@needs(Role.EXECUTIVE)
def appoint_panel(appeal_id: int) -> ResponseReturnValue:
    """Appoint those who are missing on the panel."""
    found = _find(appeal_id)
    form = _panel_form(found)

    def act(session: Session, found: Appeal, at: datetime) -> None:
        appeal_panel.appoint(
            session,
            found,
            form.people,
            by=signed_in_person(),
            at=at,
            address=settings().address,
        )

    return _do(found, form, "appoint", act, "The panel is complete, and its members are told.")


@bp.post(f"{ONE}/members/<int:member_id>/remove")
@needs(Role.EXECUTIVE)
def remove_member(appeal_id: int, member_id: int) -> ResponseReturnValue:
    """Take a member who cannot come off the panel."""
    session, at = db_session(), clock.now()
    found = _find(appeal_id)
    try:
        appeal_panel.remove(session, found, member_id, by=signed_in_person(), at=at)
        session.commit()
    except Refusal as refusal:
        refused(session, found.submission_id, "remove_member", refusal, at=at)
        raise
    flash("Removed. Appoint somebody else in this place.")
    return redirect(url_for("gatekeeping.appeal", appeal_id=appeal_id))


@bp.post(f"{ONE}/vote")
@needs(*VOTERS)
def vote_on_appeal(appeal_id: int) -> ResponseReturnValue:
    """Give a member's vote."""
    form = VoteForm()

    def act(session: Session, found: Appeal, at: datetime) -> None:
        if form.chosen is None:
            raise Refusal("Choose how you vote.", field="choice")
        hearing.vote(
            session,
            found,
            by=signed_in_person(),
            choice=form.chosen,
            reason=form.reason.data or "",
            conditions=form.conditions.data or "",
            at=at,
            address=settings().address,
        )

    return _do(_find(appeal_id), form, "vote", act, "Your vote counts. Thank you.")


def _only_for() -> int | None:
    return hat().person_id if hat().role is Role.PANEL else None


def _find(appeal_id: int) -> Appeal:
    return find_appeal(db_session(), hat().authority_id, appeal_id, only_for=_only_for())


def _do(
    found: Appeal,
    form: AnyForm,
    verb: str,
    act: Callable[[Session, Appeal, datetime], object],
    said: str,
) -> ResponseReturnValue:
    """Call one verb and commit; what is refused comes back with what was typed."""
    session, at, appeal_id, submission_id = (
        db_session(),
        clock.now(),
        found.id,
        found.submission_id,
    )
    if form.validate_on_submit():
        try:
            act(session, found, at)
            session.commit()
        except Refusal as refusal:
            refused(session, submission_id, verb, refusal, at=at)
            form.show(refusal)
            return _page(_find(appeal_id), form), 200 if refusal.field else 409
        flash(said)
        return redirect(url_for("gatekeeping.appeal", appeal_id=appeal_id))
    return _page(found, form)


def _page(found: Appeal, form: AnyForm | None) -> str:
    session, submission = db_session(), found.submission
    members, mine = _members(session, found)
    seated = _seated(session, found, members)
    form = form or _form_for(found, seated, mine)
    version = found.decision.version
    document = SubmissionDocument.read(version.document)
    return render_template(
        "gatekeeping/appeal/show.html",
        appeal=found,
        submission=submission,
        form=form,
        kind=type(form).__name__,
        members=members,
        seated={member.id for member in seated},
        mine=mine,
        sees_votes=found.ended_at is not None or (mine is not None and mine.vote is not None),
        version=version,
        document=document,
        findings=[(each, excerpts(document, each.evidence)) for each in version.findings],
        audience=words_for(submission.authority_id, document),
        frequency=frequency_in_words(document.frequency),
        messages=thread_of(session, submission),
        votes=VOTES,
    )


def _members(session: Session, found: Appeal) -> tuple[list[AppealMember], AppealMember | None]:
    """Return the panel with its people, and the member who looks, if any."""
    members = list(
        session.scalars(
            sa.select(AppealMember)
            .where(
                AppealMember.authority_id == found.authority_id,
                AppealMember.appeal_id == found.id,
            )
            .options(joinedload(AppealMember.person))
            .order_by(AppealMember.id)
        )
    )
    me = signed_in_person().id
    return members, next((member for member in members if member.person_id == me), None)


def _seated(session: Session, found: Appeal, members: list[AppealMember]) -> list[AppealMember]:
    """Return who may vote; asked only where somebody may still be appointed."""
    if found.ended_at is not None or hat().role is not Role.EXECUTIVE:
        return members
    return appeal_panel.seated(session, found, members)


def _panel_form(found: Appeal) -> PanelForm:
    session = db_session()
    members, _ = _members(session, found)
    seated = _seated(session, found, members)
    return _panel(found, seated)


def _panel(found: Appeal, seated: list[AppealMember]) -> PanelForm:
    offered = candidates(db_session(), found, but=signed_in_person().id)
    schools = FROM_SCHOOLS - sum(member.from_school for member in seated)
    return PanelForm(offered, SEATS - len(seated), max(schools, 0))


def _form_for(
    found: Appeal,
    seated: list[AppealMember],
    mine: AppealMember | None,
) -> AnyForm | None:
    """Return the form for what this person can do next, if there is anything."""
    if found.ended_at is not None:
        return None
    if mine is not None and mine.vote is None and hat().role in VOTERS:
        return VoteForm()
    if hat().role is Role.EXECUTIVE and len(seated) < SEATS:
        return _panel(found, seated)
    return None
