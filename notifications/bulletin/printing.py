"""A bulletin on paper. It says for which school and role, and whose it is only by what it shows.

A printout is found by the hash of what it shows, and handed only to those whose own bulletin shows
exactly that: so nobody gets on paper what they may not read.
"""

import hashlib
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.hats import Hat
from directory.key_dates import key_dates
from directory.models import (
    ROLE_NAMES,
    AuthorityProfile,
    Membership,
    Person,
    PersonState,
    Role,
    School,
)
from foundation.dates import day
from foundation.errors import NotFoundError, Refusal
from foundation.pdf import templates
from notifications.bulletin.composing import contents, span
from notifications.bulletin.pieces import Contents
from notifications.bulletin.week import Week
from notifications.documents.printing import Paper, ask, find
from notifications.models_reading import Printout, PrintoutKind
from notifications.reading.inbox import Reader, reader_of

EDITION: Final = 1
"""Counted up when the page itself changes, so that what was printed before is printed anew."""
MOST: Final = 500


class NothingToPrintError(Refusal):
    """An empty page helps nobody."""

    sentence = "Nothing was sent for information in that week, so there is nothing to print."


def printout_of(session: Session, membership: Hat, week: Week) -> Printout | None:
    """Return the printout of a week as this reader sees it now; None when nobody asked for it."""
    return find(
        session,
        authority_id=membership.authority_id,
        kind=PrintoutKind.BULLETIN,
        content_hash=_hash(_contents(session, reader_of(membership), week)),
        week_on=week.monday,
        school_id=membership.school_id,
        role=membership.role,
    )


def ask_for(session: Session, membership: Hat, week: Week, *, at: datetime) -> Printout:
    """Ask that a week's bulletin be printed as this reader sees it; again asks for the same.

    Raises NothingToPrintError when nothing stands in it.
    """
    found = _contents(session, reader_of(membership), week)
    if not found.pieces:
        raise NothingToPrintError
    return ask(
        session,
        authority_id=membership.authority_id,
        kind=PrintoutKind.BULLETIN,
        content_hash=_hash(found),
        week_on=week.monday,
        school_id=membership.school_id,
        role=membership.role,
        at=at,
    )


def bulletin_paper(session: Session, printout: Printout, address: str) -> Paper:
    """Return the page of a bulletin (a maker of ``documents.printing``).

    Raises NotFoundError when nobody in its role at its school sees any more what was asked for:
    something was done, moved or corrected meanwhile. Whoever asks again gets what holds now.
    """
    if printout.week_on is None or printout.school_id is None or printout.role is None:
        raise NotFoundError
    week = Week(printout.week_on)
    found = _as_asked(session, printout, week, printout.school_id, printout.role)
    profile = session.get_one(AuthorityProfile, printout.authority_id)
    html = (
        templates("notifications")
        .get_template("notifications/bulletin/paper.html")
        .render(
            contents=found,
            days=_days,
            week=str(week),
            made_for=ROLE_NAMES[printout.role],
            is_head=printout.role is Role.HEAD,
            school=session.get_one(School, printout.school_id).name,
            authority=profile.organisation.name,
            service=profile.service_name,
            colour=profile.colour,
            help_email=profile.help_email,
            help_telephone=profile.help_telephone,
            address=f"{address}/bulletin/{week.monday}",
        )
    )
    return Paper(html, {"bulletin.css": STYLE.encode()})


def _as_asked(
    session: Session, printout: Printout, week: Week, school_id: int, role: Role
) -> Contents:
    """Return what the printout is to show: the bulletin with that hash of one in the role."""
    start, end = span(week, week.next.monday)
    dates = key_dates(session, printout.authority_id, school_id, start, end)
    people = session.scalars(
        sa.select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.authority_id == printout.authority_id,
            Membership.school_id == school_id,
            Membership.role == role,
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Membership.id)
        .limit(MOST)
    ).all()
    for person_id in people:
        reader = Reader(printout.authority_id, school_id, person_id, role is Role.HEAD)
        found = contents(session, reader, week, today=week.next.monday, dates=dates)
        if _hash(found) == printout.content_hash:
            return found
    raise NotFoundError


def _contents(session: Session, reader: Reader, week: Week) -> Contents:
    return contents(session, reader, week, today=week.next.monday)


def _hash(found: Contents) -> str:
    return hashlib.sha256(f"{EDITION}|{found.fingerprint}".encode()).hexdigest()


def _days(first: date, last: date) -> str:
    return day(first) if first == last else f"{day(first)} to {day(last)}"


STYLE: Final = """
body { font-size: 11.5pt; }
h1 { font-size: 24pt; margin-bottom: 1mm; }
.week { font-size: 14pt; margin-bottom: 6mm; }
h2 { margin: 8mm 0 2mm; padding-bottom: 1mm; font-size: 14pt; color: var(--colour);
  border-bottom: 0.4mm solid var(--colour); }
h3 { margin: 4mm 0 0.5mm; font-size: 12pt; break-after: avoid; }
.item { break-inside: avoid; }
.item p { margin: 0 0 0.8mm; }
.from { color: #484f53; font-size: 10pt; }
.dates { break-inside: avoid; }
.dates th { width: 62mm; font-weight: bold; }
.end { margin-top: 8mm; padding-top: 3mm; border-top: 0.4mm solid #6f777b; font-size: 10pt;
  break-inside: avoid; }
"""
"""Bigger than a letter's: it hangs in staff rooms."""
