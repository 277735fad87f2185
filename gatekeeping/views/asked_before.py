"""“Has this been asked before?”: looking at the register and the data held before writing."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.access import hat, needs
from directory.models import Role
from foundation import clock
from foundation.web import db_session
from gatekeeping.alike.looking_back import LookedUp, document_of, look_up
from gatekeeping.asked import AttachedText
from gatekeeping.documents import SubmissionDocument
from gatekeeping.forms.approaching import AskedBeforeForm
from gatekeeping.holdings.reading import catalogue_of
from gatekeeping.models import Submission
from gatekeeping.views import bp
from gatekeeping.views.alike import STATES
from gatekeeping.views.own import READERS, find_submission

WHEN = {
    "now": "With schools now",
    "planned": "Planned, or waiting for the gate",
    "past": "Asked in the past",
}


@bp.get("/asked-before")
@needs(*READERS)
def asked_before() -> ResponseReturnValue:
    """Show the box; with the number of a draft of one's own, what is like that."""
    form, text = AskedBeforeForm(formdata=None), request.args.get("draft", "")
    if hat().role is not Role.OFFICER or not (text.isdecimal() and len(text) < 19):  # noqa: PLR2004 - a bigint
        return _page(form, None)
    draft = find_submission(int(text))
    document = SubmissionDocument.read(draft.document)
    attached = tuple(
        AttachedText(file.name, file.text or "", file.text_note) for file in draft.attachments
    )
    return _page(form, _found(document, attached, draft.id), draft=draft)


@bp.post("/asked-before")
@needs(*READERS)
def asked_before_found() -> ResponseReturnValue:
    """Show what is like the words that were typed; nothing is kept."""
    form = AskedBeforeForm()
    if not form.validate():
        return _page(form, None)
    text = form.text.data or ""
    if not text.strip():
        form.text.errors = ["Enter what you want to know, or paste your text."]
        return _page(form, None)
    return _page(form, _found(document_of(text)))


def _found(
    document: SubmissionDocument,
    attached: tuple[AttachedText, ...] = (),
    besides: int | None = None,
) -> LookedUp:
    session = db_session()
    return look_up(
        session,
        hat(),
        document,
        catalogue_of(session, hat().authority_id),
        attached=attached,
        at=clock.now(),
        besides=besides,
    )


def _page(form: AskedBeforeForm, found: LookedUp | None, *, draft: Submission | None = None) -> str:
    groups = (
        [(WHEN[when], [one for one in found.likes if one.when == when]) for when in WHEN]
        if found
        else []
    )
    return render_template(
        "gatekeeping/alike/asked_before.html",
        form=form,
        found=found,
        groups=[group for group in groups if group[1]],
        draft=draft,
        is_officer=hat().role is Role.OFFICER,
        state_names=STATES,
    )
