"""Building the demonstration authority, from an empty database to two years of history."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import load_shipped_catalogue
from categories.models import Category, Cover, Owner
from directory.audience import Audience, count_schools
from directory.authorities import ensure_authority
from directory.calendar_files import load_shipped
from directory.import_schools import import_schools
from directory.models import AuthorityProfile, Membership, Person, School
from directory.people import person_by_email
from foundation import audit
from foundation.bulk import refresh_statistics
from foundation.db import EVERY_AUTHORITY, narrow
from foundation.errors import Refusal
from foundation.files import FileStore
from foundation.progress import Progress, silent
from gatekeeping.holdings.loading import ensure_loaded
from notifications.models import Delivery
from portal.demonstration import council
from portal.demonstration.bulletins import close_weeks
from portal.demonstration.bypass import Keys, hold_mail
from portal.demonstration.bypassed import remember_bypass, tally_mail
from portal.demonstration.changed import change_some
from portal.demonstration.chasing import chase_the_past, return_mail
from portal.demonstration.files import attach_files
from portal.demonstration.held import ask_for_data
from portal.demonstration.inboxes import fill_inboxes
from portal.demonstration.mail_directory import fill_mail_directory
from portal.demonstration.outcomes import make_outcomes
from portal.demonstration.ownership import assign_owners
from portal.demonstration.past import Past
from portal.demonstration.people import People, staff_council, staff_schools
from portal.demonstration.planning import HOW_MANY
from portal.demonstration.reading import leave_unread
from portal.demonstration.standing import Keeping
from portal.demonstration.trusts import name_trust_owners
from portal.demonstration.waiting import fill_queue

SCHOOLS = Path(__file__).parent / "data" / "edubasealldata_lancashire.csv"
OPEN = b'"1","Open"'
READERS = (council.HEAD, council.BUSINESS_MANAGER, council.TEACHER)
"""Whose inboxes and bulletins are there to be looked at."""
SEED = 888
UNITS = HOW_MANY + 100
"""The units of progress: one for each communication, the rest for schools, people and owners."""


class NotEmptyError(Refusal):
    """Somebody works with this authority already; invented people would not belong there."""

    sentence = (
        "People are registered at Lancashire (888) already, and they are not the demonstration’s. "
        "Nothing was changed. Use an empty database for the demonstration."
    )


@dataclass(frozen=True)
class Built:
    """What stands in the database; ``is_new`` tells whether it was made just now."""

    is_new: bool
    schools: int = 0
    people: int = 0
    owners: int = 0
    communications: int = 0
    deliveries: int = 0
    waiting: int = 0


def build(  # noqa: PLR0913 - all by name, most with a default
    session: Session,
    *,
    at: datetime,
    address: str,
    schools: int | None = None,
    seed: int = SEED,
    communications: int | None = None,
    files: FileStore | None = None,
    held: Keys | None = None,
    progress: Progress = silent,
) -> Built:
    """Build the demonstration authority; on a database that has it, change nothing.

    The session must see every authority; it is narrowed to the new one. ``at`` is the moment that
    the demonstration takes for now: the same seed and moment give the same data. ``schools``
    limits it to that many open ones, ``communications`` is how many there were in the past.
    ``files`` is where what comes with it is stored; without it nothing does. ``held`` seals the
    mail that the gateway held; without it there is none.
    ``progress`` is told ``UNITS`` in all, or less when there were fewer. Raises NotEmptyError when
    other people are registered there.
    """
    profile = ensure_authority(session, la_code=council.LA_CODE, name="Lancashire")
    authority_id = profile.authority_id
    narrow(session, authority_id)
    if person_by_email(session, authority_id, council.OFFICER):
        return Built(is_new=False)
    if session.scalar(sa.select(Person.id).where(Person.authority_id == authority_id).limit(1)):
        raise NotEmptyError
    narrow(session, EVERY_AUTHORITY)  # importing schools spans authorities
    _import(session, schools, at)
    narrow(session, authority_id)
    _present(profile)
    load_shipped_catalogue(session, authority_id, at=at)
    load_shipped(session, authority_id, at=at)
    progress(20)
    random = Random(seed)  # noqa: S311 - made-up data keeps no secrets
    ids, owners = _people(session, authority_id, random, at)
    ensure_loaded(session, authority_id, at=at)  # whose owners are teams that are there now
    fill_mail_directory(session, authority_id, at=at)
    progress(70)
    sent = HOW_MANY if communications is None else communications
    Past(session, authority_id, random, at).write(sent, progress)
    for email in READERS:
        leave_unread(session, authority_id, ids[email])
    fill_inboxes(session, authority_id, ids, at=at)
    if files is not None:
        attach_files(session, files, authority_id, at=at)
    readers = [ids[email] for email in (council.HEAD, council.BUSINESS_MANAGER, council.TEACHER)]
    change_some(session, authority_id, to=readers, at=at)
    waiting = fill_queue(session, authority_id, at=at, address=address)
    waiting += make_outcomes(session, authority_id, at=at, address=address)
    ask_for_data(session, authority_id, at=at, address=address)
    remember_bypass(session, authority_id, at=at)
    if held is not None:
        hold_mail(session, authority_id, held, at=at)
    tally_mail(session, authority_id, at=at)
    close_weeks(session, authority_id, READERS, at=at)
    chase_the_past(session, authority_id, at=at)
    return_mail(session, authority_id)
    progress(10)
    built = Built(
        is_new=True,
        schools=count_schools(session, authority_id, Audience(all=True)),
        people=len(ids),
        owners=owners,
        communications=sent,
        deliveries=_count_deliveries(session, authority_id),
        waiting=waiting,
    )
    _record(session, authority_id, built, at)
    return built


def _count_deliveries(session: Session, authority_id: int) -> int:
    mine = sa.select(sa.func.count()).where(Delivery.authority_id == authority_id)
    return session.scalar(mine) or 0


def _people(
    session: Session, authority_id: int, random: Random, at: datetime
) -> tuple[dict[str, int], int]:
    """Make everybody and what they own; return their ids by address, and how many owners."""
    people = People(session, authority_id, random, at)
    staffed = staff_schools(people)
    staff_council(people)
    ids = people.write()
    owners = assign_owners(session, authority_id, staffed, ids, random=random, at=at)
    own = Random(random.random())  # noqa: S311 - made-up data keeps no secrets
    Keeping(session, authority_id, staffed, ids, own, at).write()
    name_trust_owners(session, authority_id, random=own, at=at)
    refresh_statistics(session, School, Person, Membership, Category, Owner, Cover)
    return ids, owners


def _record(session: Session, authority_id: int, built: Built, at: datetime) -> None:
    audit.record(
        session,
        authority_id=authority_id,
        action="demonstration.built",
        subject="authority",
        subject_id=authority_id,
        by=None,
        at=at,
        detail={name: value for name, value in vars(built).items() if name != "is_new"},
    )


def _import(session: Session, most: int | None, at: datetime) -> None:
    """Import the schools through the real import."""
    if most is None:
        report = import_schools(session, SCHOOLS, at=at)
    else:
        with TemporaryDirectory() as folder:
            place = Path(folder) / "schools.csv"
            place.write_bytes(_some_open(most))
            report = import_schools(session, place, at=at)
    if report.rejected:
        raise Refusal(f"The demonstration’s own schools are damaged: {report.rejected[0].reason}.")


def _some_open(most: int) -> bytes:
    """Return the file's heading and some of its open schools, from the first to the last.

    Spread evenly, so that few schools are still of every kind.
    """
    lines = SCHOOLS.read_bytes().splitlines(keepends=True)
    is_open = [line for line in lines[1:] if OPEN in line]
    step = max(1.0, (len(is_open) - 1) / max(1, most - 1))
    chosen = [is_open[int(number * step)] for number in range(min(most, len(is_open)))]
    return b"".join([lines[0], *chosen])


def _present(profile: AuthorityProfile) -> None:
    profile.service_name = council.SERVICE_NAME
    profile.colour = council.COLOUR
    profile.help_email = council.HELP_EMAIL
    profile.help_telephone = council.HELP_TELEPHONE
    profile.privacy_notice = council.PRIVACY_NOTICE
