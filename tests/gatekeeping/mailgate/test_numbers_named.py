from datetime import date, datetime

import pytest

from directory.mail_directory.reached import Correspondent
from foundation.clock import LOCAL
from gatekeeping.mailgate.rule.numbers_named import find_numbers, numbers_in
from gatekeeping.models import Interest, Stake, State
from gatekeeping.registry.numbers import check_character
from tests.factories.base import NOON, authority_id
from tests.factories.directory import GatekeeperFactory, OfficerFactory, SchoolFactory, TeamFactory
from tests.factories.gatekeeping import make_decision, make_submission, make_version, number

GOOD = "888-2627-D-00417-" + check_character("888", "2627", "D", 417)
WRONG = GOOD[:-1] + ("A" if GOOD[-1] != "A" else "B")


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("subject", "headers", "texts"),
    [
        (f"Instruments ({GOOD})", (), [GOOD]),
        (f"Instruments [{GOOD.lower()} v2]", (), [f"{GOOD} v2"]),
        (f"{GOOD.replace('-', '')} instruments", (), [GOOD]),
        (f"Number {GOOD.replace('-', ' ')}: instruments", (), [GOOD]),
        (f"Number {GOOD.replace('-', '–')}.", (), [GOOD]),
        (f"{GOOD}V3", (), [f"{GOOD} v3"]),
        (f"{GOOD} and {GOOD}", (GOOD,), [GOOD]),
        ("Instruments", (f" {GOOD} ",), [GOOD]),
        ("Instruments", ("none of that",), ["none of that"]),
        ("Instruments", ("",), []),
        (f"{WRONG}", (), [WRONG]),
        ("888-2627-D-0O417-X for you", (), ["888-2627-D-0O417-X"]),
        ("888-2627-D-417-X", (), ["888-2627-D-417-X"]),
        ("Call 01772 888262 in the 2026-27 year, room D-12-X", (), []),
        (f"a{GOOD}", (), []),
        (f"{GOOD}5", (), []),
        ("8" * 5000, ("8" * 5000,), ["8" * 40]),
        (" ".join(f"888-2627-D-{n:05d}-X" for n in range(50)), (), None),
    ],
)
def test_numbers_are_found_where_people_write_them(subject, headers, texts):
    found = [named.text for named in numbers_in(subject, headers)]
    assert len(found) == 5 if texts is None else found == texts


def faults(session, text: str, sender: Correspondent, schools, *, at: datetime = NOON) -> list[str]:
    session.flush()
    named = numbers_in(text, ())
    urns = frozenset(school.urn for school in schools)
    found = find_numbers(session, authority_id(), named, sender=sender, urns=urns, at=at)
    return [each.fault for each in found]


def writer(place) -> Correspondent:
    team = place.team.name if place.team else ""
    return Correspondent(place.person.email, place.person_id, place.team_id, team)


NOBODY = Correspondent("jo@council.example")


def test_a_number_covers_its_owners_message_to_its_schools(session, statements):
    schools = [SchoolFactory() for _ in range(3)]
    author = OfficerFactory()
    live = make_submission(
        State.LIVE, author=author, document={"audience": {"urns": [one.urn for one in schools]}}
    )
    session.flush()
    statements.clear()
    assert faults(session, f"Re: {live.number}", writer(author), schools) == [""]
    assert len(statements) <= 3
    assert faults(session, f"{live.number} v1", writer(author), schools) == [""]
    assert faults(session, f"{WRONG} {live.number}", writer(author), schools)[1] == ""
    other = [*schools, SchoolFactory(), SchoolFactory()]
    told = faults(session, live.number, writer(author), other)
    assert told == ["It does not cover 2 of these 5 schools."]


STANDINGS = [
    (State.APPROVED, ""),
    (State.SCHEDULED, ""),
    (State.LIVE, ""),
    (State.CLOSED, ""),
    (State.EMERGENCY_RELEASED, ""),
    (State.RATIFIED, ""),
    (State.TRIAGE, "The gate has not approved this yet"),
    (State.APPROVED_COND, "The gate has not approved this yet"),
    (State.REFUSED, "This was not approved."),
    (State.MERGED, "This was joined"),
    (State.SUSPENDED, "Its approval is suspended"),
    (State.NOT_RATIFIED, "It went out as an emergency"),
    (State.EXPIRED, "It ran out on"),
]


@pytest.mark.sqlite_only
def test_only_a_number_that_stands_covers_anything(session):
    author, school = OfficerFactory(), SchoolFactory()
    for state, told in STANDINGS:
        one = make_submission(state, author=author, expires_on=date(2027, 3, 3))
        (fault,) = faults(session, one.number, writer(author), [school])
        assert fault.startswith(told), state
        assert bool(fault) is bool(told), state


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("at", "fault"),
    [
        (datetime(2027, 3, 3, 23, 59, tzinfo=LOCAL), ""),
        (datetime(2027, 3, 4, 0, 0, tzinfo=LOCAL), "It ran out on 3 March 2027."),
    ],
)
def test_a_number_is_good_to_the_end_of_its_last_day(session, at, fault):
    author = OfficerFactory()
    live = make_submission(State.LIVE, author=author, expires_on=date(2027, 3, 3))
    assert faults(session, live.number, writer(author), [SchoolFactory()], at=at) == [fault]


@pytest.mark.sqlite_only
def test_a_number_is_its_authors_and_their_teams(session):
    team = TeamFactory(name="Music")
    author, school = OfficerFactory(team=team), SchoolFactory()
    live = make_submission(State.LIVE, author=author)
    helper, stranger, also = OfficerFactory(), OfficerFactory(), OfficerFactory()
    gatekeeper = OfficerFactory()
    OfficerFactory(person=also.person, team=team)
    OfficerFactory(person=stranger.person, team=team, ended_at=NOON)
    own = {"authority_id": authority_id(), "submission_id": live.id, "at": NOON}
    session.add(Interest(**own, person_id=helper.person_id, why=Stake.DRAFTED))
    session.add(Interest(**own, person_id=gatekeeper.person_id, why=Stake.ANSWERED))
    cases = {
        writer(author): "",
        writer(OfficerFactory(team=team)): "",
        Correspondent("music@council.example", None, None, "MUSIC"): "",
        writer(helper): "",
        writer(also): "",
        writer(gatekeeper): "It belongs to another team.",
        writer(stranger): "It belongs to another team.",
        NOBODY: "It belongs to another team.",
        Correspondent("author@home.example", author.person_id): "",
    }
    for who, fault in cases.items():
        assert faults(session, live.number, who, [school]) == [fault], who
    alone = make_submission(State.LIVE, author=OfficerFactory(team=None))
    assert faults(session, alone.number, NOBODY, [school]) == ["It belongs to another team."]


@pytest.mark.sqlite_only
def test_a_number_that_is_mistyped_or_strange_says_so(session):
    author, school = OfficerFactory(), SchoolFactory()
    make_submission(State.LIVE, author=author)
    foreign = "889-2627-D-00417-" + check_character("889", "2627", "D", 417)
    cases = {
        WRONG: "Its last letter does not fit",
        "888-2627-D-0O417-X": "It is not formed as a number",
        foreign: "It is a number of another authority.",
        number("R"): "The register does not hold it.",
    }
    for text, told in cases.items():
        (fault,) = faults(session, text, writer(author), [school])
        assert fault.startswith(told), text


@pytest.mark.sqlite_only
def test_an_older_version_counts_while_the_newer_asks_no_more(session):
    author, gatekeeper, school = OfficerFactory(), GatekeeperFactory(), SchoolFactory()
    live = make_submission(State.LIVE, author=author)
    make_decision(live, gatekeeper)
    live.version = 2
    make_version(live, changes=[{"says": "A date", "weight": "less"}])
    assert faults(session, f"{live.number} v1", writer(author), [school]) == [""]
    live.version = 3
    make_version(live, changes=[{"says": "A question", "weight": "more"}])
    told = ["Version 1 is not the approved one. That is version 3."]
    assert faults(session, f"{live.number} v1", writer(author), [school]) == told
    assert faults(session, f"{live.number} v4", writer(author), [school])[0].startswith("Version 4")
    assert faults(session, live.number, writer(author), [school]) == [""]
