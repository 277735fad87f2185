from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from directory.events import PeopleMerged
from foundation.errors import Refusal
from notifications.models_reaching import DigestEntry, ReachChoice, Rhythm
from notifications.reaching.choices import DEFAULT, Choice, choice_of, choose, follow_merge, stop
from notifications.reaching.stopping import BULLETIN, DIGEST, Stop, address_to_stop, read_stop
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, PersonFactory
from tests.factories.notifications import DeliveryFactory
from tests.factories.reaching import DigestEntryFactory, ReachChoiceFactory

DAILY = Choice(rhythm=Rhythm.DAILY)
QUIET = Choice(quiet_from=time(18), quiet_to=time(7))


def rows(session) -> list[ReachChoice]:
    return list(session.scalars(sa.select(ReachChoice).order_by(ReachChoice.id)))


def test_a_choice_is_kept_only_while_it_differs(session, authority_id):
    person = PersonFactory()
    assert choice_of(session, authority_id, person.id) == DEFAULT
    for choice in (DAILY, QUIET):
        choose(session, authority_id, person.id, choice, at=NOON)
        assert choice_of(session, authority_id, person.id) == choice
        assert len(rows(session)) == 1
    choose(session, authority_id, person.id, DEFAULT, at=NOON)
    assert rows(session) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(quiet_from=time(18)), "quiet_to"),
        (Choice(quiet_to=time(7)), "quiet_from"),
        (Choice(quiet_from=time(7), quiet_to=time(7)), "quiet_to"),
        (
            Choice(rhythm=Rhythm.DAILY, quiet_from=time(18), quiet_to=time(8)),
            "digest_at",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(session, authority_id, choice, field):
    with pytest.raises(Refusal) as refusal:
        choose(session, authority_id, PersonFactory().id, choice, at=NOON)
    assert refusal.value.field == field
    assert rows(session) == []


def test_what_waits_follows_the_choice(session, authority_id):
    delivery = DeliveryFactory.to(MembershipFactory())
    entry = DigestEntryFactory(delivery=delivery)
    for choice, due in (
        (DAILY, NOON + timedelta(hours=19, minutes=30)),
        (Choice(rhythm=Rhythm.WEEKLY, digest_on=4), NOON + timedelta(days=3, hours=19.5)),
        (QUIET, NOON),
    ):
        choose(session, authority_id, delivery.person_id, choice, at=NOON)
        session.refresh(entry)
        assert entry.due_at == due


@pytest.mark.parametrize(
    ("kept_has", "gone_has", "left"),
    [(None, DAILY, DAILY), (QUIET, DAILY, QUIET), (QUIET, None, QUIET), (None, None, DEFAULT)],
)
def test_a_choice_goes_with_a_merged_person_unless_the_other_chose(
    session, authority_id, kept_has, gone_has, left
):
    kept, gone = MembershipFactory(), MembershipFactory()
    for person_id, choice in ((kept.person_id, kept_has), (gone.person_id, gone_has)):
        if choice:
            choose(session, authority_id, person_id, choice, at=NOON)
    DigestEntryFactory(delivery=DeliveryFactory.to(gone))
    event = PeopleMerged(authority_id, gone.person_id, kept.person_id)
    for _ in range(2):
        follow_merge(session, event, NOON)
        assert choice_of(session, authority_id, kept.person_id) == left
        assert choice_of(session, authority_id, gone.person_id) == DEFAULT
    assert session.scalar(sa.select(DigestEntry.person_id)) == kept.person_id


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("before", "what", "after"),
    [
        (DAILY, DIGEST, Choice(rhythm=Rhythm.WEEKLY)),
        (Choice(rhythm=Rhythm.WEEKLY, digest_on=3), DIGEST, None),
        (DEFAULT, BULLETIN, Choice(bulletin=False)),
        (Choice(bulletin=False), BULLETIN, None),
        (
            Choice(quiet_from=time(18), quiet_to=time(8)),
            DIGEST,
            Choice(Rhythm.WEEKLY, time(8), quiet_from=time(18), quiet_to=time(8)),
        ),
    ],
)
def test_one_click_stops_what_it_says_and_again_nothing(session, authority_id, before, what, after):
    person = PersonFactory()
    choose(session, authority_id, person.id, before, at=NOON)
    for _ in range(2):
        stop(session, authority_id, person.id, what, at=NOON)
        assert choice_of(session, authority_id, person.id) == (after or before)


def test_only_an_address_that_we_signed_stops_anything():
    address = address_to_stop("https://portal.example", "key", 7, DIGEST)
    token = address.rpartition("/")[2]
    assert read_stop("key", token) == Stop(DIGEST, 7)
    for wrong in (
        token.replace("-7-", "-8-"),
        token.replace("digest", "bulletin"),
        token[:-1],
        token.upper(),
        "",
        "digest-7-",
    ):
        assert read_stop("key", wrong) is None
    assert read_stop("other", token) is None


@pytest.fixture
def reader(session, client, sign_in):
    place = MembershipFactory()
    session.commit()
    sign_in(client, place)
    return place


FORM = {"rhythm": "daily", "digest_at": "16:00", "digest_on": "0", "quiet_from": "18:00"}


@pytest.mark.sqlite_only
def test_the_page_keeps_a_choice_and_says_when_the_next_digest_comes(
    session, authority_id, client, reader
):
    DigestEntryFactory(delivery=DeliveryFactory.to(reader))
    session.commit()
    assert "e-mailed to you at once" in client.get("/my/mail").text
    answer = client.post(
        "/my/mail", data={**FORM, "quiet_to": "07:00", "bulletin": "y"}, follow_redirects=True
    )
    assert "We will reach you as you chose." in answer.text
    assert "at 4:00pm, with 1 item so far." in answer.text
    session.rollback()
    assert choice_of(session, authority_id, reader.person_id) == Choice(
        Rhythm.DAILY, time(16), 0, time(18), time(7)
    )


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"quiet_to": ""}, "Choose both times"),
        ({"quiet_to": "07:00", "rhythm": "hourly"}, "Choose how often"),
        ({"quiet_to": "07:00", "digest_at": "19:00"}, "lies in your quiet hours"),
    ],
)
def test_what_cannot_be_is_said_on_the_page(client, reader, changed, sentence):
    answer = client.post("/my/mail", data={**FORM, **changed})
    assert sentence in answer.text
    assert "There is a problem" in answer.text


@pytest.mark.sqlite_only
def test_a_link_in_a_mail_asks_first_and_a_mail_program_does_it_at_once(
    session, authority_id, app, client, settings
):
    person = ReachChoiceFactory(person_id=PersonFactory().id).person_id
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    path = address_to_stop("", settings.signing_key, person, DIGEST)
    assert "Get one digest a week instead" in client.get(path).text
    assert choice_of(session, authority_id, person).rhythm is Rhythm.DAILY
    session.rollback()
    for _ in range(2):
        answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert "You get one digest a week" in answer.text
    assert client.post("/mail/stop/digest-1-" + "a" * 26).status_code == 404
    assert choice_of(session, authority_id, person).rhythm is Rhythm.WEEKLY
