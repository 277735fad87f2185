"""Somebody is away: who stands in for everything they get, and what stands now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.forms.away import AwayForm, WhoForm, away_form
from categories.models import Cover
from categories.owning import covers as verbs
from categories.owning.away import to_cover
from categories.owning.days import Days
from categories.owning.one import Standing, standing
from categories.owning.overview import Line
from categories.views import bp
from categories.views.asking import (
    label_of,
    lines_of_hat,
    people_of_hat,
    people_without,
    today,
)
from categories.wording import counted
from directory.access import hat, manages_owners, school_of_hat, signed_in_person
from foundation import clock
from foundation.dates import day
from foundation.errors import NotFoundError, Refusal
from foundation.forms import show_refusal
from foundation.keys import key_in
from foundation.web import db_session


@dataclass(frozen=True)
class Stay:
    """Covers of one act: the same stand-in, for the same person, on the same days."""

    first: Standing
    covers: list[Standing]

    @property
    def ids(self) -> str:
        """Return the covers as a form sends them back."""
        return ",".join(str(cover.id) for cover in self.covers)


@bp.route("/school/owners/away", methods=["GET", "POST"])
@manages_owners()
def away() -> ResponseReturnValue:
    """Show who stands in for whom, and ask who is away."""
    session = db_session()
    form = WhoForm()
    form.person_id.choices = people_of_hat(session)
    if form.validate_on_submit():
        return redirect(url_for("categories.away_who", person_id=int(form.person_id.data)))
    found = standing(session, hat().authority_id, school_of_hat(), on=today())
    return render_template(
        "categories/owning/away.html", form=form, stays=_stays(found), today=today()
    )


@bp.route("/school/owners/away/<int:person_id>", methods=["GET", "POST"])
@manages_owners()
def away_who(person_id: int) -> ResponseReturnValue:
    """Choose who stands in for everything that somebody gets, and between which days."""
    session = db_session()
    people = people_of_hat(session)
    name = dict(people).get(str(person_id))
    if name is None:
        raise NotFoundError
    lines = lines_of_hat(session)
    theirs = standing(
        session,
        hat().authority_id,
        school_of_hat(),
        Cover.person_id == person_id,
        on=today(),
    )
    groups = _groups_of(lines, person_id, theirs)
    form = away_form(groups, people_without(people, person_id))
    if request.method == "GET":
        form.starts_on.data = today()
    if form.validate_on_submit():
        sentence = _send_away(session, form, lines, person_id, theirs)
        if sentence:
            flash(sentence)
            return redirect(url_for("categories.away"))
    return render_template(
        "categories/owning/away_who.html",
        form=form,
        name=name.split(", ")[0],
        count=sum(line.at.owner_id == person_id for line in lines),
        theirs=theirs,
        groups=form.by_group() if len(groups) > 1 else [],
    )


@bp.post("/school/owners/away/end")
@manages_owners()
def end_away() -> ResponseReturnValue:
    """Call off the covers of one act; twice does no harm."""
    session = db_session()
    sent = (request.form.get("covers") or "")[: 20 * verbs.MOST_AT_ONCE].split(",")
    count = verbs.end_covers(
        session,
        school_id=school_of_hat(),
        cover_ids=[key for each in sent if (key := key_in(each)) is not None],
        by=signed_in_person(),
        at=clock.now(),
    )
    session.commit()
    flash("That had ended already." if not count else _called_off(count))
    return redirect(url_for("categories.away"))


def _called_off(count: int) -> str:
    return f"Nobody stands in for {counted(count)} any more."


def _send_away(
    session: Session,
    form: AwayForm,
    lines: Collection[Line],
    person_id: int,
    theirs: Collection[Standing],
) -> str | None:
    """Do what the form says and commit; return the sentence to show, None when it was refused."""
    first, last = form.starts_on.data, form.ends_on.data
    if first is None or last is None:
        return None  # the form's own checks have said so
    others = {group: int(field.data) for group, field in form.by_group() if field.data}
    days = Days(first, last)
    wanted = to_cover(lines, theirs, person_id, days)
    if not wanted:
        form.person_id.errors = ["They have no category on these days, so nobody need stand in."]
        return None
    stand_in = int(form.person_id.data)
    choices = {key: others.get(group, stand_in) for key, group in wanted.items()}
    try:
        done = verbs.set_covers(
            session,
            school_id=school_of_hat(),
            choices=choices,
            days=days,
            by=signed_in_person(),
            at=clock.now(),
        )
        busy = verbs.away_meanwhile(
            session,
            hat().authority_id,
            school_of_hat(),
            set(choices.values()),
            days,
        )
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal)
        return None
    count = len(done.changed) + len(done.unchanged)
    who = "Somebody" if others else label_of(form.person_id)
    sentence = f"{who} stands in for {counted(count)} from {day(first)} to {day(last)}."
    if busy:
        sentence += f" But {' and '.join(busy)} will be away on some of these days, too."
    return sentence


def _groups_of(
    lines: Iterable[Line], person_id: int, theirs: Iterable[Standing]
) -> list[tuple[str, str]]:
    """Return the groups (slug, heading) in which somebody gets anything."""
    found = {
        line.at.group: line.at.group_heading for line in lines if line.at.owner_id == person_id
    }
    found |= {each.group: each.group_heading for each in theirs}
    return list(found.items())


def _stays(covers: Iterable[Standing]) -> list[Stay]:
    """Return the covers by act, soonest first."""

    def key(one: Standing) -> tuple[object, ...]:
        return (one.starts_on, one.ends_on, one.name, one.person_id, one.for_id or 0, one.kind)

    grouped = groupby(sorted(covers, key=key), key=key)
    return [Stay(found[0], found) for found in (list(members) for _, members in grouped)]
