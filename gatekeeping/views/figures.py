"""The monthly figures: open to everybody, as a page and as a file."""

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory.access import anyone
from directory.models import AuthorityProfile
from foundation import clock
from foundation.charts import bar_chart
from foundation.spreadsheets import Cell, write_csv
from foundation.web import nonce
from gatekeeping.editions import protocol_of
from gatekeeping.models import Verb
from gatekeeping.registry.figures import Figures, figures_of, months_up_to
from gatekeeping.uniting.saved import saved_in
from gatekeeping.uniting.telling import hours, pounds
from gatekeeping.views import bp
from gatekeeping.views.registering import opened

OUTCOME_WORDS = {
    Verb.APPROVE: "Approved",
    Verb.APPROVE_WITH_CONDITIONS: "Approved on conditions",
    Verb.REDIRECT: "Redirected to data that is held",
    Verb.MERGE: "Joined to another",
    Verb.REFUSE: "Refused",
}


@bp.get("/figures")
@anyone()
def figures() -> ResponseReturnValue:
    """Show what the gate did in a month."""
    session, authority_id = opened()
    found = _of_month(session, authority_id)
    profile = session.get_one(AuthorityProfile, authority_id)
    saved = saved_in(session, authority_id, found.first)
    today = clock.local_date(clock.now())
    months = [month for month in saved.months if month.first <= today]
    bars = [(words, found.outcomes[verb]) for verb, words in OUTCOME_WORDS.items()]
    return render_template(
        "gatekeeping/figures.html",
        figures=found,
        months=months_up_to(today),
        words=OUTCOME_WORDS,
        rows=_rows(found),
        chart=bar_chart(
            "What was decided",
            bars,
            most=max(count for _, count in bars),
            colour=profile.colour,
            nonce=nonce(),
        ),
        saved=saved,
        saved_months=months,
        saved_hours=hours,
        saved_pounds=pounds,
        saved_chart=bar_chart(
            "Hours of schools saved by joining requests",
            [(f"{month.first:%B %Y}", month.hours) for month in months],
            most=max((month.hours for month in months), default=0),
            colour=profile.colour,
            nonce=nonce(),
            name="saved",
        ),
    )


@bp.get("/figures.csv")
@anyone()
def figures_file() -> ResponseReturnValue:
    """Hand out the same figures as a file."""
    session, authority_id = opened()
    found = _of_month(session, authority_id)
    lines: list[list[Cell]] = [
        [f"{found.first:%Y-%m}", words, value] for words, value, _ in _rows(found)
    ]
    for each in found.tracks:
        name = each.track.value.capitalize()
        lines += [
            [f"{found.first:%Y-%m}", f"{name} track: decided", each.decided],
            [f"{found.first:%Y-%m}", f"{name} track: median working days", each.days],
            [f"{found.first:%Y-%m}", f"{name} track: decided late", each.late],
        ]
    saved = saved_in(session, authority_id, found.first)
    for month in saved.months:
        if month.joined or month.undone:
            name = f"{month.first:%Y-%m}"
            lines += [
                [name, "Minutes of schools saved by joining", month.minutes],
                [name, "Pence saved by joining", month.pence],
            ]
    response = Response(write_csv(("Month", "Figure", "Value"), lines), mimetype="text/csv")
    name = f"figures-{found.first:%Y-%m}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _of_month(session: Session, authority_id: int) -> Figures:
    at = clock.now()
    months = months_up_to(clock.local_date(at))
    asked = request.args.get("month", "")
    chosen = {f"{month:%Y-%m}": month for month in months}
    first: date = chosen.get(asked, months[0])
    return figures_of(session, authority_id, first, protocol_of(session, authority_id), at=at)


def _rows(found: Figures) -> list[tuple[str, Cell, bool]]:
    """Return each figure with its words, and whether it is shown in red."""
    share = found.unchanged_percent
    return [
        ("Decided", found.decided, False),
        ("Approved as first put, in percent", "none decided" if share is None else share, False),
        *((words, found.outcomes[verb], False) for verb, words in OUTCOME_WORDS.items()),
        ("Questions asked about", found.challenged, False),
        ("Became overdue", found.overdue, found.overdue > 0),
        ("Overdue now", found.overdue_now, found.overdue_now > 0),
        ("Emergencies released", found.released, False),
        ("Emergencies found not to be right", found.not_ratified, found.not_ratified > 0),
        ("Appeals decided", found.appeals, False),
        ("Decisions overturned on appeal", found.overturned, False),
        ("E-mails to many schools that tried to go round the gate", found.bypassed, False),
    ]
