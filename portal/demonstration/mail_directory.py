"""The demonstration's mail directory: mailboxes, domains, lists, and who writes for whom."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.kinds import phase_codes, type_codes
from directory.models import OPEN_STATUSES, Organisation, OrganisationKind, School, SchoolStatus
from directory.models_mail import MailEntry, MailEntryKind
from foundation.bulk import batches, insert_all
from portal.demonstration import council
from portal.demonstration.names import letters

LISTS: Final = f"lists.{council.DOMAIN}"
PHASES: Final = ("primary", "secondary", "nursery")
A_DOMAIN_EACH: Final = 4
"""Every fourth school's domain is entered, too."""
MOST_CLOSED: Final = 8
MOST_FEDERATIONS: Final = 6
IMPORTED: Final = timedelta(days=3)

Row = dict[str, Any]


def fill_mail_directory(session: Session, authority_id: int, *, at: datetime) -> None:
    """Enter what the mail gateway counts by, for the schools that there are."""
    schools = session.scalars(
        sa.select(School)
        .where(
            School.authority_id == authority_id,
            School.status.in_(OPEN_STATUSES),
            School.email != "",
        )
        .order_by(School.urn)
    ).all()
    rows = {
        row["address"]: row
        for row in (
            *_schools(schools),
            *_closed(session, authority_id),
            *_federations(schools),
            *_trusts(session, authority_id, schools),
            *_lists(schools),
            *_writers(),
        )
    }
    common = {"authority_id": authority_id, "imported_at": at - IMPORTED}
    for some in batches(rows.values()):
        insert_all(session, MailEntry, [row | common for row in some])


def _row(**values: Any) -> Row:
    return {"urns": [], "members": [], "team": "", "is_closed": False} | values


def _schools(schools: Sequence[School]) -> Iterator[Row]:
    for place, school in enumerate(schools):
        yield _row(address=school.email, kind=MailEntryKind.MAILBOX, urns=[school.urn])
        if place % A_DOMAIN_EACH == 0:
            domain = school.email.rpartition("@")[2]
            yield _row(address=domain, kind=MailEntryKind.DOMAIN, urns=[school.urn])


def _closed(session: Session, authority_id: int) -> Iterator[Row]:
    """Give mailboxes of schools that closed: nobody reads them any more."""
    urns = session.scalars(
        sa.select(School.urn)
        .where(School.authority_id == authority_id, School.status == SchoolStatus.CLOSED)
        .order_by(School.urn.desc())
        .limit(MOST_CLOSED)
    )
    for urn in urns:
        address = f"office@closed-{urn}.lancs.example"
        yield _row(address=address, kind=MailEntryKind.MAILBOX, urns=[urn], is_closed=True)


def _federations(schools: Sequence[School]) -> Iterator[Row]:
    """Give the mailbox that a federation's schools share; one of two schools where none is."""
    federated: dict[str, list[int]] = {}
    for school in schools:
        if school.federation_name:
            federated.setdefault(school.federation_name, []).append(school.urn)
    if not federated and len(schools) > 1:
        federated["Two Rivers Federation"] = [school.urn for school in schools[-2:]]
    for name, urns in islice(sorted(federated.items()), MOST_FEDERATIONS):
        label = "-".join(letters(name).split())[:40].strip("-")
        address = f"office@{label}.lancs.example"
        yield _row(address=address, kind=MailEntryKind.FEDERATION, urns=urns)


def _trusts(session: Session, authority_id: int, schools: Sequence[School]) -> Iterator[Row]:
    trusts = session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.authority_id == authority_id, Organisation.kind == OrganisationKind.TRUST
        )
        .order_by(Organisation.id)
    )
    for trust in trusts:
        urns = [school.urn for school in schools if school.trust_id == trust.id]
        if urns:
            address = f"office@{trust.code}-trust.example"
            yield _row(address=address, kind=MailEntryKind.TRUST, urns=urns)


def _lists(schools: Sequence[School]) -> Iterator[Row]:
    """Give a list for each phase and district, and one of all schools made of the others."""
    named: list[str] = []
    listed: set[str] = set()
    special = type_codes(["special"])
    groups = {name: phase_codes([name]) for name in PHASES}
    for name, codes in {**groups, "special": special}.items():
        members = [
            school.email
            for school in schools
            if (school.type_code if codes is special else school.phase_code) in codes
        ]
        listed.update(members)
        if members:
            named.append(f"all-{name}@{LISTS}")
            yield _row(address=named[-1], kind=MailEntryKind.LIST, members=members)
    districts: dict[str, list[str]] = {}
    for school in schools:
        districts.setdefault(school.district, []).append(school.email)
    for district, members in sorted(districts.items()):
        label = "-".join(letters(district).split()) or "elsewhere"
        yield _row(address=f"heads-{label}@{LISTS}", kind=MailEntryKind.LIST, members=members)
    named += [school.email for school in schools if school.email not in listed]
    yield _row(address=f"all-schools@{LISTS}", kind=MailEntryKind.LIST, members=named)


def _writers() -> Iterator[Row]:
    """Give the mailboxes that teams share, and the partners' domains."""
    for team in council.TEAMS:
        address = f"{'.'.join(letters(team).split())}@{council.DOMAIN}"
        yield _row(address=address, kind=MailEntryKind.OFFICER, team=team)
    for partner in council.PARTNERS:
        yield _row(address=partner.domain, kind=MailEntryKind.PARTNER, team=partner.team)
