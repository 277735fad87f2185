"""The link in the mail to a sender: to the page for whoever signs in, to two choices for others.

The key is taken out of the address at once and kept in the cookie, so that it stands in no
history or referrer, and in no log but that of a proxy before us. Without an account one sees
nothing of what the message said.
"""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from flask import g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import anyone, signed_in_person
from foundation import clock
from foundation.db import narrow
from foundation.errors import Refusal
from foundation.web import db_session, settings
from gatekeeping.editions import protocol_of
from gatekeeping.forms.bypass import ExplainForm
from gatekeeping.mailgate.cases import case_facts, case_list, sender_acts
from gatekeeping.mailgate.cases.addressing import is_key, is_sender
from gatekeeping.mailgate.cases.moves import TO_DECIDE
from gatekeeping.mailgate.cases.outlines import held_mail_seal
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState
from gatekeeping.views import bp
from gatekeeping.views.held_mail import explained

BY_KEY = "/held-mail/<int:case_id>/link"
KEPT = "held_mail"
"""Where the cookie keeps the id of one case and its key."""
LONGEST_KEY = 200


@bp.get("/held-mail/<int:case_id>")
@anyone()
def held_mail_link(case_id: int) -> ResponseReturnValue:
    """Lead on: who signs in to their page, who has no account to what the key lets them do."""
    key = request.args.get("key", "")[:LONGEST_KEY]
    own_page = redirect(url_for("gatekeeping.held_mail_case", held_id=case_id))
    if not key:
        return own_page if _person() is None or _is_mine_by_id(case_id) else _dead()
    case = _of_key(case_id, key)
    if case is None:
        return _dead()
    is_known = case_list.may_sign_in(db_session(), case) if _person() is None else _is_mine(case)
    if is_known:
        return own_page
    cookie[KEPT] = [case_id, key]
    answer = redirect(url_for("gatekeeping.held_mail_by_key", case_id=case_id))
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@bp.get(BY_KEY)
@anyone()
def held_mail_by_key(case_id: int) -> ResponseReturnValue:
    """Show what may be known without an account: when, how many schools, why. Two choices."""
    case = _opened(case_id)
    return _dead() if case is None else _page(case, ExplainForm(formdata=None))


@bp.post(f"{BY_KEY}/explain")
@anyone()
def held_mail_explain_by_key(case_id: int) -> ResponseReturnValue:
    """Say why it needs no gate."""
    form = ExplainForm()

    def act(session: Session, case: BypassCase, at: datetime) -> None:
        words = form.words.data or ""
        sender_acts.explain(session, case, by=None, kind=form.chosen, words=words, at=at)

    return _do(case_id, form, act, is_sent=explained(form))


@bp.post(f"{BY_KEY}/withdraw")
@anyone()
def held_mail_withdraw_by_key(case_id: int) -> ResponseReturnValue:
    """Withdraw it."""

    def act(session: Session, case: BypassCase, at: datetime) -> None:
        sender_acts.withdraw(session, case, by=None, at=at)

    return _do(case_id, ExplainForm(formdata=None), act, is_sent=True)


def _do(
    case_id: int,
    form: ExplainForm,
    act: Callable[[Session, BypassCase, datetime], object],
    *,
    is_sent: bool,
) -> ResponseReturnValue:
    session, case, at = db_session(), _opened(case_id), clock.now()
    if case is None:
        return _dead()
    if not is_sent:
        return _page(case, form)
    try:
        act(session, case, at)
        session.commit()
    except Refusal as refusal:
        session.rollback()
        form.show(refusal)
        again = _opened(case_id)
        return _dead() if again is None else (_page(again, form), 200 if refusal.field else 409)
    if case.state is CaseState.WITHDRAWN:
        cookie.pop(KEPT, None)
        return render_template("gatekeeping/held_mail/withdrawn.html")
    return redirect(url_for("gatekeeping.held_mail_by_key", case_id=case_id))


def _opened(case_id: int) -> BypassCase | None:
    """Return the case whose key the cookie keeps, while it is open; else None."""
    kept = cookie.get(KEPT)
    if not isinstance(kept, list) or kept[:1] != [case_id]:
        return None
    return _of_key(case_id, str(kept[-1]))


def _of_key(case_id: int, key: str) -> BypassCase | None:
    """Return the case if this is its key and it is open; its authority is then the session's."""
    session, person = db_session(), _person()
    case = session.scalars(
        sa.select(BypassCase).where(BypassCase.id == case_id)  # the key says whose it is
    ).one_or_none()
    if case is None or not is_key(case, key, held_mail_seal(settings())):
        return None
    if person is not None:
        return case if case.authority_id == signed_in_person().authority_id else None
    narrow(session, case.authority_id)
    return case


def _person() -> object:
    return g.get("portal_person_values")


def _is_mine_by_id(case_id: int) -> bool:
    case = db_session().get(BypassCase, case_id)
    return case is not None and _is_mine(case)


def _is_mine(case: BypassCase) -> bool:
    return g.get("portal_hat") is not None and is_sender(case, signed_in_person())


def _page(case: BypassCase, form: ExplainForm) -> str:
    session, is_held = db_session(), case.kind is CaseKind.HELD
    protocol = protocol_of(session, case.authority_id)
    lapses_on = case_facts.lapses_on(case, protocol, case_facts.moves_of(session, case))
    return render_template(
        "gatekeeping/held_mail/by_key.html",
        case=case,
        form=form,
        says=str((case.detail or {}).get("why", "")),
        is_waiting=case.state is CaseState.WAITING,
        can_withdraw=is_held and case.state in TO_DECIDE,
        lapses_on=lapses_on if is_held else None,
        is_overdue=case_facts.standing(case, clock.now()).overdue,
    )


def _dead() -> ResponseReturnValue:
    return render_template("gatekeeping/held_mail/dead.html"), 404
