"""Asking the owner of held data for access, answering, and asking only the schools it lacks."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.paging import Pages, page_asked
from foundation.web import db_session, settings
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.school_types import uncovered
from gatekeeping.forms.holdings import AnswerAccessForm, AskForm
from gatekeeping.holdings import access
from gatekeeping.holdings.access import STATE_NAMES, Asking, may_decide
from gatekeeping.holdings.loading import ensure_loaded
from gatekeeping.holdings.reading import catalogue_of
from gatekeeping.holdings.requests import (
    PAGE,
    READERS_OF_ALL,
    SHOWN,
    find_request,
    history_of,
    list_requests,
)
from gatekeeping.holdings.sets import find_set
from gatekeeping.models import AccessRequest, AccessState
from gatekeeping.views import bp
from gatekeeping.views.held_data import OFFICE
from gatekeeping.views.own import BY_SLUG, find_draft
from gatekeeping.writing.submissions import save

ONE = "/data-held/asked/<int:request_id>"


@bp.route("/data-held/<held>/ask", methods=["GET", "POST"])
@needs(Role.OFFICER)
def ask_for_held(held: str) -> ResponseReturnValue:
    """Ask the owner for access: for what, and why."""
    session, authority_id = db_session(), hat().authority_id
    catalogue = catalogue_of(session, authority_id)
    holding = catalogue.holding(held)
    if holding is None:
        raise NotFoundError
    names = [item.name for item in catalogue.items_of(held)]
    form = AskForm(data={"items": [name for name in request.args.getlist("item") if name in names]})
    form.items.choices = [(name, name) for name in names]
    if form.validate_on_submit():
        try:
            made = _asked(session, held, form)
            session.commit()
        except Refusal as refusal:
            session.rollback()
            form.show(refusal)
        else:
            flash("The owner was told by e-mail. You are told here and by e-mail what they say.")
            return redirect(url_for("gatekeeping.held_request", request_id=made.id))
    row = find_set(session, authority_id, held)
    waiting = access.waiting_of(session, row, hat().person_id) if row else None
    return render_template("gatekeeping/held/ask.html", holding=holding, form=form, waiting=waiting)


@bp.get("/data-held/asked")
@needs(*OFFICE)
def held_requests() -> ResponseReturnValue:
    """List requests for access: one's own, those to decide, and all for who oversees them."""
    role = hat().role
    shown = {key: words for key, words in SHOWN.items() if key != "all" or role in READERS_OF_ALL}
    first = "own" if role is Role.OFFICER else "decide"
    show = request.args.get("show", first)
    show = show if show in shown else first
    page = page_asked(request.args)
    found, total = list_requests(
        db_session(), hat().authority_id, show=show, person_id=hat().person_id, role=role, page=page
    )
    return render_template(
        "gatekeeping/held/requests.html",
        found=found,
        show=show,
        shown=shown,
        names=STATE_NAMES,
        pages=Pages.of(total, page, PAGE, "gatekeeping.held_requests", {"show": show}),
    )


@bp.get(ONE)
@needs(*OFFICE)
def held_request(request_id: int) -> ResponseReturnValue:
    """Show one request, its history, and to the owner the form to answer it."""
    return _page(_find(request_id), AnswerAccessForm(formdata=None))


@bp.post(ONE)
@needs(*OFFICE)
def answer_held_request(request_id: int) -> ResponseReturnValue:
    """Grant or refuse it."""
    session, form = db_session(), AnswerAccessForm()
    found = _find(request_id)
    if not form.validate_on_submit():
        return _page(found, form)
    try:
        _answered(session, found, form)
        session.commit()
    except Refusal as refusal:
        session.rollback()
        form.show(refusal)
        return _page(_find(request_id), form), 200 if refusal.field else 409
    flash("They were told by e-mail.")
    return redirect(url_for("gatekeeping.held_request", request_id=request_id))


@bp.post(f"{ONE}/withdraw")
@needs(*OFFICE)
def withdraw_held_request(request_id: int) -> ResponseReturnValue:
    """Take one's own request back."""
    session = db_session()
    access.withdraw(session, _find(request_id), by=signed_in_person(), at=clock.now())
    session.commit()
    flash("You withdrew it. The owner need not answer any more.")
    return redirect(url_for("gatekeeping.held_request", request_id=request_id))


@bp.post("/submissions/<int:submission_id>/write/audience/uncovered")
@needs(Role.OFFICER)
def ask_only_uncovered(submission_id: int) -> ResponseReturnValue:
    """Let the draft ask only those of its schools that a data set does not cover (K11, K12)."""
    session, draft = db_session(), find_draft(submission_id)
    holding = catalogue_of(session, draft.authority_id).holding(request.form.get("held", ""))
    if holding is None:
        raise NotFoundError
    audience = SubmissionDocument.read(draft.document).audience.as_audience()
    urns = uncovered(session, draft.authority_id, audience, holding)
    if not urns:
        flash(f"“{holding.title}” covers all of your schools. Nothing was changed.")
        return redirect(url_for("gatekeeping.check", submission_id=draft.id))
    save(
        session,
        draft,
        {"audience": {"urns": list(urns)}},
        by=signed_in_person(),
        at=clock.now(),
    )
    session.commit()
    schools = f"{len(urns):,} school{'' if len(urns) == 1 else 's'}"
    flash(f"You now ask only the {schools} that “{holding.title}” does not cover.")
    return redirect(BY_SLUG["audience"].url(draft.id))


def _asked(session: Session, held: str, form: AskForm) -> AccessRequest:
    at = clock.now()
    ensure_loaded(session, hat().authority_id, at=at)
    data_set = find_set(session, hat().authority_id, held)
    if data_set is None:
        raise NotFoundError
    asking = Asking(form.items.data or [], form.why.data or "")
    return access.ask(session, data_set, asking, by=hat(), at=at, address=settings().address)


def _answered(session: Session, found: AccessRequest, form: AnswerAccessForm) -> None:
    verbs = {AccessState.GRANTED.value: access.grant, AccessState.REFUSED.value: access.refuse}
    verb = verbs.get(form.answer.data or "")
    if verb is None:
        raise Refusal("Choose whether they may have it.", field="answer")
    verb(
        session,
        found,
        by=signed_in_person(),
        reason=form.reason.data or "",
        at=clock.now(),
        address=settings().address,
    )


def _find(request_id: int) -> AccessRequest:
    return find_request(
        db_session(),
        hat().authority_id,
        request_id,
        person_id=hat().person_id,
        role=hat().role,
    )


def _page(found: AccessRequest, form: AnswerAccessForm) -> str:
    session = db_session()
    is_open = found.state is AccessState.ASKED
    return render_template(
        "gatekeeping/held/request.html",
        asked=found,
        form=form,
        history=history_of(session, found),
        names=STATE_NAMES,
        may_decide=is_open and may_decide(session, found, hat().person_id),
        may_withdraw=is_open and found.by_id == hat().person_id,
    )
