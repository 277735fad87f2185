"""The plain pages of the form: what it is, text, claim, answers, dates, items, effort."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from directory.access import needs
from directory.models import Role
from foundation.markdown import to_html
from gatekeeping.documents import SubmissionDocument
from gatekeeping.forms import Form
from gatekeeping.forms.choosing import COST_FIELDS, MOST_ROWS, STAGES, THINGS, EffortForm, ItemsForm
from gatekeeping.forms.writing import (
    AboutForm,
    ClaimForm,
    DatesForm,
    EmergencyForm,
    NeedForm,
    RenewalForm,
    ReplyForm,
    TextForm,
)
from gatekeeping.models import Submission
from gatekeeping.views import bp
from gatekeeping.views.own import BY_SLUG, find_draft, keep, onward
from gatekeeping.views.region import show_section

FORMS: dict[str, tuple[type[Form], tuple[str, ...]]] = {
    "about": (AboutForm, ("kind", "title", "purpose", "decision_maker")),
    "text": (TextForm, ("body",)),
    "claim": (ClaimForm, ("origin", "legal_claim")),
    "reply": (
        ReplyForm,
        (
            "reply_by",
            "signature",
            "personal_data",
            "dpia",
            "voluntary",
        ),
    ),
    "need": (
        NeedForm,
        ("if_not", "asked_elsewhere", "results_back", "retention", "budget_owner"),
    ),
    "renewal": (RenewalForm, ("renews", "used_before")),
    "emergency": (EmergencyForm, ("emergency", "emergency_grounds")),
    "dates": (DatesForm, ("send_on", "due_on", "as_at", "period", "frequency")),
}
BLANK_EFFORT = {"role": "office", "people": 1, **dict.fromkeys(STAGES, 0)}
BLANK_ITEM = {"name": "", "definition": "", "why": "", "personal": False, "in_mis": False}


@bp.route(
    "/submissions/<int:submission_id>/write/"
    "<any(about,text,claim,reply,need,renewal,dates,emergency):slug>",
    methods=["GET", "POST"],
)
@needs(Role.OFFICER)
def section(submission_id: int, slug: str) -> ResponseReturnValue:
    """Show and save one plain page."""
    draft = find_draft(submission_id)
    kind, names = FORMS[slug]
    form = kind(data=_values(draft))
    conflict = None
    if form.validate_on_submit() and not _out_of_order(draft, form):
        conflict = keep(draft, form, form.changes())
        if conflict is None and not form.errors:
            if request.form.get("then") == "preview":
                return redirect(BY_SLUG[slug].url(draft.id, preview=1, _anchor="preview"))
            return onward(draft, BY_SLUG[slug])
    preview = to_html(draft.document["body"]) if request.args.get("preview") else None
    return show_section(
        f"gatekeeping/write/{slug}.html",
        draft,
        BY_SLUG[slug],
        form,
        names=names,
        conflict=conflict,
        preview=preview,
    )


@bp.route("/submissions/<int:submission_id>/write/items", methods=["GET", "POST"])
@needs(Role.OFFICER)
def items(submission_id: int) -> ResponseReturnValue:
    """List what is asked; rows are added and removed with buttons that also save."""
    draft = find_draft(submission_id)
    return _rows(draft, ItemsForm(data=draft.document), "items", BLANK_ITEM)


@bp.route("/submissions/<int:submission_id>/write/effort", methods=["GET", "POST"])
@needs(Role.OFFICER)
def effort(submission_id: int) -> ResponseReturnValue:
    """Say how long it takes whom; rows are added and removed with buttons that also save."""
    draft = find_draft(submission_id)
    values = EffortForm.values(SubmissionDocument.read(draft.document))
    return _rows(draft, EffortForm(data=values), "effort", BLANK_EFFORT)


def _rows(
    draft: Submission, form: ItemsForm | EffortForm, slug: str, blank: dict[str, object]
) -> ResponseReturnValue:
    rows = form[slug]
    then = request.form.get("then", "")
    conflict = None
    if request.method == "POST" and then.startswith("remove-"):
        place = then.removeprefix("remove-")
        if place.isdigit() and int(place) < len(rows.entries):
            del rows.entries[int(place)]
    if form.validate_on_submit():
        conflict = keep(draft, form, form.changes())
        if conflict is None and not form.errors:
            if then == "add":
                return redirect(BY_SLUG[slug].url(draft.id, more=1, _anchor="last"))
            if then.startswith("remove-"):
                return redirect(BY_SLUG[slug].url(draft.id, _anchor="rows"))
            return onward(draft, BY_SLUG[slug])
    wants_more = request.args.get("more") and request.method == "GET"
    if not rows.entries or (wants_more and len(rows.entries) < MOST_ROWS):
        rows.append_entry(blank)
    return show_section(
        f"gatekeeping/write/{slug}.html",
        draft,
        BY_SLUG[slug],
        form,
        names=COST_FIELDS if slug == "effort" else (slug,),
        conflict=conflict,
        stages=STAGES,
        things=THINGS,
    )


def _values(draft: Submission) -> dict[str, object]:
    document = SubmissionDocument.read(draft.document)
    frequency = {"times": document.frequency.times, "per": document.frequency.per}
    values = {**document.model_dump(), **frequency, "kind": document.kind.value}
    return {**values, **EmergencyForm.values(document)}


def _out_of_order(draft: Submission, form: Form) -> bool:
    return isinstance(form, DatesForm) and form.refuse_order(draft.kind)
