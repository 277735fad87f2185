"""Following what was sent: who received it, who read it, how fast, and where it does not arrive."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.kinds import PHASE_NAMES
from directory.models import AuthorityProfile, Role
from foundation import audit, clock
from foundation.charts import bar_chart, line_chart
from foundation.downloads import as_download
from foundation.errors import NotFoundError
from foundation.paging import Pages, page_asked
from foundation.spreadsheets import Cell, write_csv, write_xlsx
from foundation.web import db_session, nonce, settings
from gatekeeping.models import Submission, SubmissionVersion
from gatekeeping.views import bp
from gatekeeping.views.followed import (
    REASONS,
    SHOW_WORDS,
    STATES,
    apart_of,
    how_fast,
    in_short,
    rows_of,
)
from gatekeeping.views.own import READERS, find_submission
from notifications.following.figures import Figures, figures, notice_for
from notifications.following.files import SentFile, files_sent
from notifications.following.lines import (
    PAGE,
    SHOWN,
    SORTS,
    Choice,
    Line,
    every_line,
    list_lines,
)
from notifications.following.places import places
from notifications.following.times import Course, compared, course
from notifications.following.wording import lasted
from notifications.models import Notice

COLUMNS = (
    *("URN", "School", "District", "Phase", "Category", "Went to", "State"),
    *("Delivered", "Opened", "Acknowledged", "Done", "E-mail came back"),
)
MAY_TAKE_BACK = (Role.OFFICER, Role.GATEKEEPER)
MOST_VERSIONS = 50


@bp.get("/submissions/<int:submission_id>/delivered")
@needs(*READERS)
def delivered(submission_id: int) -> ResponseReturnValue:
    """Show how far it has come at the schools: totals, over time, by place, and each school."""
    session = db_session()
    submission, newest = find_sent(submission_id)
    versions = _versions(submission)
    notice, here = _asked_version(newest, versions)
    choice, page = _choice(), page_asked(request.args)
    totals = figures(session, notice.authority_id, notice.id)
    lines, total = list_lines(session, notice.authority_id, notice.id, choice, page=page)
    values = {**here, **vars(choice), "_anchor": "schools"}
    return render_template(
        "gatekeeping/follow.html",
        submission=submission,
        notice=notice,
        newest=newest,
        versions=versions,
        here=here,
        files=files_of(submission),
        may_take_back=hat().role in MAY_TAKE_BACK,
        totals=totals,
        in_short=in_short(totals),
        rows=rows_of(totals, acknowledge=notice.acknowledge),
        apart=apart_of(totals),
        places=places(session, notice.authority_id, notice.id),
        lines=lines,
        choice=choice,
        phases=PHASE_NAMES,
        shows=SHOW_WORDS,
        reasons=REASONS,
        states=STATES,
        pages=Pages.of(total, page, PAGE, "gatekeeping.delivered", values),
        **_over_time(submission, notice, totals),
    )


@bp.get("/submissions/<int:submission_id>/delivered.<any(csv, xlsx):kind>")
@needs(*READERS, writes=True)
def delivered_file(submission_id: int, kind: str) -> ResponseReturnValue:
    """Hand out every row of the same choice as a file; the audit trail notes it."""
    session = db_session()
    submission, newest = find_sent(submission_id)
    notice, here = _asked_version(newest, _versions(submission))
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
    of_version = f"-v{here['version']}" if len(here) > 1 else ""
    return as_download(content, f"{submission.number}{of_version}-delivered.{kind}")


def versions_of(submission: Submission) -> sa.Select[tuple[int]]:
    """Return the ids of a submission's versions: the sources of what was sent of it."""
    return sa.select(SubmissionVersion.id).where(
        SubmissionVersion.authority_id == submission.authority_id,
        SubmissionVersion.submission_id == submission.id,
    )


def find_sent(submission_id: int) -> tuple[Submission, Notice]:
    """Return a submission that the hat may read, and its notice; not found before it is sent."""
    submission = find_submission(submission_id)
    notice = notice_for(db_session(), hat().authority_id, versions_of(submission))
    if notice is None:
        raise NotFoundError
    return submission, notice


def files_of(submission: Submission) -> Sequence[SentFile]:
    """Return the files that went to schools with any version of a submission: one statement."""
    return files_sent(
        db_session(),
        submission.authority_id,
        versions_of(submission),
        scans=bool(settings().clamd_url),
    )


def _versions(submission: Submission) -> Sequence[sa.Row[tuple[int, int, datetime]]]:
    """Return the versions that went to schools, the newest first: notice, version, when."""
    sent = (
        sa.select(Notice.id, SubmissionVersion.version, Notice.sent_at)
        .join(SubmissionVersion, SubmissionVersion.id == Notice.source_id)
        .where(
            Notice.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
        )
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(MOST_VERSIONS)
    )
    return db_session().execute(sent).all()


def _asked_version(
    newest: Notice, versions: Sequence[sa.Row[tuple[int, int, datetime]]]
) -> tuple[Notice, dict[str, Any]]:
    """Return the notice of the version that is asked for, and what its addresses need."""
    here: dict[str, Any] = dict(request.view_args or {})
    here.pop("kind", None)
    asked = request.args.get("version", 0, int)
    for notice_id, version, _ in versions:
        if version == asked and notice_id != newest.id:
            return db_session().get_one(Notice, notice_id), {**here, "version": version}
    return newest, here


def _choice() -> Choice:
    show, phase = request.args.get("show", ""), request.args.get("phase", "")
    sort = request.args.get("sort", "")
    return Choice(
        district=request.args.get("district", "")[:100],
        phase=phase if phase in PHASE_NAMES else "",
        show=show if show in SHOWN else "",
        sort=sort if sort in SORTS else "",
    )


def _over_time(submission: Submission, notice: Notice, totals: Figures) -> dict[str, Any]:
    """Return what the page says of how fast it was opened: three statements."""
    session = db_session()
    went = course(session, notice, now=clock.now())
    team = (
        sa.select(SubmissionVersion.id)
        .join(Submission)
        .where(
            Submission.authority_id == notice.authority_id, Submission.team_id == submission.team_id
        )
    )
    colour = session.get_one(AuthorityProfile, notice.authority_id).colour
    common: dict[str, Any] = {"most": totals.schools, "colour": colour, "nonce": nonce()}
    parts = ("A quarter of schools", "Half of schools", "Three quarters")
    bars = rows_of(totals, acknowledge=notice.acknowledge) + apart_of(totals)
    drawn = [(row.words, row.schools) for row in bars]
    of_all = compared(session, notice)
    return {
        "chart": bar_chart("How far it has come at schools", drawn, **common),
        "how_fast": how_fast(went.quarters[1], of_all),
        "quarters": list(zip(parts, went.quarters, strict=True)),
        "course": went,
        "course_chart": _course_chart(went, common),
        "of_team": compared(session, notice, team) if submission.team_id else None,
        "of_all": of_all,
        "lasted": lasted,
    }


def _course_chart(went: Course, common: dict[str, Any]) -> Any:
    if len(went.days) < 2:  # noqa: PLR2004 - one day is no line
        return None
    labels = [f"{each.on.day} {each.on:%b}" for each in went.days]
    lines = [
        ("Opened", [each.read for each in went.days]),
        ("Done", [each.done for each in went.days]),
    ]
    return line_chart(
        "Schools that opened it, and that were done, day by day", labels, lines, **common
    )


def _cells(lines: Iterator[Line]) -> Iterator[list[Cell]]:
    for line in lines:
        moments = (line.delivered_at, line.read_at, line.acknowledged_at, line.done_at)
        yield [
            line.urn,
            line.school,
            line.district,
            line.phase,
            line.category,
            REASONS[line.reason],
            STATES[line.state],
            *(f"{clock.local_time(at):%Y-%m-%d %H:%M}" if at else "" for at in moments),
            "yes" if line.bounced else "",
        ]
