"""Searching what was sent to a school, with the eyes of the person who asks."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.access import hat, needs
from directory.models import RECIPIENTS
from foundation.web import database, db_session, settings
from notifications.reading.inbox import reader_of
from portal.library.finding import Found, find
from portal.library.forms import SearchForm
from portal.library.search import IndexAwayError, SearchIndex, understand

bp = Blueprint("library", __name__)


@bp.get("/search")
@needs(*RECIPIENTS)
def search() -> ResponseReturnValue:
    """Find items: a head all that were sent to the school, others their own."""
    form = SearchForm(request.args)
    asked = understand(form.q.data or "")
    found, is_away = None, False
    if not asked.is_empty:
        index = SearchIndex(settings().index)
        try:
            found = find(
                db_session(),
                index,
                asked,
                reader=reader_of(hat()),
                number=request.args.get("page", 1, type=int),
            )
        except IndexAwayError:
            is_away = True
            _ask_for_rebuild(index)
    return render_template(
        "library/search.html",
        box=form,
        typed=(form.q.data or "").strip(),
        found=found,
        page=found,
        is_away=is_away,
        links=_links(found, form.q.data or "") if found else {},
    )


def _ask_for_rebuild(index: SearchIndex) -> None:
    # No row is needed: workers look at the index itself and build it when it is missing.
    index.suspect()
    waker = database().waker
    if waker is not None:
        waker(frozenset({"index"}))


def _links(found: Found, typed: str) -> dict[str, str | None]:
    def link(number: int) -> str:
        return url_for("library.search", q=typed, page=number if number > 1 else None)

    return {
        "previous": link(found.number - 1) if found.number > 1 else None,
        "next": link(found.number + 1) if found.has_next else None,
    }
