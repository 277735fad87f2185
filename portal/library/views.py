"""Searching what was sent to a school, with the eyes of the person who asks."""

import sqlalchemy as sa
from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from categories.models import Category
from directory.access import hat, needs
from directory.models import RECIPIENTS, Role
from foundation import clock
from foundation.web import database, db_session, settings
from notifications.reading.inbox import Reader, reader_of
from notifications.views.opening import SEARCH, item_suffix
from notifications.views.told import told
from portal.library import asking, spelling
from portal.library.engine import engine_for
from portal.library.finding import MOST, Found, Question, find
from portal.library.forms import DaysForm, SearchForm
from portal.library.hits import Hit
from portal.library.narrowing import Filters

bp = Blueprint("library", __name__)


@bp.get("/search")
@needs(*RECIPIENTS)
def search() -> ResponseReturnValue:
    """Find items: a head all that were sent to the school, others their own."""
    form, days = SearchForm(request.args), DaysForm(request.args)
    reader, given = reader_of(hat()), request.args.to_dict()
    filters = asking.filters_of(given, days)
    question = Question(
        typed=form.q.data or "",
        filters=filters,
        newest_first=given.get("sort") == "newest",
        number=request.args.get("page", 1, type=int),
    )
    found = None
    if not question.is_empty:
        engine = engine_for(database(), settings())
        found = find(db_session(), engine, question, reader=reader, at=clock.now())
        if found.is_plain:
            _wake_workers()
    return render_template(
        "library/search.html",
        box=form,
        form=days if days.errors else None,
        days=days,
        typed=question.typed.strip(),
        found=found,
        most=MOST,
        page=found,
        is_head=hat().role is Role.HEAD,
        filters=filters,
        chosen=asking.chosen(given, filters, _heading(reader, filters)),
        hidden={name: given[name] for name in asking.FILTERS if given.get(name)},
        to=lambda **changed: asking.address(given, **changed),
        file_link=_file_link,
        newest_first=question.newest_first,
        suffix=item_suffix(_kept(given)),
        told=told(),
        links=_links(found, given) if found else {},
    )


@bp.get("/search/suggest")
@needs(*RECIPIENTS)
def suggest() -> ResponseReturnValue:
    """Give titles of the person's own items that begin as was typed: ``{"suggestions": [...]}``."""
    typed = request.args.get("q", "")
    return jsonify(suggestions=spelling.suggestions(db_session(), typed, reader_of(hat())))


def _wake_workers() -> None:
    # No row is needed: workers look at the index themselves and build it when it is missing.
    waker = database().waker
    if waker is not None:
        waker(frozenset({"index"}))


def _heading(reader: Reader, filters: Filters) -> str:
    if filters.category_id is None:
        return ""
    heading = db_session().scalar(
        sa.select(Category.heading).where(
            Category.authority_id == reader.authority_id, Category.id == filters.category_id
        )
    )
    return heading or "A category that is not there"


def _file_link(hit: Hit) -> str:
    place = {
        "delivery_id": hit.delivery_id,
        "attachment_id": hit.file.attachment_id if hit.file else 0,
    }
    anchor = f"part-{hit.file.page}" if hit.file and hit.file.page else None
    kept = _kept(request.args.to_dict())
    return url_for("notifications.read_file", **place, **kept, _anchor=anchor)  # type: ignore[arg-type]


def _kept(given: dict[str, str]) -> dict[str, str]:
    """Return what an item's address carries, so that one comes back to the same search."""
    names = ("q", *asking.FILTERS, "sort", "page")
    return {"list": SEARCH, **{name: given[name] for name in names if given.get(name)}}


def _links(found: Found, given: dict[str, str]) -> dict[str, str | None]:
    def link(number: int) -> str:
        return asking.address(given, page=number if number > 1 else None)

    return {
        "previous": link(found.number - 1) if found.number > 1 else None,
        "next": link(found.number + 1) if found.has_next else None,
    }
