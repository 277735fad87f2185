"""Everything that was sent to a school, and who has what open, for its headteacher."""

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.models import Category
from categories.versions.following import until
from directory.access import hat, needs
from directory.models import AuthorityProfile, Role
from foundation import clock
from foundation.charts import bar_chart
from foundation.errors import NotFoundError, Refusal
from foundation.web import db_session, nonce
from notifications.forms import SentFilterForm
from notifications.models import Attention
from notifications.reading import everything as school
from notifications.reading import inbox as lists
from notifications.reading.everything import Filters
from notifications.reading.filters import key_in
from notifications.reading.inbox import Reader
from notifications.reading.reminding import remind
from notifications.reading.with_whom import Lying, with_whom
from notifications.views import bp
from notifications.views.opening import SCHOOL, item_suffix
from notifications.views.rows import ATTENTION, page_links, page_number, rows
from notifications.views.told import complain, tell, told

MOST_AT_TOP = 5
MOST_BARS = 12


@bp.get("/school/sent")
@needs(Role.HEAD)
def everything() -> ResponseReturnValue:
    """Show the headteacher everything that was sent to the school, newest first."""
    session, reader = db_session(), lists.reader_of(hat())
    today = clock.local_date(clock.now())
    form = _filter_form(session, reader)
    filters = _filters(form)
    page = school.school_page(session, reader, filters, page_number(), today=today)
    chosen = {field.name: field.data for field in form if field.data}
    place = {"list": SCHOOL, **chosen, **({"page": page.number} if page.number > 1 else {})}
    late = with_whom(session, reader, today=today, most=MOST_AT_TOP) if not chosen else []
    return render_template(
        "notifications/everything.html",
        filters=form,
        narrowed=bool(chosen),
        count=school.school_count(session, reader, filters, today=today),
        most=school.MOST_COUNTED,
        late=[each for each in late if each.overdue],
        rows=rows(page, today, reader_id=reader.person_id),
        page=page,
        attention=ATTENTION,
        suffix=item_suffix(place),
        told=told(),
        links=page_links(page, **chosen),
    )


@bp.get("/school/open")
@needs(Role.HEAD)
def with_whom_at_school() -> ResponseReturnValue:
    """Show the headteacher who has what open, and how much of it is overdue."""
    session, reader = db_session(), lists.reader_of(hat())
    people = with_whom(session, reader, today=clock.local_date(clock.now()))
    late = [each for each in people if each.overdue][:MOST_BARS]
    return render_template(
        "notifications/school/with_whom.html",
        people=people,
        chart=_chart(session, reader, late) if len(late) > 1 else None,
        total=sum(each.open for each in people),
        overdue=sum(each.overdue for each in people),
        may_remind=True,
        told=told(),
    )


@bp.post("/school/open/<int:person_id>/remind")
@needs(Role.HEAD)
def remind_colleague(person_id: int) -> ResponseReturnValue:
    """Remind a colleague of what is overdue with them: once a day."""
    session, reader = db_session(), lists.reader_of(hat())
    try:
        name = remind(session, reader, person_id, at=clock.now())
        session.commit()
        tell(f"{name} gets an e-mail about what is overdue.")
    except NotFoundError:
        raise
    except Refusal as refusal:
        session.rollback()
        complain(str(refusal))
    return redirect(url_for("notifications.with_whom_at_school"))


def _chart(session: Session, reader: Reader, late: list[Lying]) -> str:
    colour = session.get_one(AuthorityProfile, reader.authority_id).colour
    return bar_chart(
        "Overdue items by person",
        [(each.name or "The school’s own mailbox", each.overdue) for each in late],
        most=late[0].overdue,
        colour=colour,
        nonce=nonce(),
    )


def _filters(form: SentFilterForm) -> Filters:
    return Filters(
        person_id=key_in(form.person.data or ""),
        category_id=key_in(form.category.data or ""),
        state=form.state.data or "",
        attention=Attention(form.attention.data) if form.attention.data else None,
        governors=form.who.data == "governors",
    )


def _filter_form(session: Session, reader: Reader) -> SentFilterForm:
    form = SentFilterForm(request.args)
    form.person.choices = [("", "Anybody")] + [
        (str(person.id), person.name) for person in school.people_of_school(session, reader)
    ]
    headings = session.execute(
        sa.select(Category.id, Category.heading, Category.retired_at)
        .where(Category.authority_id == reader.authority_id)
        .order_by(Category.number, Category.id)
        .limit(500)
    )
    form.category.choices = [("", "Any category")] + [
        (str(category.id), until(category.heading, category.retired_at)) for category in headings
    ]
    if not form.validate():  # a hand-made address: what is not offered is left out
        for field in form:
            if field.errors:
                field.data, field.errors = "", ()
    return form
