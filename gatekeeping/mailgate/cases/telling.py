"""Sends the mails about held mail. What they say stands in ``wording``.

Mail that names a message's subject waits sealed until it leaves. Machines, empty senders and what
is no address are never written to; of reported messages no sender is.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person, Role, School
from foundation import clock
from foundation.errors import Refusal
from foundation.sealing import Seal
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.editions import protocol_of
from gatekeeping.letters.addressees import people_in
from gatekeeping.mailgate.cases import emptying, wording, wording_for_staff
from gatekeeping.mailgate.cases.addressing import (
    cases_within_a_year,
    heads_of,
    is_reachable,
    key_of,
)
from gatekeeping.mailgate.cases.outlines import open_outline
from gatekeeping.mailgate.policy import Earlier
from gatekeeping.models import BypassCase, CaseKind, Submission
from notifications.mail.compose import queue_mail
from notifications.mail.message import PORTAL, one_line
from notifications.mail.sealed import sealed_text

MOST_SCHOOLS: Final = 1_000
LONGEST_SUBJECT: Final = 120


def of_new(
    session: Session,
    case: BypassCase,
    seal: Seal,
    *,
    joined: Sequence[Earlier] = (),
    at: datetime,
) -> None:
    """Tell the sender of a new case within a minute; and the team's head, when it is not the first.

    The case must be in the database, with its outline.
    """
    if case.kind is not CaseKind.REPORTED and is_reachable(case.sender):
        _tell_of_new(session, case, seal, joined, at)
    tell_head(session, case, at=at)


def tell_head(session: Session, case: BypassCase, *, at: datetime) -> None:
    """Tell the sender's head of a repeat: from the protocol's number of cases in 12 months on."""
    if case.kind is CaseKind.REPORTED or case.sender_id is None:
        return
    count = cases_within_a_year(session, case)
    if count < protocol_of(session, case.authority_id).bypass_repeats:
        return
    letter = wording_for_staff.repeated(case, count)
    to_people(session, case.authority_id, heads_of(session, case), letter, at=at)


def nudge(
    session: Session, case: BypassCase, seal: Seal | None, *, until: date, at: datetime
) -> None:
    """Remind the sender, once, that the message is still held."""
    letter = wording.nudged(case, subject_of(case, seal), until=until, link=link_for(case, seal))
    to_sender(session, case, letter, seal, at=at)


def nudge_draft(session: Session, case: BypassCase, *, until: date, at: datetime) -> None:
    """Remind the sender, once, of a draft that was not submitted."""
    title = _title(case.submission)
    to_sender(session, case, wording.draft_left(case, title, until=until), None, at=at)


def of_end(
    session: Session,
    case: BypassCase,
    how: str,
    words: str = "",
    *,
    advice: str = "",
    seal: Seal | None = None,
    submission: Submission | None = None,
    at: datetime,
) -> None:
    """Tell the sender how it ended; ``how`` is a key of ``wording.ENDS``.

    People send several on one day: with ``seal`` the mail names the message's subject; where it
    ends with a submission, that is named by its title, as it is in every other mail.
    """
    subject, title = subject_of(case, seal), _title(submission)
    letter = wording.ended(case, how, words, subject=subject, advice=advice, title=title)
    to_sender(session, case, letter, seal if subject else None, at=at)


def gatekeepers(
    session: Session,
    authority_id: int,
    letter: wording.Letter,
    *,
    at: datetime,
    but: int | None = None,
) -> None:
    """Write to every gatekeeper but one; where there is none, to the executives."""
    people = people_in(session, authority_id, Role.GATEKEEPER)
    people = people or people_in(session, authority_id, Role.EXECUTIVE)
    others = [person for person in people if person.id != but]
    to_people(session, authority_id, others, letter, at=at)


def executives(
    session: Session, authority_id: int, letter: wording.Letter, *, at: datetime
) -> None:
    """Write to every senior executive."""
    to_people(
        session, authority_id, people_in(session, authority_id, Role.EXECUTIVE), letter, at=at
    )


def to_sender(
    session: Session,
    case: BypassCase,
    letter: wording.Letter,
    seal: Seal | None,
    *,
    at: datetime,
    urgent: bool = False,
) -> None:
    """Write to the sender, if a person reads that address; sealed where a seal is given."""
    if case.kind is CaseKind.REPORTED or not is_reachable(case.sender):
        return
    mail = queue_mail(
        session,
        authority_id=case.authority_id,
        address=case.sender,
        subject=letter.subject,
        text=letter.text if seal is None else sealed_text(letter.text, seal),
        at=at,
        urgent=urgent,
        person_id=case.sender_id,
    )
    if seal is not None:
        emptying.note_mail(session, case, mail)


def to_people(
    session: Session,
    authority_id: int,
    people: Iterable[Person],
    letter: wording.Letter,
    *,
    at: datetime,
) -> None:
    """Write the same to each of these people, once for each address."""
    known = {person.email: person.id for person in people}
    for address in sorted(known):
        queue_mail(
            session,
            authority_id=authority_id,
            address=address,
            subject=letter.subject,
            text=letter.text,
            at=at,
            person_id=known[address],
        )


def link_for(case: BypassCase, seal: Seal | None) -> str:
    """Return the address of a case's page, with the key for a sender without an account."""
    page = f"{PORTAL}/held-mail/{case.id}"
    return page if seal is None else f"{page}?key={key_of(case, seal)}"


def subject_of(case: BypassCase, seal: Seal | None) -> str:
    """Return the message's subject in one short line; empty where it cannot be read."""
    if seal is None:
        return ""
    try:
        subject = one_line(open_outline(case, seal).subject)
    except Refusal:
        return ""
    return _shortly(subject)


def _title(submission: Submission | None) -> str:
    return "" if submission is None else _shortly(one_line(submission.title))


def _shortly(line: str) -> str:
    return line if len(line) <= LONGEST_SUBJECT else f"{line[:LONGEST_SUBJECT].rstrip()} …"


def _tell_of_new(
    session: Session, case: BypassCase, seal: Seal, joined: Sequence[Earlier], at: datetime
) -> None:
    detail = case.detail or {}
    counted = wording.Counted(
        _names(session, case.authority_id, detail.get("counted", case.urns)),
        _names(session, case.authority_id, detail.get("closed", ())),
        sorted(joined, key=lambda one: one.at),
    )
    subject, link = subject_of(case, seal), link_for(case, seal)
    if case.kind is CaseKind.SEEN:
        letter = wording.seen(case, subject, counted, link=link)
    else:
        protocol, today = protocol_of(session, case.authority_id), clock.local_date(at)
        letter = wording.held(
            case,
            subject,
            counted,
            until=add_working_days(today, protocol.bypass_lapse_days),
            decides=add_working_days(today, protocol.bypass_days),
            link=link,
        )
    to_sender(session, case, letter, seal, at=at, urgent=True)


def _names(session: Session, authority_id: int, urns: Iterable[int]) -> list[str]:
    wanted = sorted(set(urns))[:MOST_SCHOOLS]
    if not wanted:
        return []
    rows = session.execute(
        sa.select(School.urn, School.name)
        .where(School.authority_id == authority_id, School.urn.in_(wanted))
        .order_by(School.urn)
        .limit(MOST_SCHOOLS)
    )
    names = {row.urn: row.name for row in rows}
    return sorted(names.get(urn, f"School {urn}") for urn in wanted)
