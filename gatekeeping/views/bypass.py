"""Held mail for those of the gate: the list of cases, one case, reading what it said."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.access import hat, needs
from directory.models import Role
from foundation import clock
from foundation.paging import Pages, page_asked
from foundation.web import db_session
from gatekeeping.mailgate import case_facts, case_list
from gatekeeping.mailgate.addressing import cases_within_a_year
from gatekeeping.mailgate.case_list import PAGE, SHOWN, Filters
from gatekeeping.mailgate.moves import TO_DECIDE, state_name
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseMove, CaseState
from gatekeeping.moves import STATE_NAMES
from gatekeeping.views import bp
from gatekeeping.writing.exempting import EXEMPT_KINDS

DECIDERS = (Role.GATEKEEPER, Role.EXECUTIVE)
READERS = (*DECIDERS, Role.AUDITOR, Role.ADMINISTRATOR)
ONE = "/bypass/<int:case_id>"
EXEMPT_NAMES = {kind: words for kind, (words, _) in EXEMPT_KINDS.items()}


@bp.get("/bypass")
@needs(*READERS)
def bypass_list() -> ResponseReturnValue:
    """Show the cases, what is due first on top."""
    filters, page, at = Filters.read(request.args), page_asked(request.args), clock.now()
    found = case_list.list_cases(db_session(), hat().authority_id, filters, at=at, page=page)
    return render_template(
        "gatekeeping/bypass/list.html",
        found=found,
        filters=filters,
        shown=SHOWN,
        to_decide=TO_DECIDE,
        standings={case.id: case_facts.standing(case, at) for case in found.rows},
        state_name=state_name,
        reasons=case_facts.REASONS,
        exempt_names=EXEMPT_NAMES,
        pages=Pages.of(found.total, page, PAGE, "gatekeeping.bypass_list", vars(filters)),
    )


@bp.get(ONE)
@needs(*READERS)
def bypass_case(case_id: int) -> ResponseReturnValue:
    """Show a case without what the message said, and what this person can do about it."""
    return case_page(find(case_id))


def find(case_id: int) -> BypassCase:
    """Return a case of the hat's authority. Raises NotFoundError."""
    return case_facts.find_case(db_session(), hat().authority_id, case_id)


def move_words(move: CaseMove) -> str:
    """Return what a move made of the case, in a word or two."""
    if move.after is CaseState.WAITING:
        return "Waits again"
    return state_name(CaseKind.HELD, move.after)


def case_page(case: BypassCase) -> str:
    """Show a case to those of the gate."""
    session, at = db_session(), clock.now()
    return render_template(
        "gatekeeping/bypass/show.html",
        case=case,
        facts=case_facts.facts_of(session, case),
        moves=case_facts.moves_of(session, case),
        move_words=move_words,
        reports=case_facts.reports_of(session, case),
        earlier=cases_within_a_year(session, case),
        standing=case_facts.standing(case, at),
        state_name=state_name,
        state_names=STATE_NAMES,
        reasons=case_facts.REASONS,
        exempt_names=EXEMPT_NAMES,
    )
