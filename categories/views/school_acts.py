"""What an administrator does at a school: adds somebody, names them for what has nobody."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from categories.coverage import one
from categories.coverage.choosing import Choice
from categories.coverage.one import Group, Member
from categories.coverage.states import Wrong, in_use
from categories.forms.schools import NOTHING_YET, SOMEBODY_NEW, SomebodyForm
from categories.owning.owners import assign_many
from categories.views import bp
from categories.views.inside import inside
from categories.views.schools import address_of, stands, weight_asked
from categories.wording import counted
from directory.access import needs, signed_in_person
from directory.models import Person, Role, School
from directory.people import add_to_school
from directory.places import with_title
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.web import db_session

SETS = {
    Wrong.NOBODY: "Every category with nobody set",
    Wrong.LEFT: "Every category whose owner left",
}
SEEN = re.compile(r"(\d{1,18})-(\d{1,18})?")


@bp.route("/schools/<int:urn>/set", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def set_somebody(urn: int) -> ResponseReturnValue:
    """Name somebody, known or new, for a category, a group, or all that has nobody."""
    session, authority_id = db_session(), inside()
    found = one.find_school(session, authority_id, urn)
    categories, choice = in_use(session, authority_id), Choice.of(request.args)
    groups = one.groups_of(session, found, categories, at=clock.now())
    people = one.people_of(session, found)
    form = SomebodyForm()
    form.wanted.choices = _wanted(groups)
    form.person_id.choices = _people(people)
    # Before anything changes: the school may leave the list by it.
    where = stands(found, categories, choice)
    if form.validate_on_submit() and (sentence := _save(found, form, groups)):
        flash(sentence)
        if "next" in request.form and where.next is not None:
            return redirect(address_of(where.next, choice))
        values: dict[str, Any] = {**choice.address, "was": weight_asked()}
        return redirect(url_for("categories.school", urn=urn, **values))
    if request.method == "GET":
        form.wanted.data = request.args.get("for", "")
        form.seen.data = " ".join(
            f"{held.category.id}-{held.person_id or ''}" for group in groups for held in group.held
        )
    return render_template(
        "categories/schools/set.html",
        form=form,
        school=found,
        stands=where,
        choice=choice,
        was=weight_asked(),
    )


def _save(found: School, form: SomebodyForm, groups: Sequence[Group]) -> str | None:
    """Do what the form says and commit; None when it was refused and stands beside a field."""
    session, by, at = db_session(), signed_in_person(), clock.now()
    try:
        if form.is_new:
            place = add_to_school(
                session,
                school_id=found.id,
                email=form.email.data or "",
                name=form.name.data or "",
                job_title=form.job_title.data or "",
                role=Role(form.role.data),
                by=by,
                at=at,
            )
            person_id, name = place.person_id, place.person.name
        else:
            person_id = int(form.person_id.data)
            name = session.get_one(Person, person_id).name
        sentence = _assign(found, form, groups, person_id, name)
        session.commit()
    except Refusal as refusal:
        show_refusal(session, form, refusal, otherwise="person_id")
        return None
    return sentence


def _assign(
    found: School, form: SomebodyForm, groups: Sequence[Group], person_id: int, name: str
) -> str:
    chosen = _chosen(form.wanted.data, groups)
    if not chosen:
        return f"{name} has a place at {found.name} now."
    done = assign_many(
        db_session(),
        school_id=found.id,
        choices=dict.fromkeys(chosen, person_id),
        before=_seen(form.seen.data or ""),
        by=signed_in_person(),
        at=clock.now(),
    )
    count = len(done.changed)
    sentence = f"{counted(count)} {'goes' if count == 1 else 'go'} to {name} now."
    if done.clashes:
        number = len(done.clashes)
        sentence += (
            f" {number} {'was' if number == 1 else 'were'} changed by somebody else meanwhile and "
            f"{'stays' if number == 1 else 'stay'} as they left {'it' if number == 1 else 'them'}."
        )
    return sentence


def _chosen(wanted: str, groups: Sequence[Group]) -> list[int]:
    """Return the ids of the categories that a choice of the list means."""
    return [
        held.category.id
        for group in groups
        for held in group.held
        if wanted
        in {held.state.name.lower(), f"group:{group.slug}", f"category:{held.category.slug}"}
    ]


def _wanted(groups: Sequence[Group]) -> dict[str, list[tuple[str, str]]] | list[Any]:
    """Return what somebody may be wanted for; sets that hold nothing are left out."""
    held = [one for group in groups for one in group.held]
    first = [("", "Choose what for"), (NOTHING_YET, "Nothing yet: add the person only")]
    for state, words in SETS.items():
        count = sum(line.state is state for line in held)
        if count:
            first.append((state.name.lower(), f"{words} ({count})"))
    whole = [(f"group:{group.slug}", f"{group.heading}: all {len(group.held)}") for group in groups]
    single = [(f"category:{line.category.slug}", line.category.heading) for line in held]
    return [*first, *whole, *single]


def _people(people: Sequence[Member]) -> list[tuple[str, str]]:
    seen: dict[str, str] = {SOMEBODY_NEW: "Somebody new: fill in below"}
    for person in people:
        if person.active:
            words = with_title(person.name, person.job_title)
            seen.setdefault(str(person.person_id), words)
    return list(seen.items())


def _seen(text: str) -> Mapping[int, int | None]:
    """Read who led what when the page was made."""
    return {
        int(category): int(person) if person else None
        for category, person in SEEN.findall(text[:20_000])
    }
