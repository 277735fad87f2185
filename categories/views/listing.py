"""Who owns what at a school, as a list: everybody there may look."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from categories.forms.owners import OwnersFilterForm
from categories.owning.listing import beside, today_of_each
from categories.owning.overview import NOBODY_SET, Line, in_groups, narrowed
from categories.starting.progress import progress
from categories.views import bp
from categories.views.asking import lines_of_hat
from directory.access import hat, needs, school_of_hat
from directory.models import Role
from foundation import clock
from foundation.web import db_session


@bp.get("/school/owners")
@needs(Role.HEAD, Role.STAFF)
def owners() -> ResponseReturnValue:
    """Show the categories in their groups, each with its owner and whom it reaches today."""
    session = db_session()
    lines = lines_of_hat(session)
    form = _filter_form(lines)
    shown = narrowed(lines, group=form.group.data, who=form.who.data)
    place = (hat().authority_id, school_of_hat())
    return render_template(
        "categories/owners.html",
        filters=form,
        narrowed=bool(form.group.data or form.who.data),
        groups=in_groups(shown),
        progress=progress(lines),
        today=today_of_each(
            session,
            *place,
            [line.at.category_id for line in shown],
            on=clock.local_date(clock.now()),
        ),
        beside=beside(session, *place),
        total=len(lines),
        set_count=sum(line.is_set for line in lines),
        may_change=hat().manages_owners,
        me=hat().person_id,
        nobody_set=NOBODY_SET,
    )


def _filter_form(lines: list[Line]) -> OwnersFilterForm:
    form = OwnersFilterForm(request.args)
    form.group.choices = [
        ("", "All groups"),
        *dict.fromkeys((line.at.group, line.at.group_heading) for line in lines),
    ]
    people = {str(line.at.owner_id): line.at.owner_name or "" for line in lines if line.at.owner_id}
    form.who.choices = [
        ("", "Anybody"),
        (NOBODY_SET, "Nobody set"),
        *sorted(people.items(), key=lambda person: person[1]),
    ]
    if not form.validate():  # a hand-made address: what is not offered is left out
        for field in form:
            if field.errors:
                field.data, field.errors = "", ()
    return form
