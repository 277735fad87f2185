"""Deciding about held mail: a small page for each decision, and two clicks in an emergency."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import Refusal
from foundation.web import db_session
from gatekeeping.afterwards.grounds import GROUNDS_IN_WORDS, Grounds
from gatekeeping.forms.bypass import AfterwardsForm, PlainForm, ReasonForm
from gatekeeping.mailgate.cases import deciding
from gatekeeping.mailgate.cases.moves import TO_DECIDE
from gatekeeping.models.mailgate import BypassCase, CaseKind
from gatekeeping.views import bp
from gatekeeping.views.bypass_acts import ACTS, DECIDERS, ONE, acts_for, find, may_be_reviewed
from gatekeeping.views.refusing import case_refused

EMERGENCY = f"{ONE}/emergency/<any({','.join(Grounds)}):ground>"
AnyForm = ReasonForm | PlainForm | AfterwardsForm


@bp.route(f"{ONE}/<any({','.join(ACTS)}):act>", methods=["GET", "POST"])
@needs(*DECIDERS)
def bypass_decide(case_id: int, act: str) -> ResponseReturnValue:
    """Ask for the reason of one decision; once it is posted, decide."""
    chosen, case = ACTS[act], find(case_id)
    form = ReasonForm(chosen.label, chosen.hint, chosen.why_exempt, case.exempt_kind)

    def decide(session: Session, case: BypassCase, at: datetime) -> None:
        chosen.verb(session, case, signed_in_person(), form, at)

    possible = chosen in acts_for(case)
    return _do(case, form, decide, chosen.said, "decide", possible=possible, act=chosen)


@bp.route(EMERGENCY, methods=["GET", "POST"])
@needs(Role.EXECUTIVE)
def bypass_emergency(case_id: int, ground: str) -> ResponseReturnValue:
    """Release it at once: this page has one button and nothing to type."""
    chosen, case = Grounds(ground), find(case_id)

    def release(session: Session, case: BypassCase, at: datetime) -> None:
        by = signed_in_person()
        deciding.release_in_emergency(session, case, by=by, ground=chosen, at=at)

    possible = case.kind is CaseKind.HELD and case.state in TO_DECIDE
    said = "Released. It leaves within a minute. Somebody else looks at it afterwards."
    words = GROUNDS_IN_WORDS[chosen]
    return _do(case, PlainForm(), release, said, "emergency", possible=possible, ground=words)


@bp.route(f"{ONE}/review", methods=["GET", "POST"])
@needs(*DECIDERS)
def bypass_review(case_id: int) -> ResponseReturnValue:
    """Say afterwards whether an emergency release was right; somebody else than who released."""
    form, case = AfterwardsForm(), find(case_id)

    def review(session: Session, case: BypassCase, at: datetime) -> None:
        if form.answer is None:
            raise Refusal("Choose whether it was right.", field="was_right")
        by, words = signed_in_person(), form.words.data or ""
        deciding.review_emergency(session, case, by=by, was_right=form.answer, words=words, at=at)

    said = "Thank you. The executive who released it reads what you found."
    return _do(case, form, review, said, "review", possible=may_be_reviewed(case))


def _do(
    case: BypassCase,
    form: AnyForm,
    verb: Callable[[Session, BypassCase, datetime], object],
    said: str,
    page: str,
    *,
    possible: bool,
    **more: object,
) -> ResponseReturnValue:
    """Show the page of one decision; once it is posted, decide, commit and go back."""
    case_id, at, status = case.id, clock.now(), 200
    here = redirect(url_for("gatekeeping.bypass_case", case_id=case_id))
    if request.method == "GET" and not possible:
        return here
    if form.validate_on_submit():
        session = db_session()
        try:
            verb(session, case, at)
            session.commit()
        except Refusal as refusal:
            case_refused(session, case_id, _verb(), refusal, at=at)
            form.show(refusal)
            case, status = find(case_id), 200 if refusal.field else 409
        else:
            flash(said)
            return here
    return render_template(f"gatekeeping/bypass/{page}.html", case=case, form=form, **more), status


def _verb() -> str:
    """Return what was tried, as the address calls it."""
    given = request.view_args or {}
    return str(given.get("act") or ("emergency" if "ground" in given else "review"))
