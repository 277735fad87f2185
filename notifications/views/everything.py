"""Everything that was sent to a school, for its headteacher."""

import sqlalchemy as sa
from flask import (
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.models import Category
from categories.versions.following import until
from directory.access import hat, needs
from directory.models import Role
from foundation import clock
from foundation.web import db_session
from notifications.forms import SentFilterForm
from notifications.reading import everything as school
from notifications.reading import inbox as lists
from notifications.reading.everything import Filters
from notifications.reading.inbox import Reader
from notifications.views import bp
from notifications.views.rows import page_links, page_number, rows


@bp.get("/school/sent")
@needs(Role.HEAD)
def everything() -> ResponseReturnValue:
    """Show the headteacher everything that was sent to the school, newest first."""
    session, reader = db_session(), lists.reader_of(hat())
    today = clock.local_date(clock.now())
    form = _filter_form(session, reader)
    filters = Filters(
        person_id=_number(form.person.data),
        category_id=_number(form.category.data),
        state=form.state.data or "",
    )
    page = school.school_page(session, reader, filters, page_number(), today=today)
    chosen = {field.name: field.data for field in form if field.data}
    return render_template(
        "notifications/everything.html",
        filters=form,
        narrowed=bool(chosen),
        count=school.school_count(session, reader, filters, today=today),
        most=school.MOST_COUNTED,
        rows=rows(page, today),
        page=page,
        links=page_links(page, **chosen),
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


def _number(text: str | None) -> int | None:
    return int(text) if text else None
