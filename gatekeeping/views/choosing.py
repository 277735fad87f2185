"""Choosing schools and categories."""

import tempfile
from pathlib import Path

import sqlalchemy as sa
from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from categories.versions.following import Followed, follow, listed, until
from directory.access import hat, needs
from directory.audience import count_schools, left_out
from directory.models import OPEN_STATUSES, Organisation, OrganisationKind, Role, School
from foundation.errors import BrokenFileError
from foundation.progress import BadRow
from foundation.web import db_session
from gatekeeping.assessment import Assessment
from gatekeeping.documents import AudienceWords, SubmissionDocument
from gatekeeping.forms.choosing import AudienceForm, CategoriesForm
from gatekeeping.models import Submission
from gatekeeping.suggesting import known_in, suggest_for, worth_showing
from gatekeeping.views import bp
from gatekeeping.views.own import BY_SLUG, find_draft, judged, keep, onward
from gatekeeping.views.region import show_section
from gatekeeping.wording import audience_in_words
from gatekeeping.writing.urns import Listed, urns_of_file

MOST_PLACES = 1_000
LARGEST_LIST = 5_000_000
MOST_LINES = 100
TOO_LARGE = "The list must be smaller than 5 MB."


@bp.route("/submissions/<int:submission_id>/write/audience", methods=["GET", "POST"])
@needs(Role.OFFICER)
def audience(submission_id: int) -> ResponseReturnValue:
    """Choose schools by kind and place, or by a list; say how many they are."""
    draft = find_draft(submission_id)
    form = _audience_form(draft)
    conflict, broken = None, list[BadRow]()
    if form.validate_on_submit():
        added = _uploaded(form)
        changes = form.changes()
        if added is not None:
            known = changes["audience"]["urns"]
            changes["audience"]["urns"] = list(dict.fromkeys([*known, *added.urns]))
        conflict = keep(draft, form, changes)
        lines = [*form.listed.bad, *(added.bad if added else ())]
        if conflict is None and not form.errors and not lines:
            if request.form.get("then") == "count":
                return redirect(BY_SLUG["audience"].url(draft.id, counted=1, _anchor="count"))
            return onward(draft, BY_SLUG["audience"])
        broken = _report(form, lines, added)
    elif request.args.get("too_large"):
        form.file.errors = [f"{TOO_LARGE} Nothing of this page was saved; choose again."]
    assessment = judged(draft)
    return show_section(
        "gatekeeping/write/audience.html",
        draft,
        BY_SLUG["audience"],
        form,
        names=("audience",),
        conflict=conflict,
        assessment=assessment,
        broken=broken,
        closed=_lines_of(draft, assessment),
    )


@bp.post("/submissions/count")
@needs(Role.OFFICER)
def count() -> ResponseReturnValue:
    """Answer as JSON how many open schools the posted choice names; it saves nothing."""
    form = AudienceForm(meta={"csrf": False})  # changes nothing, and the whole app checks anyway
    chosen = AudienceWords.model_validate(
        {
            **form.changes()["audience"],
            "phases": _known(form, "phases"),
            "types": _known(form, "types"),
        }
    )
    session, authority_id = db_session(), hat().authority_id
    schools = count_schools(session, authority_id, chosen.as_audience())
    listed = left_out(session, authority_id, chosen.as_audience())
    return {
        "schools": schools,
        "words": f"{schools:,} open school{'' if schools == 1 else 's'}",
        "left_out": len(listed.closed) + len(listed.unknown),
        "bad": len(form.listed.bad),
    }


@bp.route("/submissions/<int:submission_id>/write/categories", methods=["GET", "POST"])
@needs(Role.OFFICER)
def categories(submission_id: int) -> ResponseReturnValue:
    """Choose up to three categories, those that the text suggests first."""
    draft = find_draft(submission_id)
    with_lessons = known_in(db_session(), draft.authority_id)
    known = with_lessons.categories
    followed = follow(db_session(), draft.authority_id, draft.document["categories"])
    form = CategoriesForm(data={"categories": [each.slug for each in followed.today]})
    form.categories.choices = [(category.slug, category.heading) for category in known]
    conflict = None
    if form.validate_on_submit():
        conflict = keep(draft, form, {"categories": form.categories.data or []})
        if conflict is None and not form.errors:
            return onward(draft, BY_SLUG["categories"])
    document = SubmissionDocument.read(draft.document)
    suggested = suggest_for(
        db_session(), draft.authority_id, document, submission_id=draft.id, known=with_lessons
    )
    return show_section(
        "gatekeeping/write/categories.html",
        draft,
        BY_SLUG["categories"],
        form,
        names=("categories",),
        conflict=conflict,
        known=known,
        suggested=worth_showing(suggested),
        by_slug={category.slug: category for category in known},
        ended=_ended(followed),
    )


def _ended(followed: Followed) -> list[tuple[str, str, int]]:
    """Return what was chosen and has ended, what follows it, in words, and how many those are."""
    return [
        (
            until(each.heading, each.ended_at),
            listed(now.heading for now in followed.became[slug]),
            len(followed.became[slug]),
        )
        for slug, each in followed.ended.items()
    ]


def _audience_form(draft: Submission) -> AudienceForm:
    document = SubmissionDocument.read(draft.document)
    form = AudienceForm(data=AudienceForm.values(document))
    form.offer(*_places(draft.authority_id), document.audience)
    return form


def _places(authority_id: int) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the districts and the trusts (code and name) of open schools: one statement."""
    mine = (School.authority_id == authority_id, School.status.in_(OPEN_STATUSES))
    districts = sa.select(
        sa.literal("district").label("what"),
        School.district.label("code"),
        School.district.label("name"),
    ).where(*mine, School.district != "")
    trusts = (
        sa.select(sa.literal("trust"), Organisation.code, Organisation.name)
        .join(School, School.trust_id == Organisation.id)
        .where(*mine, Organisation.kind == OrganisationKind.TRUST)
    )
    places = sa.union(districts, trusts).subquery()
    rows = db_session().execute(
        sa.select(places).order_by(places.c.what, places.c.name, places.c.code).limit(MOST_PLACES)
    )
    found = rows.all()
    return (
        [row.name for row in found if row.what == "district"],
        [(row.code, row.name) for row in found if row.what == "trust"],
    )


def _uploaded(form: AudienceForm) -> Listed | None:
    """Read an uploaded list, if there is one; what is wrong with it goes beside the field."""
    file = form.file.data
    if not isinstance(file, FileStorage) or not file.filename:
        return None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "list"
        content = file.stream.read(LARGEST_LIST + 1)
        if len(content) > LARGEST_LIST:
            form.file.errors = [TOO_LARGE]
            return None
        place.write_bytes(content)
        try:
            return urns_of_file(place)
        except BrokenFileError as fault:
            form.file.errors = [str(fault)]
            return None


def _report(form: AudienceForm, lines: list[BadRow], added: Listed | None) -> list[BadRow]:
    """Say beside the field that some lines were not used; the good ones are saved."""
    if form.listed.bad:
        form.urns.errors = [_unusable(len(form.listed.bad))]
    if added is not None and added.bad:
        form.file.errors = [_unusable(len(added.bad)) + " All others were added to the list."]
    if added is not None and added.urns:
        typed = (form.urns.data or "").splitlines()
        present = set(form.listed.urns)
        form.urns.data = "\n".join(
            [*typed, *(str(urn) for urn in added.urns if urn not in present)]
        )
    return sorted(lines, key=lambda bad: bad.line)[:MOST_LINES]


def _unusable(count: int) -> str:
    lines = "1 line has" if count == 1 else f"{count} lines have"
    return f"{lines} no URN. Mend or remove what is listed below."


def _known(form: AudienceForm, name: str) -> list[str]:
    choices = {value for value, _ in form[name].choices}
    return [value for value in form[name].data or () if value in choices]


def _lines_of(draft: Submission, assessment: Assessment) -> list[tuple[int, int, str]]:
    """Return line, URN and reason of every listed school that will get nothing."""
    place = {urn: line for line, urn in enumerate(draft.document["audience"]["urns"], start=1)}
    gone = [
        (place.get(urn, 0), urn, f"{name} closed{f' on {closed:%-d %B %Y}' if closed else ''}")
        for urn, name, closed in assessment.left_out.closed
    ]
    strange = [
        (place.get(urn, 0), urn, "no school of this authority has this URN")
        for urn in assessment.left_out.unknown
    ]
    return sorted([*gone, *strange])


def words_for(authority_id: int, document: SubmissionDocument) -> str:
    """Return the audience in words, trusts by name."""
    trusts = dict(_places(authority_id)[1]) if document.audience.trusts else {}
    return audience_in_words(document.audience, trusts)
