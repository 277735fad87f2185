import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.mail_directory.book import Book, Correspondent, read_book, read_page
from directory.mail_directory.circles import in_circles
from directory.mail_directory.gathering import Line
from directory.mail_directory.spelling import spell, without_tag
from directory.models import OrganisationKind, Role, SchoolStatus
from directory.models_mail import MailEntry, MailEntryKind
from directory.models_updates import LinkKind, SchoolLink
from tests.factories.base import NOON, authority_id, current
from tests.factories.directory import (
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolFactory,
    TeamFactory,
)

K = MailEntryKind
ANYBODYS = "gmail.com"  # where anybody has a mailbox, schools or not


def line(kind: K, *urns: int, members: tuple[str, ...] = (), team: str = "", is_closed=False):
    return Line(kind, frozenset(urns), members, team, is_closed)


BOOK = Book(
    lines={
        "office@one.example": line(K.MAILBOX, 1),
        "head@one.example": line(K.MAILBOX, 1),
        "old@one.example": line(K.MAILBOX, 1, is_closed=True),
        "office@gone.example": line(K.MAILBOX, 9),
        "both@federation.example": line(K.FEDERATION, 2, 3),
        "central@trust.example": line(K.TRUST, 4, 5, 9),
        "town.example": line(K.DOMAIN, 6),
        "lower.town.example": line(K.DOMAIN, 7),
        "xn--schule-bcher-klb.example": line(K.DOMAIN, 8),
        "all@lists.example": line(
            K.LIST, 30, members=("office@one.example", "some@lists.example", "x@elsewhere.example")
        ),
        "some@lists.example": line(
            K.LIST, members=("both@federation.example", "all@lists.example", "@town.example")
        ),
        "dead@lists.example": line(K.LIST, members=("office@one.example",), is_closed=True),
        "with-dead@lists.example": line(K.LIST, members=("dead@lists.example", "a@town.example")),
        "jo@council.example": line(K.OFFICER, team="Music"),
        "sure@council.example": line(K.MAILBOX, 1),
        "police.example": line(K.PARTNER, team="Police"),
    },
    schools={
        "ann@one.example": frozenset({1}),
        "two@hats.example": frozenset({1, 2}),
        "gov@council.example": frozenset({3}),
        "shared+box@one.example": frozenset({5}),
    },
    own={"gov@council.example": Correspondent("gov@council.example", 70, 7, "Finance")},
    people={"ann@one.example": 71, "gov@council.example": 70},
    teams={"music": 5},
    domains={"plain.example": 11},
    shut=frozenset({9}),
)


@pytest.mark.parametrize(
    ("address", "urns", "closed"),
    [
        ("office@one.example", {1}, set()),
        ("OFFICE@One.Example", {1}, set()),
        (" <office@one.example.> ", {1}, set()),
        ("@relay.example,@b.example:office@one.example", {1}, set()),
        ('"office"@one.example', {1}, set()),
        ('"of\\fice"@one.example', {1}, set()),
        ("office+menus@one.example", {1}, set()),
        ("office%one.example@elsewhere.example", {1}, set()),
        ("one.example!office@council.example", {1}, set()),
        ('"office@one.example"@council.example', {1}, set()),
        ("half%measures@council.example", set(), set()),
        ("shared+box@one.example", {5}, set()),  # an address with a plus of its own
        ("old@one.example", set(), {1}),
        ("office@gone.example", set(), {9}),
        ("both@federation.example", {2, 3}, set()),
        ("central@trust.example", {4, 5}, {9}),
        ("anybody@town.example", {6}, set()),
        ("anybody@mail.town.example", {6}, set()),
        ("anybody@lower.town.example", {7}, set()),
        ("anybody@a.b.lower.town.example", {7}, set()),
        ("anybody@notthattown.example", set(), set()),
        ("a@schule-bücher.example", {8}, set()),
        ("a@SCHULE-BÜCHER.example", {8}, set()),
        ("a@xn--schule-bcher-klb.example", {8}, set()),
        ("all@lists.example", {1, 2, 3, 6, 30}, set()),  # a list in a list, and round again
        ("some@lists.example", {1, 2, 3, 6, 30}, set()),
        ("dead@lists.example", set(), {1}),
        ("with-dead@lists.example", {6}, {1}),
        ("ann@one.example", {1}, set()),
        ("two@hats.example", {1, 2}, set()),
        ("gov@council.example", set(), set()),  # works for the authority, though a governor
        ("jo@council.example", set(), set()),
        ("sure@council.example", {1}, set()),  # what is entered for the address itself comes first
        ("anybody@police.example", set(), set()),
        ("anybody@plain.example", {11}, set()),
        ("anybody@sub.plain.example", set(), set()),
        ("somebody@elsewhere.example", set(), set()),
        *((strange, set(), set()) for strange in ("", "@", "a@", "@town", "postmaster", "<>")),
        ("@town.example", {6}, set()),
        ('"a b@c"@town.example', {6}, set()),
        ("a@b@town.example", {6}, set()),
        ("ü" * 3000, set(), set()),
        ("a@" + "b." * 3000, set(), set()),
        ("a@" + "é" * 300 + ".example", set(), set()),
        ("\x00\udcff@\udcff.example", set(), set()),
    ],
)
def test_an_address_stands_for_its_schools(address, urns, closed):
    found = BOOK.reach([address])
    assert (found.urns, found.closed) == (urns, closed)
    assert found.by_address == ({address: tuple(sorted(urns))} if urns else {})
    assert found.others == (0 if urns or closed else 1)
    assert BOOK.schools_of(address) == urns


def test_a_school_counts_once_and_not_as_closed_where_another_mailbox_is_read():
    found = BOOK.reach(
        ["office@one.example", "head@one.example", "old@one.example", "x@elsewhere.example"] * 2
    )
    assert (found.urns, found.closed, found.others) == ({1}, set(), 1)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("jo@council.example", Correspondent("jo@council.example", None, 5, "Music")),
        ("Jo+news@Council.example", Correspondent("jo@council.example", None, 5, "Music")),
        ("gov@council.example", Correspondent("gov@council.example", 70, 7, "Finance")),
        ("pc@police.example", Correspondent("pc@police.example", None, None, "Police")),
        ("ann@one.example", Correspondent("ann@one.example", 71)),
        ("who+x@nowhere.example", Correspondent("who@nowhere.example")),
        ("", Correspondent("")),
    ],
)
def test_who_writes_is_known_with_their_team(address, expected):
    assert BOOK.correspondent(address) == expected


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("office@one.example", True),
        ("office@gone.example", True),
        ("x@town.example", True),
        ("@town.example", True),
        ("all@lists.example", False),
        ("jo@council.example", False),
        ("gov@council.example", False),
        ("x@elsewhere.example", False),
    ],
)
def test_whether_a_school_writes(address, answer):
    assert BOOK.is_of_school(address) is answer


@pytest.mark.parametrize(
    ("lists", "circled"),
    [
        ({"a": ["b"], "b": ["a"], "c": ["a"], "d": ["x"]}, ["a", "b"]),
        ({"a": ["a"]}, ["a"]),
        ({"a": ["b", "c"], "b": ["c"], "c": ["x@y"]}, []),
        ({}, []),
    ],
)
def test_lists_that_name_themselves_are_found(lists, circled):
    assert in_circles(lists) == circled


def test_spelling_never_fails_and_is_stable():
    for text in ("A@B.example", '"x y"@z.example', "@a:b@c.example", "\\@", '"@x', "a+@b", "+a@b"):
        assert spell(spell(text)) == spell(text)
        without_tag(spell(text))


@given(st.text() | st.from_regex(r"[\x00-\xff]{0,9}@?[\x00-\xff]{0,9}"))
@settings(max_examples=150, deadline=None)
def test_any_text_is_looked_up_without_an_exception(text):
    BOOK.reach([text])
    BOOK.correspondent(text)
    BOOK.is_of_school(text)
    BOOK.is_ours(text)


def put(address: str, kind: K, *urns: int, **values) -> None:
    values = {"members": [], "imported_at": NOON} | values
    own = {"authority_id": authority_id(), "address": address, "kind": kind, "urns": list(urns)}
    current["session"].add(MailEntry(**own, **values))


def test_the_book_is_read_from_entries_schools_and_people(session, statements):
    one, two = SchoolFactory(email="office@one.example"), SchoolFactory(email="")
    shut = SchoolFactory(email="office@shut.example", status=SchoolStatus.CLOSED)
    ann = MembershipFactory(school=one, person__email="ann@one.example", mailbox="hr@one.example")
    MembershipFactory(school=two, person=ann.person, role=Role.PANEL)
    MembershipFactory(school=two, person__email="left@two.example", ended_at=NOON)
    MembershipFactory(school=two, person__email="gov@firm.example", role=Role.GOVERNOR)
    MembershipFactory(school=two, person__email=f"ben@{ANYBODYS}")
    PersonFactory(email="ann.before@old.example", merged_into_id=ann.person_id)
    boss = OfficerFactory(person__email="boss@council.example", team=TeamFactory(name="Music"))
    MembershipFactory(school=two, person=boss.person, role=Role.GOVERNOR)
    MembershipFactory(school=two, person__email="clerk@council.example", role=Role.CLERK)
    trust = OrganisationFactory(kind=OrganisationKind.TRUST)
    lead = OfficerFactory(role=Role.TRUST, organisation_id=trust.id, team=None)
    put("unknown@four.example", K.MAILBOX, 4)
    put("dead@five.example", K.MAILBOX, 5, is_closed=True)
    put("all@trust.example", K.TRUST, 4, 5, shut.urn)
    put("jo@council.example", K.OFFICER, team="music")
    session.flush()
    statements.clear()
    book = read_book(session, authority_id())
    assert len(statements) == 6

    def urns(address: str) -> tuple[int, ...]:
        return book.reach([address]).by_address.get(address, ())

    assert urns("ann@one.example") == urns("ann.before@old.example") == (one.urn,)
    assert urns("hr@one.example") == urns("office@one.example") == (one.urn,)
    assert urns("whoever@one.example") == (one.urn,)  # all that is known there is this school's
    assert urns("left@two.example") == urns("other@firm.example") == urns(f"other@{ANYBODYS}") == ()
    assert urns("gov@firm.example") == urns(f"ben@{ANYBODYS}") == (two.urn,)
    assert urns("boss@council.example") == urns("other@council.example") == ()
    assert urns("clerk@council.example") == (two.urn,)
    assert urns(lead.person.email) == ()
    assert book.reach(["office@shut.example"]).closed == {shut.urn}
    assert urns("all@trust.example") == (4,)  # nobody reads the mail of 5, which is not on record
    assert urns("unknown@four.example") == (4,)
    known = Correspondent("boss@council.example", boss.person_id, boss.team_id, "Music")
    assert book.correspondent("boss@council.example") == known
    named = Correspondent("jo@council.example", None, boss.team_id, "music")
    assert book.correspondent("jo@council.example") == named


NEAR_AND_FAR = (
    *("office@one.example", "Head+x@One.example", "other@one.example", "gov@firm.example"),
    *("dead@five.example", "new@five.example", "all@trust.example", "jo@council.example"),
    *("boss@council.example", "x@council.example", "x@deep.town.example", "x@town.example"),
    *("all@lists.example", "x@lists.example", "pupil%one.example@relay.example", "nobody", ""),
)


def test_one_page_of_the_book_says_of_its_address_what_the_book_says(session, statements):
    one = SchoolFactory(email="office@one.example")
    MembershipFactory(school=one, person__email="gov@firm.example", role=Role.GOVERNOR)
    OfficerFactory(person__email="boss@council.example")
    put("head@one.example", K.MAILBOX, one.urn)
    put("hr@one.example", K.MAILBOX, one.urn)
    put("dead@five.example", K.MAILBOX, 5, is_closed=True)
    put("live@elsewhere.example", K.MAILBOX, 5)
    put("all@trust.example", K.TRUST, one.urn, 5)
    put("town.example", K.DOMAIN, one.urn)
    put("jo@council.example", K.OFFICER, team="Music")
    put("all@lists.example", K.LIST, members=["x@town.example", "dead@five.example"])
    session.flush()
    book = read_book(session, authority_id())
    for address in NEAR_AND_FAR:
        statements.clear()
        page = read_page(session, authority_id(), address)
        assert len(statements) <= 7
        assert page.reach([address]) == book.reach([address])
        assert page.correspondent(address) == book.correspondent(address)
        assert page.is_ours(address) == book.is_ours(address)


def test_mail_of_a_closed_school_is_its_successors(session):
    closed = {"status": SchoolStatus.CLOSED}
    first, second, alone = (
        SchoolFactory(email=email, **closed)
        for email in ("office@hill.example", "head@hill.example", "office@alone.example")
    )
    academy = SchoolFactory(email="info@hill.example")
    for urn, after in ((first, second), (second, academy), (second, first)):
        kind = LinkKind.SUCCESSOR
        own = authority_id()
        session.add(SchoolLink(authority_id=own, urn=urn.urn, link_urn=after.urn, kind=kind))
    put("old@elsewhere.example", K.MAILBOX, first.urn)
    session.flush()
    book = read_book(session, authority_id())
    for address in ("office@hill.example", "anybody@hill.example", "old@elsewhere.example"):
        assert book.schools_of(address) == {academy.urn}
    found = book.reach(["office@alone.example", "head@hill.example"])
    assert (found.urns, found.closed) == ({academy.urn}, {alone.urn})
