"""Held mail for those of the gate: the list of cases, one case, reading what it said."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.models import Role
from foundation import clock
from foundation.paging import Pages, page_asked
from foundation.sealing import SealBrokenError
from foundation.web import db_session, settings
from gatekeeping.afterwards.grounds import GROUNDS_IN_WORDS
from gatekeeping.mailgate.cases import case_facts, case_list, release_outcomes
from gatekeeping.mailgate.cases.addressing import cases_within_a_year
from gatekeeping.mailgate.cases.case_list import PAGE, SHOWN, Filters
from gatekeeping.mailgate.cases.conflicting import CaseConflictError, conflict_of
from gatekeeping.mailgate.cases.moves import TO_DECIDE, state_name
from gatekeeping.mailgate.cases.outlines import EmptiedError, held_mail_seal
from gatekeeping.mailgate.cases.reading import open_content
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseMove, CaseState
from gatekeeping.moves import STATE_NAMES
from gatekeeping.views import bp
from gatekeeping.views.bypass_acts import (
    DECIDERS,
    EXEMPT_NAMES,
    ONE,
    READERS,
    acts_for,
    find,
    may_be_reviewed,
)
from gatekeeping.views.refusing import case_refused


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


def move_words(move: CaseMove) -> str:
    """Return what a step did to the case, in a word or two."""
    if move.before is move.after:
        return "Reviewed" if move.after is CaseState.RELEASED else "Looked at"
    own = {
        CaseState.WAITING: "Waits again",
        CaseState.RELEASING: "Released",
        CaseState.RELEASED: "Sent",
    }
    return own.get(move.after) or state_name(CaseKind.HELD, move.after)


def case_page(case: BypassCase) -> str:
    """Show a case to those of the gate."""
    session, at, role = db_session(), clock.now(), hat().role
    decides = role in DECIDERS
    conflict = conflict_of(session, case, signed_in_person().id) if decides else None
    acts = acts_for(case) if decides else []
    return render_template(
        "gatekeeping/bypass/show.html",
        case=case,
        facts=case_facts.facts_of(session, case),
        moves=case_facts.moves_of(session, case),
        move_words=move_words,
        reports=case_facts.reports_of(session, case),
        earlier=cases_within_a_year(session, case),
        standing=case_facts.standing(case, at),
        sending=release_outcomes.standing(case),
        state_name=state_name,
        state_names=STATE_NAMES,
        reasons=case_facts.REASONS,
        exempt_names=EXEMPT_NAMES,
        conflict=str(conflict or ""),
        may_read=decides and conflict is None,
        acts=acts,
        grounds=GROUNDS_IN_WORDS if acts and role is Role.EXECUTIVE and _is_held(case) else {},
        may_review=decides
        and may_be_reviewed(case)
        and case.decided_by_id != signed_in_person().id,
    )


@bp.get(f"{ONE}/message")
@needs(*DECIDERS, writes=True)
def bypass_message(case_id: int) -> ResponseReturnValue:
    """Show what the message said, as plain text; that somebody read it is recorded first."""
    session, case, by, at = db_session(writes=True), find(case_id), signed_in_person(), clock.now()
    try:
        outline = open_content(session, case, by=by, seal=held_mail_seal(settings()), at=at)
    except (EmptiedError, SealBrokenError) as refusal:
        return render_template("gatekeeping/bypass/message.html", case=case, gone=str(refusal))
    except CaseConflictError as refusal:
        case_refused(session, case_id, "read", refusal, at=at)
        raise
    session.commit()
    return render_template("gatekeeping/bypass/message.html", case=case, outline=outline, at=at)


def _is_held(case: BypassCase) -> bool:
    return case.kind is CaseKind.HELD
