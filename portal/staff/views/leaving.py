"""Somebody leaves a school: one page for the head, the same for the authority's administrator."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.wording import counted
from directory.access import hat, manages_owners, needs, school_of_hat, signed_in_person
from directory.models import Role, School
from directory.places import with_title
from foundation import clock
from foundation.dates import day
from foundation.errors import NotFoundError, Refusal
from foundation.forms import show_refusal
from foundation.keys import key_in
from foundation.web import db_session
from portal.staff.colleagues import Colleague, colleague, colleagues
from portal.staff.forms import ButtonForm, LeavingForm
from portal.staff.holdings import HeldGroup, Holdings, holdings
from portal.staff.leaving import Handing, call_off, is_over, leave, plan, planned_for
from portal.staff.views import bp
from portal.staff.views.people import heads_own

EACH = ("", "As chosen below")
NO_HEAD = ("", "Choose a person")
NO_HEAD_YET = ("", "Nobody is known yet")


@dataclass(frozen=True)
class Page:
    """What the page is about, and for whom it is shown."""

    school: School
    leaver: Colleague
    has: Holdings
    others: Sequence[Colleague]
    headless: bool
    """Whether a head may go without a successor."""
    back: str

    @property
    def nobody(self) -> str:
        """Return what becomes of a category for which nobody is chosen."""
        return "The new headteacher" if self.leaver.is_head else "Nobody"

    @property
    def people(self) -> list[tuple[str, str]]:
        """Return who may take over, as choices of a list."""
        return [(str(other.person.id), named(other)) for other in self.others]


@bp.route("/school/people/<int:person_id>/leaving", methods=["GET", "POST"])
@manages_owners()
def leaving(person_id: int) -> ResponseReturnValue:
    """Hand over everything of somebody who leaves the headteacher's school."""
    session = db_session()
    school = session.get_one(School, school_of_hat())
    back = url_for("staff.person", person_id=person_id)
    page = _page(session, school, person_id, headless=False, back=back)
    heads_own(page.leaver)
    return _answer(session, page, url_for("staff.people"))


@bp.route("/people/<int:person_id>/leaving/<int:school_id>", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def end_places(person_id: int, school_id: int) -> ResponseReturnValue:
    """Do the same for any school of the authority; a head may go without a successor."""
    session = db_session()
    school = session.get(School, school_id)
    if school is None or school.authority_id != hat().authority_id:
        raise NotFoundError
    back = url_for("staff.account", person_id=person_id)
    page = _page(session, school, person_id, headless=True, back=back)
    return _answer(session, page, back)


@bp.post("/school/people/<int:person_id>/stays")
@manages_owners()
def stays(person_id: int) -> ResponseReturnValue:
    """Let somebody stay after all; twice does no harm."""
    session = db_session()
    heads_own(colleague(session, hat().authority_id, school_of_hat(), person_id))
    planned = planned_for(session, hat().authority_id, school_of_hat(), person_id)
    if ButtonForm().validate_on_submit() and planned is not None:
        call_off(session, planned, by=signed_in_person().id, at=clock.now())
        session.commit()
        flash("Called off: they stay, and everything stays with them.")
    return redirect(url_for("staff.people"))


def named(other: Colleague) -> str:
    """Return a colleague's name with the job title, as lists of choices show it."""
    return with_title(other.person.name, other.job_title)


def _page(session: Session, school: School, person_id: int, *, headless: bool, back: str) -> Page:
    today = clock.local_date(clock.now())
    everybody = colleagues(session, school.authority_id, school.id)
    listed = (one for one in everybody if one.person.id == person_id)
    leaver = next(listed, None) or colleague(session, school.authority_id, school.id, person_id)
    return Page(
        school,
        leaver,
        holdings(session, school.authority_id, school.id, person_id, today=today),
        [one for one in everybody if one.person.id != person_id and one.can_receive],
        headless,
        back,
    )


def _answer(session: Session, page: Page, after: str) -> ResponseReturnValue:
    at = clock.now()
    today = clock.local_date(at)
    form = LeavingForm(today, data={"last_day": today})
    form.everything.choices = [EACH, *page.people]
    form.next_head.choices = [NO_HEAD_YET if page.headless else NO_HEAD, *page.people]
    if form.validate_on_submit() and (sentence := _let_leave(session, form, page)):
        flash(sentence)
        is_own = page.leaver.person.id == signed_in_person().id
        return redirect(url_for("home.index") if is_own else after)
    return render_template(
        "staff/leaving.html",
        form=form,
        page=page,
        leaver=page.leaver,
        has=page.has,
        chosen=_chosen(page.has),
        suggested={group.slug: _suggested(group, page) for group in page.has.groups},
        planned=planned_for(
            session, page.school.authority_id, page.school.id, page.leaver.person.id
        ),
    )


def _let_leave(session: Session, form: LeavingForm, page: Page) -> str | None:
    """Do what the form says and commit; return the sentence to show, None when it was refused."""
    last_day = form.last_day.data
    if last_day is None:
        return None
    values = {"school_id": page.school.id, "person_id": page.leaver.person.id}
    by, at, handing = signed_in_person().id, clock.now(), _handing(form, page)
    try:
        if is_over(last_day, at):
            leave(session, **values, handing=handing, by=by, at=at, headless=page.headless)
            sentence = _said(page, None)
        else:
            plan(session, **values, handing=handing, last_day=last_day, by=by, at=at)
            sentence = _said(page, last_day)
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    return sentence


def _handing(form: LeavingForm, page: Page) -> Handing:
    """Read who takes over: everything, else a whole group, else each category by itself."""
    offered = {other.person.id for other in page.others}
    next_head = int(form.next_head.data) if page.leaver.is_head and form.next_head.data else None
    if form.everything.data:
        return Handing(int(form.everything.data), next_head_id=next_head)

    def asked(name: str) -> int | None:
        person_id = key_in(request.form.get(name))
        return person_id if person_id in offered else None

    choices: dict[int, int] = {}
    for group in page.has.groups:
        whole = asked(f"group-{group.slug}")
        for held in group.categories:
            taker = whole or asked(f"category-{held.category_id}") or next_head
            if taker is not None:
                choices[held.category_id] = taker
        default = whole or asked(f"default-{group.slug}") or next_head
        if group.is_default and default is not None:
            for key in group.members:
                choices.setdefault(key, default)
    return Handing(choices=choices, next_head_id=next_head)


def _chosen(has: Holdings) -> dict[str, str]:
    """Return what each list shows as chosen: what was sent, else what is suggested."""
    if request.method == "POST":
        return dict(request.form.items())
    chosen = {}
    for group in has.groups:
        chosen[f"default-{group.slug}"] = str(group.suggested_id or "")
        for held in group.categories:
            chosen[f"category-{held.category_id}"] = str(held.suggested_id or "")
    return chosen


def _suggested(group: HeldGroup, page: Page) -> str:
    """Say in a line who is suggested for a group, so that it need not be opened."""
    names = {other.person.id: other.person.name for other in page.others}
    names[0] = page.nobody.lower()
    counts = Counter(held.suggested_id for held in group.categories)
    return ", ".join(f"{count} to {names[who or 0]}" for who, count in counts.most_common())


def _said(page: Page, last_day: date | None) -> str:
    name = page.leaver.person.name
    if last_day is not None:
        return (
            f"Noted: the last day of {name} is {day(last_day)}. Everything goes to others the day "
            "after, as you chose."
        )
    items = "1 open item" if page.has.items == 1 else f"{page.has.items} open items"
    return f"{name} has left. {counted(page.has.categories)} and {items} went to others."
