"""Files from GIAS: putting one up, looking at what it would change, choosing, and what was done."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from directory.models_updates import ChangeKind, ChangeState, SchoolsUpdate, UpdateState
from directory.updates import listing
from directory.updates.choosing import Chosen, NothingTickedError, choose, pass_over, take_back
from directory.updates.staging import put_up
from directory.updates.wording import CLOSES, KIND_HINTS, KIND_NAMES, STATE_NAMES
from foundation import clock
from foundation.errors import Refusal
from foundation.forms import show_refusal
from foundation.paging import Pages, page_asked
from foundation.web import db_session, file_store, settings
from portal.updates.forms import ChooseForm, UploadForm
from portal.updates.showing import lines_of
from portal.updates.uploading import take_in

bp = Blueprint("updates", __name__)

# The other module adds its pages to the blueprint above, so it can only be imported below it.
from portal.updates import settling  # noqa: E402, F401

MOST_WORDS = 200
MOST_ID = 2**63 - 1
VERBS = {"apply": choose, "pass": pass_over, "back": take_back}


@bp.route("/schools/updates", methods=["GET", "POST"])
@needs(Role.ADMINISTRATOR)
def updates() -> ResponseReturnValue:
    """List the files that were put up, and take in another."""
    session, form = db_session(), UploadForm()
    if form.validate_on_submit():
        try:
            update = _put_up(form)
        except Refusal as refusal:
            show_refusal(session, form, refusal)
        else:
            session.commit()
            return redirect(url_for("updates.update", update_id=update.id))
    page = page_asked(request.args)
    found = listing.updates(session, hat().authority_id, page=page)
    return render_template(
        "updates/updates.html",
        form=form,
        found=found[: listing.PAGE],
        has_more=len(found) > listing.PAGE,
        page=page,
        heads=listing.count_heads(session, hat().authority_id),
        most=settings().upload_limit_mb,
        states=UpdateState,
    )


@bp.get("/schools/updates/<int:update_id>")
@needs(Role.ADMINISTRATOR)
def update(update_id: int) -> ResponseReturnValue:
    """Show what a file would change, and what became of it."""
    return _page(update_id, ChooseForm(formdata=None))


def _page(update_id: int, form: ChooseForm) -> str:
    session, authority_id = db_session(), hat().authority_id
    found = listing.update_of(session, authority_id, update_id)
    counts = listing.counts(session, authority_id, update_id)
    kind, words = _kind_asked(counts), request.values.get("q", "").strip()[:MOST_WORDS]
    page, lines, pages = page_asked(request.args), [], None
    if kind is not None:
        changes, total = listing.changes(
            session, authority_id, update_id, kind=kind, words=words, page=page
        )
        lines = lines_of(session, authority_id, changes)
        values = {"update_id": update_id, "kind": kind.value, "q": words}
        pages = Pages.of(total, page, listing.PAGE, "updates.update", values)
    return render_template(
        "updates/update.html",
        form=form,
        update=found,
        counts=counts,
        kind=kind,
        words=words,
        lines=lines,
        pages=pages,
        states=UpdateState,
        **_words(),
        under_way=listing.is_under_way(session, found, counts, on=clock.local_date(clock.now())),
        closes=CLOSES,
    )


@bp.post("/schools/updates/<int:update_id>/choose")
@needs(Role.ADMINISTRATOR)
def choose_changes(update_id: int) -> ResponseReturnValue:
    """Apply or pass over what was ticked, or all of a kind, or take that back."""
    session, form = db_session(), ChooseForm()
    listing.update_of(session, hat().authority_id, update_id)
    kind = _kind_named(request.form.get("kind", ""))
    words = request.form.get("q", "").strip()[:MOST_WORDS]
    then, _, whole = request.form.get("then", "").partition("-")
    ids = None if whole and kind is not None else _ticked(form)
    chosen = Chosen(update_id, ids, kind, words)
    back = url_for(
        "updates.update", update_id=update_id, kind=kind.value if kind else None, q=words or None
    )
    try:
        count = VERBS.get(then, choose)(
            session, hat().authority_id, chosen, by=signed_in_person().id, at=clock.now()
        )
    except NothingTickedError as refusal:
        session.rollback()
        form.change.errors = [str(refusal)]
        return _page(update_id, form)
    session.commit()
    flash(_told(then, count))
    return redirect(back)


def _put_up(form: UploadForm) -> SchoolsUpdate:
    taken = take_in(file_store(), form.file.data, form.links.data, most=settings().upload_limit)
    return put_up(
        db_session(),
        hat().authority_id,
        taken.schools,
        links=taken.links,
        apply_details=bool(form.apply_details.data),
        by=signed_in_person().id,
        at=clock.now(),
    )


def _ticked(form: ChooseForm) -> list[int]:
    """Return the ids that were ticked; what is no number, or too large for one, is none."""
    ids = form.change.data if form.validate() else []
    return [one for one in (ids or [])[: listing.PAGE] if 0 < one <= MOST_ID]


def _kind_named(text: str) -> ChangeKind | None:
    return ChangeKind(text) if text in set(ChangeKind) else None


def _kind_asked(counts: listing.Counts) -> ChangeKind | None:
    """Return the kind that the address names, else the first with something to choose."""
    named = _kind_named(request.values.get("kind", ""))
    if named is not None:
        return named
    waiting = (kind for kind, states in counts.items() if states.get(ChangeState.WAITING))
    return next(waiting, next(iter(counts), None))


def _told(then: str, count: int) -> str:
    if not count:
        return "Somebody has settled these meanwhile. Nothing was changed."
    changes = f"{count:,} change{'' if count == 1 else 's'}"
    if then == "pass":
        return f"{changes} passed over. The next file proposes them again."
    if then == "back":
        return f"{changes} put back, to choose again."
    return f"{changes} being applied. Look again in a moment to see what was done."


def _words() -> dict[str, Any]:
    return {"kind_names": KIND_NAMES, "kind_hints": KIND_HINTS, "state_names": STATE_NAMES}
