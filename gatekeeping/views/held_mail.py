"""Held mail for its sender: the list of one's own, one message, and what to do with it."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import hat, hats, membership, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.paging import Pages, page_asked
from foundation.web import db_session, file_store, settings
from gatekeeping.editions import protocol_of
from gatekeeping.forms.bypass import ExplainForm, PlainForm
from gatekeeping.mailgate.cases import case_facts, case_list, sender_acts
from gatekeeping.mailgate.cases.addressing import is_sender
from gatekeeping.mailgate.cases.moves import TO_DECIDE, state_name
from gatekeeping.mailgate.cases.outlines import Outline, held_mail_seal
from gatekeeping.mailgate.cases.reading import open_own, own_subjects
from gatekeeping.mailgate.drafts import drafting
from gatekeeping.mailgate.drafts.draft_words import shortly
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from gatekeeping.moves import STATE_NAMES
from gatekeeping.views import bp
from gatekeeping.views.bypass import move_words
from gatekeeping.views.bypass_acts import EXEMPT_NAMES, limits

ONE = "/held-mail/<int:held_id>/yours"
LISTS = (Role.OFFICER, Role.GATEKEEPER, Role.EXECUTIVE, Role.AUDITOR, Role.ADMINISTRATOR)
"""Who has a list of their own; anybody whose mail was held opens it by the link in their mail."""
AnyForm = ExplainForm | PlainForm


@bp.get("/held-mail")
@needs(*LISTS, writes=True)
def held_mail() -> ResponseReturnValue:
    """List one's own mail that the gateway held or saw, what is open first."""
    session, by, page, at = db_session(), signed_in_person(), page_asked(request.args), clock.now()
    rows, total = case_list.list_own(session, by, page=page)
    subjects = own_subjects(session, rows, by=by, seal=held_mail_seal(settings()), at=at)
    session.commit()
    return render_template(
        "gatekeeping/held_mail/list.html",
        rows=rows,
        subjects=subjects,
        standings={case.id: case_facts.standing(case, at) for case in rows},
        state_name=state_name,
        reasons=case_facts.REASONS,
        pages=Pages.of(total, page, case_list.PAGE, "gatekeeping.held_mail", {}),
    )


@bp.get(ONE)
@needs(writes=True)
def held_mail_case(held_id: int) -> ResponseReturnValue:
    """Show one's own held message: why it was held, where it stands, what can be done."""
    return _page(_find(held_id), PlainForm())


@bp.post(f"{ONE}/draft")
@needs()
def held_mail_draft(held_id: int) -> ResponseReturnValue:
    """Turn it into a draft, and go there."""
    session, case, form, at = db_session(), _find(held_id), PlainForm(), clock.now()
    if not form.validate_on_submit():
        return _page(case, form)
    if hat().role is not Role.OFFICER:
        form.show(Refusal(_officer_words()))
        return _page(case, form), 409
    said: list[str] = []
    try:
        draft = drafting.turn_into_draft(
            session,
            case,
            by=membership(),
            started_by=signed_in_person(),
            seal=held_mail_seal(settings()),
            store=file_store(),
            at=at,
            limits=limits(),
            say=said.append,
        )
        session.commit()
    except Refusal as refusal:
        session.rollback()
        form.show(refusal)
        return _page(_find(held_id), form), 409
    flash("This is your mail as a draft. Look through it, then submit it.")
    for sentence in shortly(said):
        flash(sentence, "look")
    return redirect(url_for("gatekeeping.tasks", submission_id=draft.id))


@bp.route(f"{ONE}/explain", methods=["GET", "POST"])
@needs(writes=True)
def held_mail_explain(held_id: int) -> ResponseReturnValue:
    """Say why it needs no gate; a gatekeeper judges that."""
    form = ExplainForm()

    def act(session: Session, case: BypassCase, at: datetime) -> None:
        sender_acts.explain(
            session,
            case,
            by=signed_in_person(),
            kind=form.chosen,
            words=form.words.data or "",
            at=at,
        )

    said = "A gatekeeper reads this and decides. You get an e-mail."
    return _do(held_id, form, "explain", act, said)


@bp.route(f"{ONE}/withdraw", methods=["GET", "POST"])
@needs(writes=True)
def held_mail_withdraw(held_id: int) -> ResponseReturnValue:
    """Withdraw it, after asking once."""

    def act(session: Session, case: BypassCase, at: datetime) -> None:
        sender_acts.withdraw(session, case, by=signed_in_person(), at=at)

    return _do(held_id, PlainForm(), "withdraw", act, "You withdrew it. It was not sent.")


def explained(form: ExplainForm) -> bool:
    """Tell whether the form says enough to be given to the rule."""
    return form.validate_on_submit() and not form.missing()


def _do(
    held_id: int,
    form: AnyForm,
    page: str,
    act: Callable[[Session, BypassCase, datetime], object],
    said: str,
) -> ResponseReturnValue:
    """Show the page of one choice; once it is posted, do it and go back to the case."""
    session, case, at = db_session(), _find(held_id), clock.now()
    if request.method == "GET" and case.state not in TO_DECIDE:
        return redirect(url_for("gatekeeping.held_mail_case", held_id=held_id))
    is_sent = explained(form) if isinstance(form, ExplainForm) else form.validate_on_submit()
    status = 200
    if is_sent:
        try:
            act(session, case, at)
            session.commit()
        except Refusal as refusal:
            session.rollback()
            form.show(refusal)
            case, status = _find(held_id), 200 if refusal.field else 409
        else:
            flash(said)
            return redirect(url_for("gatekeeping.held_mail_case", held_id=held_id))
    outline, _ = _opened(case, at)
    shown = render_template(
        f"gatekeeping/held_mail/{page}.html", case=case, form=form, outline=outline
    )
    return shown, status


def _find(held_id: int) -> BypassCase:
    """Return a case of the person's own mail; of anybody else's it is not found."""
    case = case_facts.find_case(db_session(), hat().authority_id, held_id)
    if not is_sender(case, signed_in_person()):
        raise NotFoundError
    return case


def _opened(case: BypassCase, at: datetime) -> tuple[Outline | None, str]:
    """Return what a message said, or None and a sentence that says why it cannot be shown.

    That it was opened is recorded first.
    """
    session, by = db_session(), signed_in_person()
    try:
        outline = open_own(session, case, by=by, seal=held_mail_seal(settings()), at=at)
    except Refusal as refusal:
        return None, str(refusal)
    session.commit()
    return outline, ""


def _officer_words() -> str:
    if any(each.role is Role.OFFICER for each in hats()):
        return "Switch to your role as an officer first: only officers write submissions."
    return "Only officers write submissions. Ask the help desk below for an officer’s account."


def _page(case: BypassCase, form: PlainForm) -> str:
    session = db_session()
    outline, sentence = _opened(case, clock.now())
    is_held = case.kind is CaseKind.HELD
    moves, protocol = case_facts.moves_of(session, case), protocol_of(session, case.authority_id)
    return render_template(
        "gatekeeping/held_mail/show.html",
        case=case,
        form=form,
        facts=case_facts.facts_of(session, case, outline.reached if outline else None),
        moves=moves,
        move_words=move_words,
        steps=case_facts.steps_of(case) if is_held else (),
        outline=outline,
        outline_sentence=sentence,
        has_list=hat().role in LISTS,
        can_choose=is_held and case.state in TO_DECIDE,
        can_explain=case.kind is not CaseKind.REPORTED and case.state is CaseState.WAITING,
        is_officer=any(each.role is Role.OFFICER for each in hats()),
        lapses_on=case_facts.lapses_on(case, protocol, moves),
        lapse_days=protocol.bypass_lapse_days,
        standing=case_facts.standing(case, clock.now()),
        exempt_names=EXEMPT_NAMES,
        state_name=state_name,
        state_names=STATE_NAMES,
    )
