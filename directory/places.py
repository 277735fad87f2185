"""What a school says of somebody's place there: job title and the mailbox behind them."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.addresses import AddressError, clean_address
from directory.models import Membership
from directory.people import PersonRefusal
from foundation import audit

MOST_JOB_TITLE = 120


def with_title(name: str, job_title: str) -> str:
    """Return somebody as lists of people name them: with the job title, where there is one."""
    return f"{name}, {job_title}" if job_title else name


def describe_place(
    session: Session,
    place: Membership,
    *,
    job_title: str,
    mailbox: str,
    by: int,
    at: datetime,
) -> bool:
    """Write a place's job title and mailbox (empty: mail goes to the person); tell of a change.

    Raises PersonRefusal with the field ``mailbox`` when it is no address.
    """
    address = ""
    if mailbox.strip():
        try:
            address = clean_address(mailbox)
        except AddressError as fault:
            raise PersonRefusal(
                "Enter the mailbox in the correct format, like office@school.example.",
                field="mailbox",
            ) from fault
    title = " ".join(job_title.split())[:MOST_JOB_TITLE]
    wanted = {"job_title": title, "mailbox": address}
    changed = [name for name, value in wanted.items() if getattr(place, name) != value]
    for name in changed:
        setattr(place, name, wanted[name])
    session.flush()
    if changed:
        audit.record(
            session,
            authority_id=place.authority_id,
            action="membership.described",
            subject="person",
            subject_id=place.person_id,
            by=by,
            at=at,
            detail={"membership": place.id, "school": place.school_id, "changed": changed},
        )
    return bool(changed)
