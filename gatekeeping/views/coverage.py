"""From coverage to the gate: the gap report with what went to heads, and writing to schools."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.coverage.choosing import Choice
from categories.coverage.gaps import PAGE, Gap, every_gap, list_gaps
from categories.coverage.schools import chosen_categories, chosen_urns, school_faults
from categories.coverage.states import in_use
from categories.views.coverage import file_of, filter_values
from categories.views.inside import INSIDERS, inside
from directory.access import hat, membership, needs, signed_in_person
from directory.models import Role
from foundation import audit, clock
from foundation.paging import Pages, page_asked
from foundation.spreadsheets import Cell
from foundation.web import db_session
from gatekeeping.assessment import assess
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Submission, Track
from gatekeeping.views import bp
from gatekeeping.writing.about_owners import MOST_SCHOOLS, draft_about_owners
from notifications.following.gaps import gone_to_heads

LATELY: Final = timedelta(days=90)
COLUMNS: Final = (
    "URN",
    "School",
    "District",
    "Category",
    "Goes to",
    "Head known",
    "Mailbox known",
    "Items so in 90 days",
)


@bp.get("/coverage/gaps")
@needs(*INSIDERS)
def gaps() -> ResponseReturnValue:
    """List every pair that goes to head or office, with how much lately did."""
    session, authority_id, page = db_session(), inside(), page_asked(request.args)
    choice, categories = Choice.of(request.args), in_use(session, authority_id)
    at = clock.now()
    looked_at = chosen_categories(categories, choice)
    found, total = list_gaps(session, authority_id, looked_at, choice, at=at, page=page)
    pairs = [(gap.school_id, gap.category_id) for gap in found]
    return render_template(
        "gatekeeping/coverage/gaps.html",
        **filter_values(choice, categories),
        by="gaps",
        gaps=found,
        total=total,
        items=gone_to_heads(session, authority_id, pairs, since=at - LATELY),
        faults=school_faults(session, authority_id, choice),
        pages=Pages.of(total, page, PAGE, "gatekeeping.gaps", choice.address),
    )


@bp.get("/coverage/gaps.<any(csv, xlsx):kind>")
@needs(*INSIDERS, writes=True)
def gaps_file(kind: str) -> Response:
    """Hand out every chosen gap as a file; the audit trail notes it."""
    session, authority_id, choice = db_session(), inside(), Choice.of(request.args)
    audit.record(
        session,
        authority_id=authority_id,
        action="coverage.exported",
        subject="authority",
        subject_id=authority_id,
        by=signed_in_person().id,
        at=clock.now(),
        detail={"what": "gaps", "kind": kind, "narrowed": choice.narrows},
    )
    session.commit()
    return file_of("coverage-gaps", kind, COLUMNS, _cells(choice))


@bp.post("/coverage/write")
@needs(Role.OFFICER)
def write_to_schools() -> ResponseReturnValue:
    """Begin a draft to exactly the schools that the list shows; they are found anew here.

    A form that does not say how many it showed came from no list: it writes to nobody.
    """
    session, authority_id, choice = db_session(), inside(), Choice.of(request.form)
    if not request.form.get("shown"):
        return redirect(url_for("categories.coverage", _anchor="write"))
    categories = chosen_categories(in_use(session, authority_id), choice)
    at = clock.now()
    urns = chosen_urns(session, authority_id, categories, choice, at=at, most=MOST_SCHOOLS)
    draft = draft_about_owners(session, by=membership(), urns=urns, wrong=choice.wrong, at=at)
    session.commit()
    flash(_told(session, draft, len(urns)))
    return redirect(url_for("gatekeeping.tasks", submission_id=draft.id))


def _told(session: Session, draft: Submission, count: int) -> str:
    """Say on which track it would go as it is: small lists that follow one another count as one."""
    begun = f"A draft to {count:,} school{'' if count == 1 else 's'} is begun."
    document = SubmissionDocument.read(draft.document)
    judged = assess(session, draft.authority_id, document, at=clock.now(), submission_id=draft.id)
    if judged.track is Track.LIGHT:
        return f"{begun} As long as it only informs, it takes the light track."
    most = judged.protocol.most_schools_without_gate
    if count > most:
        return f"{begun} That is more than {most}, so it takes the standard track."
    return (
        f"{begun} With the other small lists that your team has written to lately it goes to more "
        f"than {most} schools, so it takes the standard track."
    )


def _cells(choice: Choice) -> Iterator[list[Cell]]:
    """Read the rows with a session of the stream's own: the request's ends before it begins."""
    session, authority_id, at = db_session(), hat().authority_id, clock.now()
    categories = chosen_categories(in_use(session, authority_id), choice)
    items = gone_to_heads(session, authority_id, since=at - LATELY)
    for gap in every_gap(session, authority_id, categories, choice, at=at):
        yield _row(gap, items.get((gap.school_id, gap.category_id), 0))


def _row(gap: Gap, items: int) -> list[Cell]:
    return [
        gap.urn,
        gap.school,
        gap.district,
        gap.category,
        gap.goes_to,
        "yes" if gap.has_head else "no",
        "yes" if gap.has_mailbox else "no",
        items,
    ]
