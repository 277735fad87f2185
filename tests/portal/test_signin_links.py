import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import PersonState
from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY
from notifications.models_mail import Mail
from portal.signin import links
from portal.signin.models import SignedInSession, SignInLink
from tests.factories.base import NOON
from tests.factories.directory import PersonFactory

TERMS = links.Terms(
    key="key", url="https://portal.example", minutes=30, per_address=3, per_client=5
)


def ask(session, authority_id, address, *, client="10.0.0.1", at=NOON, next_path=""):
    links.ask(
        session,
        authority_id=authority_id,
        address=address,
        client=client,
        next_path=next_path,
        terms=TERMS,
        at=at,
    )


def token_of(session):
    """Return the token in the newest mail: it is stored nowhere else."""
    text = session.scalars(sa.select(Mail.text).order_by(Mail.id.desc())).first()
    return re.search(r"/sign-in/(\S+)", text)[1]


def count(session, table):
    return session.scalar(sa.select(sa.func.count()).select_from(table))


@pytest.fixture
def person(session):
    return PersonFactory(email="head@school.example")


@pytest.mark.parametrize("typed", ["head@school.example", "  Head@School.EXAMPLE "])
def test_a_known_address_gets_one_urgent_mail_with_a_link(session, authority_id, person, typed):
    ask(session, authority_id, typed)
    mail = session.scalars(sa.select(Mail)).one()
    assert (mail.address, mail.urgent) == (person.email, True)
    assert "https://portal.example/sign-in/" in mail.text


def test_the_token_is_stored_only_as_a_hash(session, authority_id, person):
    ask(session, authority_id, person.email)
    token = token_of(session)
    link = session.scalars(sa.select(SignInLink)).one()
    assert token not in {link.token_hash, link.address_hash, link.client_hash}
    assert person.email not in {link.token_hash, link.address_hash}


@pytest.mark.sqlite_only
def test_coming_in_is_noted_on_the_person_once_a_day(session, authority_id, person):
    for later, noted in ((timedelta(), True), (timedelta(hours=5), False), (timedelta(2), True)):
        at = NOON + later
        ask(session, authority_id, person.email, at=at)
        session.flush()
        links.enter(session, token_of(session), at=at)
        assert (person.last_signed_in_at == at) is noted


@pytest.mark.parametrize("address", ["nobody@school.example", "not an address", ""])
def test_an_unknown_address_gets_no_mail_and_still_counts(session, authority_id, address):
    ask(session, authority_id, address)
    assert count(session, Mail) == 0
    assert session.scalars(sa.select(SignInLink)).one().token_hash is None


def test_a_disabled_person_gets_no_mail(session, authority_id, person):
    person.state = PersonState.DISABLED
    session.flush()
    ask(session, authority_id, person.email)
    assert count(session, Mail) == 0


def test_an_address_over_its_limit_gets_no_further_mail_within_the_hour(
    session, authority_id, person
):
    for minute in range(5):
        ask(session, authority_id, person.email, client=f"10.0.0.{minute}")
    assert count(session, Mail) == 3
    ask(session, authority_id, person.email, at=NOON + timedelta(minutes=61))
    assert count(session, Mail) == 4


def test_a_client_over_its_limit_is_told_to_wait(session, authority_id, person):
    for number in range(5):
        ask(session, authority_id, f"guess{number}@school.example")
    with pytest.raises(links.TooManyTriesError, match="Wait an hour"):
        ask(session, authority_id, person.email)
    ask(session, authority_id, person.email, client="10.0.0.2")
    ask(session, authority_id, person.email, at=NOON + timedelta(minutes=61))
    assert count(session, Mail) == 2


def test_many_who_ask_at_once_pass_no_limit_together(database, session, authority_id, person):
    session.commit()
    refused = []

    def ask_once():
        try:
            with database.transaction(authority=EVERY_AUTHORITY) as own:
                ask(own, authority_id, person.email)
        except links.TooManyTriesError:
            refused.append(1)

    threads = [threading.Thread(target=ask_once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 8 - TERMS.per_client
    assert count(session, SignInLink) == TERMS.per_client
    assert count(session, Mail) == TERMS.per_address


def test_looking_at_a_link_changes_nothing(session, authority_id, person):
    ask(session, authority_id, person.email)
    token = token_of(session)
    for _ in range(3):
        assert links.is_open(session, token, at=NOON)
    assert links.enter(session, token, at=NOON).known.person["id"] == person.id


def test_a_link_works_once(session, authority_id, person):
    ask(session, authority_id, person.email)
    token = token_of(session)
    links.enter(session, token, at=NOON)
    assert not links.is_open(session, token, at=NOON)
    with pytest.raises(links.SpentLinkError):
        links.enter(session, token, at=NOON)
    assert count(session, SignedInSession) == 1


@pytest.mark.parametrize(("minutes", "works"), [(29, True), (30, False), (31, False)])
def test_a_link_expires_after_thirty_minutes(session, authority_id, person, minutes, works):
    ask(session, authority_id, person.email)
    at = NOON + timedelta(minutes=minutes)
    assert links.is_open(session, token_of(session), at=at) is works


def test_a_link_is_worth_nothing_once_the_person_is_disabled(session, authority_id, person):
    ask(session, authority_id, person.email)
    person.state = PersonState.DISABLED
    session.flush()
    with pytest.raises(links.SpentLinkError):
        links.enter(session, token_of(session), at=NOON)


@pytest.mark.parametrize("token", ["", "x", "../../etc/passwd", "\x00", "a" * 5000])
def test_an_invented_link_is_refused(session, token):
    with pytest.raises(links.SpentLinkError):
        links.enter(session, token.replace("\x00", ""), at=NOON)


def test_of_two_uses_at_once_one_signs_in(database, session, authority_id, person):
    ask(session, authority_id, person.email)
    token = token_of(session)
    session.commit()
    outcomes = []

    def use():
        try:
            with database.transaction(authority=EVERY_AUTHORITY) as own:
                links.enter(own, token, at=NOON)
            outcomes.append("in")
        except links.SpentLinkError:
            outcomes.append("refused")

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused", "refused", "refused"]
    assert count(session, SignedInSession) == 1


def test_signing_in_stands_in_the_audit_trail_without_the_address(session, authority_id, person):
    ask(session, authority_id, person.email)
    links.enter(session, token_of(session), at=NOON)
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.subject_id) == ("signin.entered", person.id)
    assert person.email not in str(entry.detail)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("/inbox/7", "/inbox/7"),
        ("/search?q=meals", "/search?q=meals"),
        ("", ""),
        ("inbox", ""),
        ("https://evil.example/", ""),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("/\tevil", ""),
        ("/a\nSet-Cookie: x=1", ""),
        ("javascript:alert(1)", ""),
        ("/sign-in/token", ""),
        ("/sign-out", ""),
        ("/" + "a" * 600, ""),
    ],
)
def test_only_a_page_of_ours_is_gone_to_after_signing_in(wanted, kept):
    assert links.local_path(wanted) == kept
