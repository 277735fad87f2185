"""What workers, commands and senders make of what was sent, and what is kept on record of it."""

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from foundation import clock
from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY
from notifications.bulletin.closing import close
from notifications.bulletin.mailing import write_mails
from notifications.bulletin.printing import NothingToPrintError, ask_for, bulletin_paper
from notifications.bulletin.week import week_at
from notifications.chasing.working import chase_authority
from notifications.documents.paper import facts_of
from notifications.mail.compose import compose
from notifications.mail.message import Letterhead
from notifications.models import Delivery, Notice
from notifications.models_mail import Mail, MailState
from notifications.reaching.digests import compose_due
from portal.cli.search import search as command
from tests.whole.doors import Looking
from tests.whole.leaks import secrets_in

LETTERHEAD = Letterhead("https://portal.example", "portal@authority.example", key="key")


def on_paper(looking: Looking) -> None:
    """What is printed of a week is its reader's own; of an item, what its readers have anyway."""
    world, week = looking.world, week_at(looking.world.at).previous
    with looking.database.session(authority=EVERY_AUTHORITY) as session:
        for place in world.places:
            if place.reads and world.seen(place):
                session.info["authority_id"] = place.member.authority_id
                try:
                    asked = ask_for(session, place.member, week, at=world.at)
                except NothingToPrintError:
                    continue
                html = bulletin_paper(session, asked, "https://portal.example").html
                looking.hold(place, "bulletin.pdf", html, known=world.words(place))
        for sent in world.sent:
            notice = session.get_one(Notice, sent.id)
            facts = facts_of(session, notice, today=clock.local_date(world.at))
            assert secrets_in(json.dumps(facts)) <= sent.shown
        session.rollback()


def mails(looking: Looking) -> None:
    """Whatever waits to be sent says to everybody what they may read, when it is composed."""
    world, database = looking.world, looking.database
    later = world.at + (world.at - world.in_week)
    week = week_at(world.at).previous
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        for place in world.places[:1]:
            close(session, place.member.authority_id, week, with_mail=True, at=world.at)
            write_mails(session, place.member.authority_id, at=world.at)
            chase_authority(session, place.member.authority_id, at=later)
    compose_due(database, at=later)
    by_person: dict[int, set[str]] = {}
    for place in world.places:
        by_person.setdefault(place.member.person_id, set()).update(world.words(place))
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        waiting = session.scalars(sa.select(Mail).where(Mail.state == MailState.QUEUED)).all()
        schools = dict(session.execute(sa.select(Delivery.id, Delivery.school_id)).tuples().all())
        written = compose(session, waiting, LETTERHEAD, at=later)
        told = 0
        for mail in waiting:
            content = written[mail.id]
            if not isinstance(content, bytes):
                continue  # it is not sent
            heads = ("head", "leads", "foreign head")  # a mailbox without a person: a head's
            known = by_person.get(mail.person_id or 0) or next(
                world.words(world.place(head))
                for head in heads
                if world.place(head).member.school_id == schools.get(mail.delivery_id or 0)
            )
            who = next(
                (each for each in world.places if each.member.person_id == mail.person_id),
                world.places[0],
            )
            door = f"mail: {mail.occasion.value}"
            told += bool(looking.hold(who, door, content.decode(), known=known))
    assert told


def by_command(looking: Looking) -> None:
    """The command line searches with somebody's eyes, and with no sharper ones."""
    world = looking.world
    for called in ("staff", "panel", "head"):
        place = world.place(called)
        given = ["notice", "--as", place.email, "--json"]
        output = CliRunner().invoke(command, ["--newest", *given, "--files"]).output
        looking.hold(place, "portal search", output, known=world.words(place))
        for lying in world.lying.values():
            if lying.person_id == place.member.person_id and not lying.sent.body_gone:
                given[0] = lying.sent.title
                output = CliRunner().invoke(command, given).output
                looking.hold(place, "portal search", output, lying.sent.title, known=set())
                break


def senders(looking: Looking) -> None:
    """A sender learns how far it has come at schools, and no person's name."""
    world, place = looking.world, looking.world.place("officer")
    known = world.own.shown | {place.name}
    for door in ("delivered", "delivered.csv", "delivered?show=unread", "reminders"):
        path = f"/submissions/{world.submission_id}/{door}"
        assert looking.get(place, path, known=known).status == 200, door


def on_record(looking: Looking) -> None:
    """The audit trail holds ids and counts: nothing that was sent, and nobody's name."""
    with looking.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        details = session.execute(sa.select(AuditEntry.action, AuditEntry.detail)).all()
    assert details
    assert not secrets_in(details)


def in_log(caplog: pytest.LogCaptureFixture) -> set[str]:
    """Return the secrets in what was logged, also in what goes with the words."""
    return secrets_in(*(vars(record) for record in caplog.records), caplog.text)
