"""Following what was sent: who received it, who read it, at which schools nobody is set."""

from collections.abc import Iterator

import sqlalchemy as sa
from flask import render_template, request
from flask.typing import ResponseReturnValue

from categories.routing.reasons import Reason
from directory.access import hat, needs, signed_in_person
from directory.kinds import PHASE_NAMES
from directory.models import AuthorityProfile
from foundation import audit, clock
from foundation.charts import bar_chart
from foundation.downloads import as_download
from foundation.errors import NotFoundError
from foundation.paging import Pages, page_asked
from foundation.spreadsheets import Cell, write_csv, write_xlsx
from foundation.web import db_session, nonce
from gatekeeping.models import Submission, SubmissionVersion
from gatekeeping.views import bp
from gatekeeping.views.own import READERS, find_submission
from notifications.following.figures import (
    PAGE,
    SHOWN,
    Choice,
    Figures,
    Line,
    districts,
    every_line,
    figures,
    list_lines,
    notice_for,
)
from notifications.models import DeliveryState, Notice

REASONS = {
    Reason.OWNER: "Registered owner",
    Reason.COVER: "Stands in for the owner",
    Reason.SHARES: "Shares the job with the owner",
    Reason.ALSO: "Gets it as well as the owner",
    Reason.DEPUTY: "Deputy: the owner cannot receive it",
    Reason.TRUST: "Named by the trust",
    Reason.ROLE: "Clerk, governor or early years provider: nobody is set",
    Reason.GROUP: "For the whole group: nobody is set",
    Reason.HEAD: "Headteacher: nobody is set",
    Reason.FORWARDED: "Passed on by a colleague",
    Reason.ESCALATED: "Deputy: nobody acted in time",
    Reason.OFFICE: "School’s own mailbox: nobody is set",
}
STATES = {
    DeliveryState.UNREAD: "Unread",
    DeliveryState.READ: "Read",
    DeliveryState.DONE: "Done",
    DeliveryState.CLOSED: "Closed",
}
COLUMNS = (
    "URN",
    "School",
    "District",
    "Phase",
    "Category",
    "Went to",
    "State",
    "Delivered",
    "Read",
    "Done",
)
SHOW_WORDS = {
    "unread": "Unread",
    "read": "Read",
    "done": "Done",
    "closed": "Closed",
    "nobody": "Nobody set",
}


@bp.get("/submissions/<int:submission_id>/delivered")
@needs(*READERS)
def delivered(submission_id: int) -> ResponseReturnValue:
    """Show how far it has come at the schools: totals, a chart, and each school."""
    session = db_session()
    submission, notice = _sent(submission_id)
    choice, page = _choice(), page_asked(request.args)
    totals = figures(session, notice.authority_id, notice.id)
    lines, total = list_lines(session, notice.authority_id, notice.id, choice, page=page)
    rows = _rows_of(totals)
    values = {"submission_id": submission_id, **vars(choice)}
    return render_template(
        "gatekeeping/follow.html",
        submission=submission,
        notice=notice,
        totals=totals,
        rows=rows,
        chart=bar_chart(
            "How far it has come at schools",
            rows,
            most=totals.schools,
            colour=session.get_one(AuthorityProfile, notice.authority_id).colour,
            nonce=nonce(),
        ),
        lines=lines,
        choice=choice,
        districts=districts(session, notice.authority_id, notice.id),
        phases=PHASE_NAMES,
        shows=SHOW_WORDS,
        reasons=REASONS,
        states=STATES,
        pages=Pages.of(total, page, PAGE, "gatekeeping.delivered", values),
    )


@bp.get("/submissions/<int:submission_id>/delivered.<any(csv, xlsx):kind>")
@needs(*READERS, writes=True)
def delivered_file(submission_id: int, kind: str) -> ResponseReturnValue:
    """Hand out every row of the same choice as a file; the audit trail notes it."""
    session = db_session()
    submission, notice = _sent(submission_id)
    rows = list(_cells(every_line(session, notice.authority_id, notice.id, _choice())))
    content = write_csv(COLUMNS, rows) if kind == "csv" else write_xlsx("Delivered", COLUMNS, rows)
    audit.record(
        session,
        authority_id=notice.authority_id,
        action="deliveries.exported",
        subject="submission",
        subject_id=submission.id,
        by=signed_in_person().id,
        at=clock.now(),
        detail={"kind": kind, "rows": len(rows)},
    )
    session.commit()
    return as_download(content, f"{submission.number}-delivered.{kind}")


def _sent(submission_id: int) -> tuple[Submission, Notice]:
    """Return a submission that the hat may read, and its notice; not found before it is sent."""
    session = db_session()
    submission = find_submission(submission_id)
    versions = session.scalars(
        sa.select(SubmissionVersion.id)
        .where(
            SubmissionVersion.authority_id == hat().authority_id,
            SubmissionVersion.submission_id == submission.id,
        )
        .order_by(SubmissionVersion.version.desc())
        .limit(50)
    ).all()
    notice = notice_for(session, hat().authority_id, versions)
    if notice is None:
        raise NotFoundError
    return submission, notice


def _choice() -> Choice:
    show, phase = request.args.get("show", ""), request.args.get("phase", "")
    return Choice(
        district=request.args.get("district", "")[:100],
        phase=phase if phase in PHASE_NAMES else "",
        show=show if show in SHOWN else "",
    )


def _rows_of(totals: Figures) -> list[tuple[str, int]]:
    closed = [("Closed", totals.closed)] if totals.closed else []
    return [
        ("Delivered", totals.schools),
        ("Read", totals.read),
        ("Done", totals.done),
        ("Unread", totals.unread),
        *closed,
        ("Nobody set", totals.nobody_set),
    ]


def _cells(lines: Iterator[Line]) -> Iterator[list[Cell]]:
    for line in lines:
        moments = (line.delivered_at, line.read_at, line.done_at)
        yield [
            line.urn,
            line.school,
            line.district,
            line.phase,
            line.category,
            REASONS[line.reason],
            STATES[line.state],
            *(f"{clock.local_time(at):%Y-%m-%d %H:%M}" if at else "" for at in moments),
        ]
