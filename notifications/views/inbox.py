"""A person's own list at a school, and what is done to several of its items at once."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from categories.starting.progress import count_open
from directory.access import hat, hats, needs
from directory.models import RECIPIENTS, Role
from foundation import clock
from foundation.dates import day
from foundation.web import db_session
from notifications.reading import agenda, counting, listing, marking, snoozing
from notifications.reading.elsewhere import waiting_at
from notifications.reading.filters import Chosen, Show
from notifications.reading.inbox import Reader, reader_of
from notifications.reading.offering import offered
from notifications.reading.wording import SHORT
from notifications.views import bp
from notifications.views.opening import (
    back_to_list,
    chosen_list,
    item_suffix,
    list_values,
    place_word,
)
from notifications.views.rows import ATTENTION, groups, page_links, page_number, rows
from notifications.views.ticked import ticked
from notifications.views.told import DONE, SNOOZED, complain, tell, told

UNTIL: Final = {
    "tomorrow": "Tomorrow",
    "monday": "Next Monday",
    "week": "In a week",
    "month": "In four weeks",
}


@bp.get("/inbox")
@needs(*RECIPIENTS)
def inbox() -> ResponseReturnValue:
    """Show what waits for this person at this school, what is overdue first; or what is done."""
    session, reader = db_session(), reader_of(hat())
    chosen, today = chosen_list(), clock.local_date(clock.now())
    page = listing.inbox_page(session, reader, chosen, page_number(), today=today)
    counts = counting.counts(session, reader, today=today)
    sections = counting.sections_of(session, reader, chosen, counts, today=today)
    is_done = chosen.show is Show.DONE
    return render_template(
        "notifications/inbox.html",
        chosen=chosen,
        show=chosen.show.value,
        tabs={
            each.value: url_for("notifications.inbox", **chosen.showing(each).values)
            for each in Show
        },
        counts=counts,
        found=sum(sections.values()),
        groups=[] if is_done else groups(page, sections, today),
        rows=rows(page, today) if is_done else [],
        page=page,
        reasons=SHORT,
        attention=ATTENTION,
        offered=offered(session, reader),
        suffix=item_suffix(list_values()),
        links=page_links(page, **chosen.values),
        until=UNTIL,
        told=told(),
        elsewhere=_elsewhere(session, today),
        is_governing=hat().role in agenda.GOVERNING,
        place_word=place_word(),
        is_plain=hat().role is Role.EARLY_YEARS,
        nobody_set=_nobody_set(session) if chosen == Chosen() else 0,
    )


@bp.post("/inbox/marked")
@needs(*RECIPIENTS)
def mark_several() -> ResponseReturnValue:
    """Do to the ticked items what the pressed button says, and go back to the same list."""
    session, reader = db_session(), reader_of(hat())
    back = redirect(url_for("notifications.inbox", **list_values()))
    ids = ticked()
    if not ids:
        complain("Nothing was ticked. Tick the items first, then choose what to do with them.")
        return back
    asked = request.form.get("do", "")
    if asked == "snooze":
        _snooze(session, reader, ids)
    elif asked == "agenda" and hat().role in agenda.GOVERNING:
        added = agenda.tick(session, reader, ids, at=clock.now())
        tell(f"{_items(added)} put on the agenda of the next meeting.")
    elif asked == "wake":
        tell(f"{_items(snoozing.bring_back(session, ids, reader=reader))} back in the inbox.")
    elif asked == "back":
        tell(f"{_items(marking.mark_many_not_done(session, ids, reader=reader))} put back.")
    else:
        _done(session, reader, ids)
    session.commit()
    return back


@bp.post("/inbox/undo")
@needs(*RECIPIENTS)
def undo() -> ResponseReturnValue:
    """Take back what was done to several items a moment ago."""
    session, reader = db_session(), reader_of(hat())
    if request.form.get("what") == SNOOZED:
        back = snoozing.bring_back(session, ticked(), reader=reader)
    else:
        back = marking.mark_many_not_done(session, ticked(), reader=reader)
    session.commit()
    tell(f"{_items(back)} put back.")
    return redirect(back_to_list())


def _done(session: Session, reader: Reader, ids: list[int]) -> None:
    marked = marking.mark_many_done(session, ids, reader=reader, at=clock.now())
    words = [f"{_items(len(marked.done))} marked as done."] if marked.done else []
    if marked.before == 1:
        words.append("1 item was done already, by you or by a colleague who shares it.")
    elif marked.before:
        words.append(
            f"{marked.before} items were done already, by you or by colleagues who share them."
        )
    _say(words, DONE, marked.done)


def _snooze(session: Session, reader: Reader, ids: list[int]) -> None:
    today = clock.local_date(clock.now())
    until = until_of(request.form.get("until", ""), today)
    done = snoozing.snooze(session, ids, reader=reader, until=until, today=today)
    words = [f"{_items(len(done.ids))} snoozed until {day(until)}."] if done.ids else []
    if done.due_before:
        words.append(
            f"{_items(done.due_before)} not snoozed: due before that day. "
            "Open an item to snooze it all the same."
        )
    _say(words, SNOOZED, done.ids)


def _say(words: list[str], what: str, ids: Sequence[int]) -> None:
    """Say what was done to which items; that nothing was is a problem."""
    if ids:
        tell(" ".join(words), what, ids)
    else:
        complain(" ".join(words) or "There is nothing to do about these items any more.")


def until_of(word: str, today: date) -> date:
    """Return the day that a word of ``UNTIL`` means."""
    if word == "monday":
        return snoozing.next_monday(today)
    return today + timedelta(days={"week": 7, "month": 28}.get(word, 1))


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _elsewhere(session: Session, today: date) -> list[dict[str, Any]]:
    """Return the person's places at other schools, each with how much waits there."""
    others = {
        worn.school.id: worn
        for worn in hats()
        if worn.school is not None and worn.school_id != hat().school_id and worn.role in RECIPIENTS
    }
    if not others:
        return []
    worn = hat()
    waiting = waiting_at(session, worn.authority_id, worn.person_id, others, today=today)
    return [
        {"membership": each.id, "name": each.school.name, "waiting": waiting.get(school_id, 0)}
        for school_id, each in others.items()
        if each.school is not None
    ]


def _nobody_set(session: Session) -> int:
    """Return how many categories have nobody, for whoever may choose somebody."""
    worn = hat()
    if not worn.manages_owners or worn.school_id is None:
        return 0
    return count_open(session, worn.authority_id, worn.school_id)
