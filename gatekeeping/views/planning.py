"""Before it is sent: who will get it at each school and why, where nobody is set."""

from collections.abc import Iterator, Sequence
from typing import Final

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from categories.routing.plan import (
    GAPS,
    PAGE,
    Asked,
    Choice,
    Stop,
    Summary,
    every_stop,
    list_stops,
    summary,
)
from categories.routing.reasons import SHORT, Reason, sentence
from directory.access import hat, needs, signed_in_person
from directory.models import AuthorityProfile, Role, School
from foundation import audit, clock
from foundation.charts import bar_chart
from foundation.downloads import as_download
from foundation.paging import Pages, page_asked
from foundation.spreadsheets import Cell, write_csv, write_xlsx
from foundation.web import db_session, nonce
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Submission
from gatekeeping.planned import asked_for, asked_of, document_of, is_to_be_sent
from gatekeeping.views import bp
from gatekeeping.views.followed import REASONS
from gatekeeping.views.own import READERS, find_submission

SEE_NAMES: Final = frozenset({Role.GATEKEEPER, Role.ADMINISTRATOR})
"""Who keeps owners right sees who they are; senders see schools, posts and reasons."""
MOST_DISTRICTS: Final = 500
NO_CATEGORY: Final = REASONS | {
    Reason.HEAD: "Headteacher",
    Reason.OFFICE: "School’s own mailbox: no headteacher is known",
}
"""Where nothing is to be owned nobody is missing."""
COLUMNS: Final = ("URN", "School", "District", "Category", "Goes to", "As well", "Post", "Why")
NAMED: Final = ("Name", "Mail goes to")


@bp.app_context_processor
def reason_words() -> dict[str, object]:
    """Give pages the words that follow a count: “31 to the head because nobody is set”."""
    return {"reason_words": SHORT}


@bp.get("/submissions/<int:submission_id>/route")
@needs(*READERS)
def planned(submission_id: int) -> ResponseReturnValue:
    """Show who would get it if it were sent now: totals, a chart, each school with the reason."""
    session = db_session()
    submission = find_submission(submission_id)
    if not is_to_be_sent(submission):
        return _elsewhere(submission)
    document, asked = _asked(submission)
    choice, page = _choice(), page_asked(request.args)
    totals = summary(session, asked)
    stops, total = list_stops(session, asked, choice, page=page)
    words = REASONS if document.categories else NO_CATEGORY
    rows = [(words[reason], count) for reason, count in totals.lines]
    colour = session.get_one(AuthorityProfile, submission.authority_id).colour
    return render_template(
        "gatekeeping/plan.html",
        submission=submission,
        document=document,
        on=asked.on,
        totals=totals,
        rows=rows,
        chart=_chart(totals, rows, colour),
        stops=[(stop, _why(stop)) for stop in stops],
        choice=choice,
        reasons=words,
        gaps=GAPS,
        districts=_districts(asked),
        see_names=_sees_names(),
        may_write=hat().role is Role.OFFICER,
        pages=Pages.of(
            total,
            page,
            PAGE,
            "gatekeeping.planned",
            {"submission_id": submission.id, **vars(choice)},
        ),
    )


@bp.get("/submissions/<int:submission_id>/route.<any(csv, xlsx):kind>")
@needs(*READERS, writes=True)
def planned_file(submission_id: int, kind: str) -> ResponseReturnValue:
    """Hand out every line of the same choice as a file; the audit trail notes it."""
    session = db_session()
    submission = find_submission(submission_id)
    if not is_to_be_sent(submission):
        return _elsewhere(submission)
    _, asked = _asked(submission)
    columns = (*COLUMNS, *NAMED) if _sees_names() else COLUMNS
    rows = list(_cells(every_stop(session, asked, _choice(), gaps_first=True)))
    content = (
        write_csv(columns, rows) if kind == "csv" else write_xlsx("Who will get it", columns, rows)
    )
    audit.record(
        session,
        authority_id=submission.authority_id,
        action="plan.exported",
        subject="submission",
        subject_id=submission.id,
        by=signed_in_person().id,
        at=clock.now(),
        detail={"kind": kind, "rows": len(rows)},
    )
    session.commit()
    name = submission.number or f"draft-{submission.id}"
    return as_download(content, f"{name}-who-will-get-it.{kind}")


def planned_for(
    submission: Submission, document: SubmissionDocument, category_ids: Sequence[int]
) -> Summary | None:
    """Return the summary for a page about a submission: None when it is not to be sent.

    ``category_ids`` are those that the document's categories lead to today. One statement.
    """
    if not is_to_be_sent(submission):
        return None
    session = db_session()
    asked = asked_for(submission.authority_id, document, category_ids, at=clock.now())
    return summary(session, asked)


def _asked(submission: Submission) -> tuple[SubmissionDocument, Asked]:
    session, is_author = db_session(), hat().role is Role.OFFICER
    document = document_of(session, submission, as_written=is_author)
    return document, asked_of(session, submission, document, at=clock.now())


def _elsewhere(submission: Submission) -> ResponseReturnValue:
    """Lead to who received it, once it was sent; to the submission when it never will be."""
    sent = submission.sent_at is not None
    endpoint = "gatekeeping.delivered" if sent else "gatekeeping.show"
    return redirect(url_for(endpoint, submission_id=submission.id))


def _sees_names() -> bool:
    return hat().role in SEE_NAMES


def _choice() -> Choice:
    reason = request.args.get("reason", "")
    return Choice(
        reason=reason if reason == GAPS or reason in set(Reason) else "",
        district=request.args.get("district", "")[:100],
        search=request.args.get("search", "").strip()[:100],
    )


def _chart(totals: Summary, rows: list[tuple[str, int]], colour: str) -> object:
    return bar_chart(
        "How it reaches schools", rows, most=totals.schools, colour=colour, nonce=nonce()
    )


def _districts(asked: Asked) -> list[str]:
    return list(
        db_session().scalars(
            sa.select(School.district)
            .where(
                School.authority_id == asked.authority_id,
                School.id.in_(asked.schools),
                School.district != "",
            )
            .distinct()
            .order_by(School.district)
            .limit(MOST_DISTRICTS)
        )
    )


def _why(stop: Stop) -> str:
    return sentence(stop.reason, stop.heading, beside=stop.beside)


def _cells(stops: Iterator[Stop]) -> Iterator[list[Cell]]:
    named = _sees_names()
    for stop in stops:
        cells: list[Cell] = [
            stop.urn,
            stop.school,
            stop.district,
            stop.heading or "",
            REASONS[stop.reason],
            "Yes" if stop.beside else "",
            stop.job_title,
            _why(stop),
        ]
        yield [*cells, stop.name or "", stop.email] if named else cells
