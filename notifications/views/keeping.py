"""For how long what was sent is kept: looked at, changed after a dry run, and what is held."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError, Refusal
from foundation.web import db_session
from notifications.documents import periods as rules
from notifications.documents.keeping import Periods, count_over, periods
from notifications.forms.keeping import PREFIX, HoldForm, PeriodsForm
from notifications.views import bp

NOT_SENT = "Nothing was sent under this number, or it is deleted already. Check the number."


@dataclass(frozen=True)
class DryRun:
    """What the chosen periods would delete now, and what those of today would."""

    chosen: Periods
    would: int
    today: int


@bp.route("/keeping", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def keeping() -> ResponseReturnValue:
    """Show the periods; show what other ones would delete; keep them."""
    session, authority_id = db_session(), hat().authority_id
    form = PeriodsForm()
    listed = rules.headings(session, authority_id)
    form.offer(listed)
    dry_run = None
    if form.validate_on_submit():
        try:
            authority, categories = form.default(), form.categories(request.form)
            if request.form.get("then") == "save":
                _save(authority, categories)
                return redirect(url_for("notifications.keeping"))
            dry_run = _dry_run(authority, categories)
        except Refusal as refusal:
            form.show(refusal)
    return _page(form, HoldForm(), listed, dry_run)


@bp.post("/keeping/hold")
@needs(Role.ADMINISTRATOR)
def hold() -> ResponseReturnValue:
    """Keep what was sent under a number beyond its time."""
    session, form = db_session(), HoldForm()
    try:
        rules.hold(
            session,
            hat().authority_id,
            form.number.data or "",
            form.why.data or "",
            by=signed_in_person().id,
            at=clock.now(),
        )
    except NotFoundError:
        form.show(Refusal(NOT_SENT, field="number"))
    except Refusal as refusal:
        form.show(refusal)
    else:
        session.commit()
        flash(f"{(form.number.data or '')[:40]} is kept until you let it go.")
        return redirect(url_for("notifications.keeping", _anchor="held"))
    listed = rules.headings(session, hat().authority_id)
    return _page(PeriodsForm(formdata=None), form, listed, None)


@bp.post("/keeping/let-go")
@needs(Role.ADMINISTRATOR)
def let_go() -> ResponseReturnValue:
    """Let the time of what was held count again."""
    session, number = db_session(), request.form.get("number", "")
    rules.let_go(
        session,
        hat().authority_id,
        number,
        by=signed_in_person().id,
        at=clock.now(),
    )
    session.commit()
    flash(f"{number[:40]} is not held any more. It is deleted when its time is over.")
    return redirect(url_for("notifications.keeping", _anchor="held"))


def _page(
    form: PeriodsForm, holding: HoldForm, listed: list[Any], dry_run: DryRun | None
) -> ResponseReturnValue:
    session, authority_id = db_session(), hat().authority_id
    kept = periods(session, authority_id)
    form.offer(listed)
    if form.authority.data is None:
        form.authority.data = str(kept.authority)
    return render_template(
        "notifications/keeping/periods.html",
        form=form if form.errors or not holding.errors else holding,
        periods_form=form,
        hold_form=holding,
        differing=[row for row in listed if row.keep_months is not None],
        typed={key: value for key, value in request.form.items() if key.startswith(PREFIX)},
        kept=kept,
        over=None if dry_run else _count(kept),
        dry_run=dry_run,
        names={row.id: row.heading for row in listed},
        held=rules.held(session, authority_id),
        history=rules.history(session, authority_id),
    )


def _count(kept: Periods) -> int:
    today = clock.local_date(clock.now())
    return count_over(db_session(), hat().authority_id, kept, today=today)


def _dry_run(authority: int, categories: dict[int, int | None]) -> DryRun:
    rules.check(authority, categories)
    kept = periods(db_session(), hat().authority_id)
    chosen = rules.chosen(kept, authority, categories)
    return DryRun(chosen, _count(chosen), _count(kept))


def _save(authority: int, categories: dict[int, int | None]) -> None:
    rules.set_periods(
        db_session(),
        hat().authority_id,
        authority,
        categories,
        by=signed_in_person().id,
        at=clock.now(),
    )
    db_session().commit()
    flash("Saved. What is over its time is deleted within the hour.")
