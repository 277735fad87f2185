"""Schools made for one journey: their people, who owns what there, and what lies with them."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from categories.owning.owners import assign
from directory.models import Membership, Person, Role, School, SchoolStatus, Team
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from notifications.models import Attention, Delivery, DeliveryState, Notice, NoticeKind

numbers = itertools.count(970_001)
sources = itertools.count(-970_001, -1)  # what no submission has
LONG_AGO = timedelta(days=400)


@dataclass
class Place:
    """A school, and its people by the part of their address before the @."""

    database: Database
    name: str
    word: str
    urn: int = field(default_factory=lambda: next(numbers))
    id: int = 0
    people: dict[str, int] = field(default_factory=dict)

    def address(self, local: str) -> str:
        return f"{local}@{self.word}-{self.urn}.example"

    def owns(self, local: str, *slugs: str, at: datetime | None = None) -> None:
        """Let somebody lead categories, by their short names."""
        at = at or clock.now() - timedelta(days=30)
        with self.database.session(authority=EVERY_AUTHORITY) as session:
            for category in self._categories(session, slugs):
                assign(
                    session,
                    school_id=self.id,
                    category_id=category.id,
                    person_id=self.people[local],
                    by=None,
                    at=at,
                )
            session.commit()

    def has_item(self, local: str, slug: str, *, read: bool = False) -> str:
        """Let one of the notices of the past lie open with somebody; return its title."""
        at = clock.now() - timedelta(days=1)
        with self.database.session(authority=EVERY_AUTHORITY) as session:
            here = sa.select(Delivery.notice_id).where(Delivery.school_id == self.id)
            notice = session.scalars(
                sa.select(Notice)
                .where(Notice.id.not_in(here), sa.not_(Notice.stopped))
                .order_by(Notice.id.desc())
                .limit(1)
            ).one()
            (category,) = self._categories(session, [slug])
            session.add(
                Delivery(
                    authority_id=notice.authority_id,
                    notice_id=notice.id,
                    school_id=self.id,
                    person_id=self.people[local],
                    category_id=category.id,
                    reason="owner",
                    state=DeliveryState.READ if read else DeliveryState.UNREAD,
                    delivered_at=at,
                    read_at=at if read else None,
                )
            )
            title = notice.title
            session.commit()
            return title

    def is_sent(
        self,
        local: str,
        slug: str,
        title: str,
        *,
        due_on: date | None = None,
        acknowledge: bool = False,
    ) -> str:
        """Let something new lie unread with somebody, due on a day or for information."""
        at = clock.now()  # of this week, also in the first hour of a Monday
        with self.database.session(authority=EVERY_AUTHORITY) as session:
            (category,) = self._categories(session, [slug])
            notice = Notice(
                authority_id=category.authority_id,
                source_id=next(sources),
                reference=f"888-2026-C-{self.urn}-K v1",
                kind=NoticeKind.DATA_REQUEST if due_on else NoticeKind.COMMUNICATION,
                attention=Attention.ACTION if due_on else Attention.INFORMATION,
                title=title,
                body=f"What there is to know about {title.lower()}.",
                sender="Lancashire County Council, Property",
                due_on=due_on,
                acknowledge=acknowledge,
                sent_at=at,
            )
            session.add(notice)
            session.flush()
            session.add(
                Delivery(
                    authority_id=notice.authority_id,
                    notice_id=notice.id,
                    school_id=self.id,
                    person_id=self.people[local],
                    category_id=category.id,
                    reason="owner",
                    delivered_at=at,
                )
            )
            session.commit()
        return title

    @staticmethod
    def _categories(session: Session, slugs: Sequence[str]) -> list[Category]:
        found = session.scalars(
            sa.select(Category).where(Category.slug.in_(slugs)).order_by(Category.number)
        ).all()
        assert len(found) == len(slugs), slugs
        return list(found)


def make_school(database: Database, name: str, **titles: str) -> Place:
    """Make an open primary school with a head and staff: local part of the address -> name."""
    place = Place(database, name, name.split(maxsplit=1)[0].lower())
    at = clock.now() - LONG_AGO
    with database.session(authority=EVERY_AUTHORITY) as session:
        authority_id = session.scalar(sa.select(School.authority_id).limit(1))
        school = School(
            authority_id=authority_id,
            urn=place.urn,
            la_code="888",
            name=name,
            type_code="01",
            type_name="Community school",
            phase_code="2",
            phase_name="Primary",
            status=SchoolStatus.OPEN,
            email=place.address("office"),
            imported_at=at,
        )
        for local, named in titles.items():
            person = Person(
                authority_id=authority_id,
                email=place.address(local),
                name=named,
                created_at=at,
                last_signed_in_at=at,
            )
            session.add(
                Membership(
                    authority_id=authority_id,
                    person=person,
                    school=school,
                    role=Role.HEAD if local == "head" else Role.STAFF,
                    started_at=at,
                )
            )
            session.flush()
            place.people[local] = person.id
        session.flush()
        place.id = school.id
        session.commit()
    return place


def make_officer(database: Database, word: str) -> str:
    """Make an officer of the authority in a team that has asked nothing yet; return the address."""
    at, address = clock.now() - LONG_AGO, f"{word}@lancashire.example"
    with database.session(authority=EVERY_AUTHORITY) as session:
        authority_id = session.scalar(sa.select(School.authority_id).limit(1))
        team = Team(authority_id=authority_id, organisation_id=authority_id, name=word.title())
        person = Person(
            authority_id=authority_id, email=address, name=f"{word.title()} Hand", created_at=at
        )
        session.add(
            Membership(
                authority_id=authority_id,
                person=person,
                organisation_id=authority_id,
                team=team,
                role=Role.OFFICER,
                started_at=at,
            )
        )
        session.commit()
    return address
