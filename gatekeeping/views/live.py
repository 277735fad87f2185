"""Checks while the officer writes: what the gate would ask about the page as it is typed.

Nothing is saved by it. Without JavaScript the same region stands on each page as last saved.
"""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.access import hat, needs
from directory.models import Role
from foundation import clock
from foundation.web import database, db_session
from gatekeeping.assessment import assess
from gatekeeping.documents import DocumentError, SubmissionDocument
from gatekeeping.forms import Form
from gatekeeping.forms.choosing import EffortForm, ItemsForm
from gatekeeping.law.words import VERDICT_NAMES
from gatekeeping.views import bp
from gatekeeping.views.own import BY_SLUG, find_draft
from gatekeeping.views.region import live_of
from gatekeeping.views.sections import FORMS

LIVE: Mapping[str, type[Form]] = {
    **{slug: kind for slug, (kind, _) in FORMS.items()},
    "items": ItemsForm,
    "effort": EffortForm,
}
"""The pages that are checked while they are written."""


@bp.post("/submissions/<int:submission_id>/write/check-live")
@needs(Role.OFFICER)
def check_live(submission_id: int) -> ResponseReturnValue:
    """Answer as JSON with the findings about what is typed on one page; it saves nothing.

    ``html`` is the region, ``words`` a short sentence for those who hear the page.
    """
    draft = find_draft(submission_id)
    section = BY_SLUG.get(request.args.get("page", ""))
    if section is None or section.slug not in LIVE:
        return {"html": "", "words": ""}, 404
    document = _as_typed(draft.document, section.slug)
    if document is None:
        return {"html": "", "words": ""}, 422
    authority_id, id_ = draft.authority_id, draft.id
    db_session().rollback()  # the checks only read: nobody who writes waits for them
    with database().session(authority=hat().authority_id, writes=False) as session:
        assessment = assess(session, authority_id, document, at=clock.now(), submission_id=id_)
    live = live_of(document, assessment, section.slug)
    html = render_template(
        "gatekeeping/write/_live.html",
        draft_id=id_,
        document=document,
        section=section,
        assessment=assessment,
        live=live,
        verdicts=VERDICT_NAMES,
        as_typed=True,
    )
    count = len(live.here)
    words = f"{count} question{'' if count == 1 else 's'} about this page" if count else ""
    return {"html": html, "words": words or "Nothing to ask about this page"}


def _as_typed(saved: Mapping[str, Any], slug: str) -> SubmissionDocument | None:
    """Return the saved document with what the page's form holds now; None when it cannot be."""
    form = LIVE[slug](meta={"csrf": False})  # the application checks the token by itself
    form.validate()  # half a date is no date yet: what cannot be used is left as it was saved
    bad = set(form.errors)
    changes = {name: value for name, value in form.changes().items() if name not in bad}
    if "frequency" in changes and bad & {"times", "per"}:
        del changes["frequency"]
    try:
        return SubmissionDocument.read({**saved, **changes})
    except DocumentError:
        return None
