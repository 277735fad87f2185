"""The queue: what waits for a decision, the next one, side by side with what was asked before."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.versions.following import in_words
from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.paging import Pages, page_asked
from foundation.web import db_session
from gatekeeping.deciding.pending import refused_of
from gatekeeping.deciding.queue import PAGE, list_queue, next_in_queue
from gatekeeping.deciding.queue_filters import (
    EXECUTIVE_SHOWS,
    SHOWS,
    Choice,
    Facets,
    Filters,
    facets,
)
from gatekeeping.mailgate.cases.case_facts import standing
from gatekeeping.mailgate.cases.case_list import panel_of
from gatekeeping.models import Track
from gatekeeping.views import bp
from gatekeeping.views.alike import beside_page

DECIDERS = (Role.GATEKEEPER, Role.EXECUTIVE)
READERS = (*DECIDERS, Role.AUDITOR, Role.ADMINISTRATOR)


@bp.get("/queue")
@needs(*DECIDERS)
def queue() -> ResponseReturnValue:
    """Show what waits, what is due first on top."""
    session, authority_id, by, at = (
        db_session(),
        hat().authority_id,
        signed_in_person().id,
        clock.now(),
    )
    shows = EXECUTIVE_SHOWS if hat().role is Role.EXECUTIVE else SHOWS
    filters, page = Filters.read(request.args, shows), page_asked(request.args)
    found = list_queue(session, authority_id, filters, by=by, at=at, page=page)
    counted = facets(session, authority_id, filters, by=by, at=at)
    return render_template(
        "gatekeeping/queue.html",
        queue=found,
        filters=filters,
        shows=shows,
        facets=counted,
        choices=_choices(session, authority_id, filters, counted),
        refused=refused_of(session, authority_id, by),
        held=panel_of(session, authority_id, at=at),
        held_standing=standing,
        now=at,
        pages=Pages.of(found.total, page, PAGE, "gatekeeping.queue", vars(filters)),
    )


@bp.get("/queue/next")
@needs(*DECIDERS)
def queue_next() -> ResponseReturnValue:
    """Go to the next one that this person may take, so that nobody returns to the list."""
    after = request.args.get("after", "")
    found = next_in_queue(
        db_session(),
        hat().authority_id,
        by=signed_in_person().id,
        executive=hat().role is Role.EXECUTIVE,
        after=int(after) if after.isdecimal() and len(after) < 19 else None,  # noqa: PLR2004
    )
    if found is None:
        flash("Nothing else waits for you.")
        return redirect(url_for("gatekeeping.queue"))
    return redirect(url_for("gatekeeping.decide", submission_id=found))


@bp.get("/queue/<int:submission_id>/beside/<int:other_id>")
@needs(*READERS)
def beside(submission_id: int, other_id: int) -> ResponseReturnValue:
    """Show two submissions side by side, field by field, with what they have in common."""
    return beside_page(submission_id, other_id)


def _choices(
    session: Session, authority_id: int, filters: Filters, counted: Facets
) -> dict[str, list[Choice]]:
    """Return the choices of each filter in words, the chosen one also when nothing matches it."""
    headings = in_words(session, authority_id)
    words: dict[str, Mapping[str, str]] = {
        "track": {track.value: track.value.capitalize() for track in Track},
        "category": headings,
    }
    named = {
        kind: [
            Choice(
                each.key, words.get(kind, {}).get(each.key) or each.words or each.key, each.count
            )
            for each in counted.choices.get(kind, ())
        ]
        for kind in ("track", "rule", "who", "category")
    }
    for kind, listed in named.items():
        chosen = getattr(filters, kind)
        if chosen and chosen not in {each.key for each in listed}:
            listed.append(Choice(chosen, words.get(kind, {}).get(chosen, "None of these"), 0))
    named["category"].sort(key=lambda each: each.words)
    return named
