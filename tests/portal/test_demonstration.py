from collections import Counter
from datetime import date
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Cover, Owner
from directory.models import Membership, Person, Role, School
from foundation import audit
from foundation.db import EVERY_AUTHORITY, Database, narrow
from gatekeeping.models import Decision, State, StoredFinding, Submission, SubmissionVersion
from notifications.models import Delivery, DeliveryState, Notice
from notifications.models_mail import Mail, MailState, Occasion
from portal.demonstration import council
from portal.demonstration.build import NotEmptyError, build
from portal.demonstration.letters import letters, school_day, texts
from portal.demonstration.names import Domains, Names
from portal.demonstration.planning import HOW_MANY, planned
from portal.demonstration.posts import HEAD, OWNS, TITLES, post_for, posts_at
from tests.factories.base import NOON
from tests.factories.directory import PersonFactory

ADDRESS = "https://portal.example"
FEW = 6
PAST = 60


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - made-up data keeps no secrets


def count(session: Session, table: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_small_demonstration_is_complete_and_stays_as_it_is(
    database: Database, authority_id: int
) -> None:
    with database.session(authority=EVERY_AUTHORITY) as session:
        built = build(session, at=NOON, address=ADDRESS, schools=FEW, communications=PAST)
        session.commit()
    with database.session(authority=authority_id) as session:
        assert (built.schools, count(session, School)) == (FEW, FEW)
        assert count(session, Notice) == PAST + 1  # one was sent again in a newer version
        assert count(session, Delivery) == built.deliveries > PAST
        _people_are_complete(session)
        _history_is_complete(session)
        _queue_waits(session)
        _trail_is_in_order(session)
        assert audit.verify(session, authority_id).broken_sequence is None
        before = audit.verify(session, authority_id).entries
    with database.session(authority=EVERY_AUTHORITY) as session:
        assert not build(session, at=NOON, address=ADDRESS).is_new
        session.commit()
    with database.session(authority=authority_id) as session:
        assert audit.verify(session, authority_id).entries == before


def _people_are_complete(session: Session) -> None:
    heads = session.execute(
        sa.select(Membership.school_id, sa.func.count())
        .where(Membership.role == Role.HEAD)
        .group_by(Membership.school_id)
    ).all()
    assert [number for _, number in heads] == [1] * FEW
    roles = Counter(session.scalars(sa.select(Membership.role)))
    assert roles[Role.GATEKEEPER] == 4
    assert roles[Role.OFFICER] >= 60
    assert roles[Role.AUDITOR] == roles[Role.ADMINISTRATOR] == 1
    assert roles[Role.LEGAL] == roles[Role.GOVERNANCE] == 1
    assert roles[Role.EXECUTIVE] == 2
    assert roles[Role.PANEL] == min(FEW, 4)
    named = {one.email for one in council.SIGN_INS} | {
        council.PARTNER_OFFICER,
        council.HEAD,
        council.BUSINESS_MANAGER,
        council.TEACHER,
    }
    assert named <= set(session.scalars(sa.select(Person.email)))
    owned = Counter(
        session.scalars(sa.select(Person.email).join(Owner, Owner.person_id == Person.id))
    )
    assert owned[council.TEACHER] == 3
    manager = session.scalars(
        sa.select(Membership.school_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == council.BUSINESS_MANAGER)
    ).all()
    assert len(set(manager)) == 2
    assert count(session, Cover) > 0
    assert session.scalar(sa.select(School.email).order_by(School.urn)) == (
        "office@demo-school.example"
    )


def _history_is_complete(session: Session) -> None:
    rows = session.execute(
        sa.select(Submission.author_id, Decision.by_id, Submission.number, Submission.expires_on)
        .join(Decision, Decision.submission_id == Submission.id)
        .where(Submission.sent_at.is_not(None), Decision.verb == "approve")
    ).all()
    assert len(rows) == PAST
    assert all(row.author_id != row.by_id for row in rows)
    assert len({row.number for row in rows}) == PAST
    assert all(row.expires_on for row in rows)
    states = Counter(session.scalars(sa.select(Delivery.state)))
    assert states[DeliveryState.DONE] > states[DeliveryState.READ] > states[DeliveryState.UNREAD]
    late = sa.or_(Delivery.read_at > NOON, Delivery.done_at > NOON, Delivery.delivered_at > NOON)
    assert session.scalar(sa.select(Delivery.id).where(late).limit(1)) is None
    # Nobody is written to about the past; what colleagues pass on just now is told.
    waiting = sa.select(Mail.occasion).where(
        Mail.delivery_id.is_not(None), Mail.state == MailState.QUEUED
    )
    assert set(session.scalars(waiting)) <= {Occasion.FORWARDED}


def _trail_is_in_order(session: Session) -> None:
    moments = session.scalars(sa.select(audit.AuditEntry.at).order_by(audit.AuditEntry.sequence))
    sent = [at for at in moments if at < NOON]
    assert sent[:PAST] == sorted(sent[:PAST])


def _queue_waits(session: Session) -> None:
    states = Counter(session.scalars(sa.select(Submission.state)))
    assert (states[State.TRIAGE], states[State.CHALLENGED], states[State.DRAFT]) == (6, 1, 3)
    rules = session.scalars(
        sa.select(StoredFinding.rule)
        .join(SubmissionVersion, SubmissionVersion.id == StoredFinding.version_id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(Submission.state == State.TRIAGE)
    )
    assert {"K01", "K10", "K30", "K81"} <= set(rules)


@pytest.mark.sqlite_only
def test_it_is_not_built_among_other_people(database: Database, session: Session) -> None:
    PersonFactory()
    narrow(session, EVERY_AUTHORITY)
    with pytest.raises(NotEmptyError, match="Nothing was changed"):
        build(session, at=NOON, address=ADDRESS)


def test_the_same_seed_makes_the_same_plan_and_another_seed_another() -> None:
    today = date(2026, 11, 23)
    plan = planned(seeded(1), today)
    assert plan == planned(seeded(1), today)
    assert plan != planned(seeded(2), today)
    assert len(plan) == HOW_MANY
    assert all(one.send_on < today and one.send_on == school_day(one.send_on) for one in plan)


@pytest.mark.parametrize("today", [date(2026, 1, 2), date(2026, 8, 15), date(2027, 3, 1)])
def test_the_plan_is_full_on_any_day_of_the_year(today: date) -> None:
    assert len(planned(seeded(1), today)) == HOW_MANY


def test_names_and_addresses_are_never_given_twice() -> None:
    names, domains = Names(seeded(1)), Domains()
    addresses = {names.person("a.example")[1] for _ in range(2000)}
    assert len(addresses) == 2000
    assert domains.of("St Anne's School, Zoë", 1) == "st-annes-school-zoe.lancs.example"
    assert domains.of("St Anne's School, Zoë", 2) == "st-annes-school-zoe-2.lancs.example"


@pytest.mark.parametrize("phase", ["0", "1", "2", "4", "6", "7"])
def test_every_school_has_one_head_who_owns_what_nobody_else_does(phase: str) -> None:
    posts = posts_at(phase, seeded(1))
    assert posts[0] == HEAD
    assert len(set(posts)) == len(posts)
    assert set(posts) <= set(TITLES)
    assert all(post_for(typical, posts) in posts for typical in OWNS)


def test_every_letter_has_its_teams_endings() -> None:
    assert {letter.team for letter in letters()} <= set(texts()["endings"])
    assert len({letter.title for letter in letters()}) == len(letters())
