"""Claims last working hours; of two who come at once one has it."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from directory.models import Person
from gatekeeping.deciding.leases import HeldError, claim
from gatekeeping.models import ProtocolEdition, State, Submission, Track
from tests.factories.base import NOON, authority_id
from tests.factories.directory import GatekeeperFactory
from tests.factories.gatekeeping import make_submission

LONDON = ZoneInfo("Europe/London")


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("at", "until", "track"),
    [
        ("2026-11-23 12:00", "2026-11-23 14:00", Track.STANDARD),
        ("2026-11-23 16:30", "2026-11-24 10:30", Track.STANDARD),
        ("2026-11-27 16:30", "2026-11-30 10:30", Track.LIGHT),  # over a weekend
        ("2026-12-24 16:00", "2026-12-29 10:00", Track.HIGH),  # over Christmas
        ("2026-11-28 11:00", "2026-11-30 11:00", Track.STANDARD),  # claimed on a Saturday
        ("2026-11-28 23:00", "2026-11-29 01:00", Track.EMERGENCY),  # the clock's hours
    ],
)
def test_a_claim_lasts_two_working_hours(session, at, until, track):
    submission = make_submission(track=track)
    claim(session, submission, by=GatekeeperFactory().person, at=moment(at))
    assert submission.claimed_until == moment(until)
    assert submission.state is State.IN_REVIEW


@pytest.mark.sqlite_only
def test_the_protocol_says_how_long(session):
    gatekeeper = GatekeeperFactory()
    session.add(
        ProtocolEdition(
            authority_id=authority_id(),
            version=1,
            values={"lease_hours": 4},
            texts={},
            by_id=gatekeeper.person_id,
            at=NOON,
            why="Long papers",
        )
    )
    submission = make_submission()
    claim(session, submission, by=gatekeeper.person, at=NOON)
    assert submission.claimed_until == NOON + timedelta(hours=4)


@pytest.mark.postgresql_only
def test_of_two_who_claim_at_once_one_has_it(database, session):
    people = [GatekeeperFactory().person_id for _ in range(2)]
    key, authority = make_submission().id, authority_id()
    session.commit()
    start, refused = threading.Barrier(2), []

    def take(person_id):
        start.wait()
        try:
            with database.transaction(authority=authority) as own:
                by = own.get_one(Person, person_id)
                claim(own, own.get_one(Submission, key), by=by, at=NOON)
        except HeldError as refusal:
            refused.append(str(refusal))

    both = [threading.Thread(target=take, args=(person,)) for person in people]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(refused) == 1
    assert "holds this until 23 November 2026 at 2:00pm" in refused[0]
