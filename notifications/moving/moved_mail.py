"""The one mail that tells somebody how many items came to them, from whom and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person, School
from foundation.bulk import batches
from notifications.mail.compose import queue_mail
from notifications.mail.message import PORTAL
from notifications.models import Attention, Notice
from notifications.moving.handing_on import Step, addresses
from notifications.reaching.choices import DEFAULT, Choice, choices_of, send_after
from notifications.reaching.gathering import gather

MOST_REASONS: Final = 10


def tell(
    session: Session, authority_id: int, school_id: int, moved: Sequence[Step], *, at: datetime
) -> None:
    """Tell each new reader as they chose: in their digest, or by one mail however many items came.

    Six statements. What is urgent is told by mail at once, whatever they chose.
    """
    if not moved:
        return
    by_reader: dict[int | None, list[Step]] = defaultdict(list)
    for step in moved:
        by_reader[step.to_id].append(step)
    choices = choices_of(session, [to_id for to_id in by_reader if to_id is not None])
    urgent = _urgent(session, authority_id, moved)
    _gather(session, authority_id, by_reader, choices, urgent=urgent, at=at)
    known = addresses(session, authority_id, [(school_id, to_id) for to_id in by_reader])
    givers = {step.item.person_id for step in moved}
    names = _names(session, authority_id, {*by_reader, *givers} - {None})
    school = session.scalar(sa.select(School.name).where(School.id == school_id)) or ""
    for to_id, steps in by_reader.items():
        address = known[school_id, to_id]
        if address and steps:
            at_once = any(step.item.notice_id in urgent for step in steps)
            choice = choices.get(to_id or 0, DEFAULT)
            subject, text = _words(steps, names, names.get(to_id or 0, ""), school)
            queue_mail(
                session,
                authority_id=authority_id,
                address=address,
                subject=subject,
                text=text,
                at=at,
                urgent=at_once,
                send_after=at if at_once else send_after(choice, at),
                person_id=to_id,
            )


def _urgent(session: Session, authority_id: int, moved: Sequence[Step]) -> set[int]:
    """Return which of the notices are urgent."""
    return {
        notice_id
        for some in batches({step.item.notice_id for step in moved})
        for notice_id in session.scalars(
            sa.select(Notice.id)
            .where(
                Notice.authority_id == authority_id,
                Notice.id.in_(some),
                Notice.attention == Attention.URGENT,
            )
            .order_by(Notice.id)
        )
    }


def _gather(
    session: Session,
    authority_id: int,
    by_reader: dict[int | None, list[Step]],
    choices: Mapping[int, Choice],
    *,
    urgent: set[int],
    at: datetime,
) -> None:
    """Take out what goes into digests, and put it there."""
    gathered = []
    for to_id, choice in choices.items():
        if choice.has_digest:
            steps = by_reader[to_id]
            waits = [step for step in steps if step.item.notice_id not in urgent]
            gathered += [(step.item.id, to_id, choice) for step in waits]
            by_reader[to_id] = [step for step in steps if step.item.notice_id in urgent]
    gather(session, authority_id, gathered, at=at)


def _names(session: Session, authority_id: int, people: set[int | None]) -> dict[int, str]:
    return dict(
        session.execute(
            sa.select(Person.id, Person.name).where(
                Person.authority_id == authority_id, Person.id.in_(people)
            )
        )
        .tuples()
        .all()
    )


def _words(
    steps: Sequence[Step], names: dict[int, str], reader: str, school: str
) -> tuple[str, str]:
    """Return subject and text. A subject may be seen by many: it names no item."""
    givers = {step.item.person_id for step in steps}
    giver = names.get(next(iter(givers)) or 0, "") if len(givers) == 1 else "your colleagues"
    items = "1 item" if len(steps) == 1 else f"{len(steps)} items"
    came = f"{items} came to you from {giver or 'the school’s own mailbox'}"
    reasons = list(dict.fromkeys(step.why for step in steps))
    more = len(reasons) - MOST_REASONS
    blocks = [
        f"This is for {reader or 'the office'} at {school}.",
        f"{came}, because something changed at your school:",
        "\n".join(f"- {reason}" for reason in reasons[:MOST_REASONS])
        + (f"\n- and {more} more changes of this kind" if more > 0 else ""),
        "Each item shows where it came from. What was read before is still waiting to be done.",
        f"Open your inbox:\n{PORTAL}/inbox",
    ]
    return came, "\n\n".join(blocks)
