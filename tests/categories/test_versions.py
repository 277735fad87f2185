"""Another list of categories: owners go where their categories went, and it can be followed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from categories.catalogue import current_ids, load_shipped_catalogue, resolve_slugs
from categories.events import CategoriesChanged, OwnersChanged
from categories.models import Category, Cover, GroupDefault, Owner, Part, TrustOwner
from categories.models_versions import DraftState
from categories.versions.applying import apply_draft, apply_due
from categories.versions.drafts import (
    DraftError,
    confirm,
    drop,
    list_of_version,
    put_up,
    say_where,
    versions,
)
from categories.versions.following import follow
from directory.models import Person
from foundation.errors import NotFoundError
from foundation.outbox import OutboxEvent
from notifications.mail.message import PORTAL
from notifications.models_mail import Mail
from notifications.telling.versions import tell_heads
from tests.factories.base import NOON
from tests.factories.categories import (
    CoverFactory,
    GroupDefaultFactory,
    OwnerFactory,
    TrustOwnerFactory,
)
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolFactory,
)
from tests.factories.versions import bring_into_force, changed_list, put_up_list

LATER = NOON + timedelta(hours=1)
PARTS = {"L": Part.LEAD, "S": Part.SHARES, "A": Part.ALSO, "D": Part.DEPUTY}
A, B = "english", "mathematics"


@pytest.fixture
def school(session):
    return SchoolFactory()


def name(session, authority_id, school, text, people):
    """Name owners: ``english=L:ann,D:bob`` parted by spaces; a person in brackets has left."""
    ids = current_ids(session, authority_id)
    for each in text.split():
        slug, _, parts = each.partition("=")
        for part, who in (one.split(":") for one in parts.split(",")):
            person = people.setdefault(who.strip("()"), None) or PersonFactory(name=who.strip("()"))
            if people[who.strip("()")] is None:
                people[who.strip("()")] = person
                MembershipFactory(
                    person=person, school=school, ended_at=NOON if who.startswith("(") else None
                )
            OwnerFactory(school=school, category_id=ids[slug], person=person, part=PARTS[part])


def held(session, slug, school=None):
    """Return who holds which part of a category, as ``name`` writes it."""
    rows = session.execute(
        sa.select(Owner.part, Person.name)
        .join(Owner.person)
        .join(Owner.category)
        .where(Category.slug == slug, Owner.ended_at.is_(None))
        .where(Owner.school_id == school.id if school else sa.true())
        .order_by(Owner.person_id)
    )
    letters = {part: letter for letter, part in PARTS.items()}
    return ",".join(sorted(f"{letters[part]}:{who}" for part, who in rows))


MERGERS = [
    ("one lead of both leads", f"{A}=L:ann {B}=L:ann", "L:ann"),
    ("the first’s leads", f"{A}=L:ann {B}=L:bob", "A:bob,L:ann"),
    ("the second’s, where the first has none", f"{B}=L:bob,D:cat", "D:cat,L:bob"),
    ("the living one", f"{A}=L:(ann) {B}=L:bob", "L:bob"),
    ("a leaver, where there is nobody else", f"{A}=L:(ann)", "L:ann"),
    (
        "sharers share with their lead",
        f"{A}=L:ann,S:cat {B}=L:bob,S:dan",
        "A:bob,A:dan,L:ann,S:cat",
    ),
    ("one deputy", f"{A}=L:ann,D:cat {B}=L:ann,D:dan", "D:cat,L:ann"),
    ("no deputy of oneself", f"{A}=L:ann,D:bob {B}=L:bob", "A:bob,L:ann"),
    ("whoever gets both gets one", f"{A}=A:cat {B}=A:cat", "A:cat"),
    ("a lead there, who gets it here", f"{A}=A:bob {B}=L:bob", "L:bob"),
    ("a sharer here beside a leaver", f"{A}=L:(ann),S:cat {B}=L:bob", "L:bob,S:cat|A:cat,L:bob"),
    ("nobody", "", ""),
]


@pytest.mark.parametrize("into", [A, "words-and-numbers"], ids=["taken in", "a third"])
def test_where_two_become_one_nobody_is_lost(session, authority_id, into):
    schools = {case[0]: SchoolFactory() for case in MERGERS}
    for case, before, _ in MERGERS:
        name(session, authority_id, schools[case], before, {})
    gone = [slug for slug in (A, B) if slug != into]
    listed = changed_list(session, authority_id, gone=gone, new={into: [A, B]})
    bring_into_force(session, authority_id, listed, at=LATER)
    for case, _, after in MERGERS:
        assert held(session, into, schools[case]) in after.split("|"), case
    assert all(held(session, slug) == "" for slug in gone)


def test_whoever_had_what_is_split_has_every_part_and_what_they_confirmed_stays_so(
    session, authority_id, school
):
    name(session, authority_id, school, f"{A}=L:ann,S:bob,D:cat", {})
    owner = session.scalars(sa.select(Owner).where(Owner.part == Part.LEAD)).one()
    owner.confirmed_at = NOON - timedelta(days=300)
    listed = changed_list(session, authority_id, gone=[A], new={"reading": [A], "writing": [A]})
    bring_into_force(session, authority_id, listed, at=LATER)
    for slug in ("reading", "writing"):
        assert held(session, slug) == "D:cat,L:ann,S:bob"
    kept = session.scalars(
        sa.select(Owner).where(Owner.part == Part.LEAD, Owner.ended_at.is_(None))
    ).all()
    assert {row.confirmed_at for row in kept} == {NOON - timedelta(days=300)}
    assert owner.ended_at == LATER


def test_the_owners_of_what_ended_are_history_and_the_others_stay(session, authority_id, school):
    name(session, authority_id, school, f"{A}=L:ann {B}=L:bob", {})
    listed = changed_list(
        session, authority_id, gone=[A], words={B: {"heading": "Sums", "number": 999}}
    )
    bring_into_force(session, authority_id, listed, at=LATER)
    assert (held(session, A), held(session, B)) == ("", "L:bob")
    assert session.scalars(sa.select(Owner.ended_at).order_by(Owner.id)).all() == [LATER, None]


@pytest.mark.parametrize(
    ("leads", "covered"), [((1, 1), True), ((0, 1), True), ((1, 2), False)], ids=str
)
def test_a_cover_goes_along_with_the_lead_whom_it_covers(
    session, authority_id, school, leads, covered
):
    """B is taken into A: its cover counts for the merged one only if its lead leads that."""
    people = [MembershipFactory(school=school).person for _ in range(3)]
    ids = current_ids(session, authority_id)
    for slug, number in zip((A, B), leads, strict=True):
        if number:
            OwnerFactory(school=school, category_id=ids[slug], person=people[number])
    days = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 24)}
    CoverFactory(school_id=school.id, category_id=ids[B], person=people[0], **days)
    listed = changed_list(session, authority_id, gone=[B], new={A: [B]})
    bring_into_force(session, authority_id, listed, at=LATER)
    found = session.scalars(
        sa.select(Cover.category_id).where(Cover.ended_at.is_(None)).order_by(Cover.id)
    ).all()
    assert found == ([ids[A]] if covered else [])


def test_owners_of_trusts_and_defaults_of_groups_go_along(session, authority_id, school):
    trust, person = OrganisationFactory(kind="trust"), PersonFactory()
    ids = current_ids(session, authority_id)
    for slug in (A, B):
        TrustOwnerFactory(trust_id=trust.id, category_id=ids[slug], person=person)
    GroupDefaultFactory(school_id=school.id, group="old", person=person)
    groups = sa.select(GroupDefault.group).where(GroupDefault.ended_at.is_(None))
    moved = {"old-a": [], "old-b": []}
    for hours, group in ((1, "old"), (2, "young")):
        words = {"group": group, "group_heading": group.capitalize()}
        listed = changed_list(session, authority_id, gone=[A, B], new={"both": [B, A], **moved})
        listed = [
            replace(each, entry=replace(each.entry, **words)) if each.slug in moved else each
            for each in listed
        ]
        bring_into_force(session, authority_id, listed, at=NOON + timedelta(hours=hours))
        assert session.scalars(groups).all() == [group]
    both = current_ids(session, authority_id)["both"]
    current = sa.select(TrustOwner.category_id).where(TrustOwner.ended_at.is_(None))
    assert session.scalars(current).all() == [both]


def test_it_costs_the_same_statements_for_few_schools_and_many(session, authority_id, statements):
    counts = []
    for size in (2, 12):
        for _ in range(size):
            name(session, authority_id, SchoolFactory(), f"{A}=L:ann{len(counts)} {B}=L:bob", {})
        at = NOON + timedelta(days=size)
        new = {f"both-{size}": [A, B], A: [], B: []}
        draft = put_up_list(
            session, authority_id, changed_list(session, authority_id, new=new), at=at
        )
        confirm(session, draft, valid_from=None, by=None, at=at)
        session.flush()
        session.expire_all()
        statements.clear()
        assert apply_draft(session, draft.id, at=at)
        counts.append(len(statements))
    assert counts[0] == counts[1] < 30


@pytest.mark.sqlite_only
def test_only_schools_where_something_in_use_got_other_owners_are_rerouted(
    session, authority_id, school
):
    other = SchoolFactory()
    name(session, authority_id, school, f"{A}=L:ann {B}=L:bob", {})
    name(session, authority_id, other, f"{B}=L:cat", {})
    listed = changed_list(session, authority_id, gone=[B], new={A: [B], "new": []})
    bring_into_force(session, authority_id, listed, at=LATER)
    ids = current_ids(session, authority_id)
    found = session.scalars(
        sa.select(OutboxEvent.payload).where(OutboxEvent.name == OwnersChanged.__name__)
    ).all()
    # at the first school somebody gets it as well now, at the second somebody leads it
    assert [(event["school_id"], event["category_ids"]) for event in found] == [
        (school.id, [ids[A]]),
        (other.id, [ids[A]]),
    ]


@pytest.mark.sqlite_only
def test_slugs_of_before_lead_to_the_categories_of_today(session, authority_id):
    steps = [
        {"gone": [A], "new": {"reading": [A], "writing": [A]}},
        {"gone": ["reading", B], "new": {"both": ["reading", B]}},
        {"gone": ["writing", "catering"]},
    ]
    for hours, step in enumerate(steps, start=1):
        listed = changed_list(session, authority_id, **step)
        bring_into_force(session, authority_id, listed, at=NOON + timedelta(hours=hours))
    ids = current_ids(session, authority_id)
    cases = {
        (A,): ["both"],
        (B,): ["both"],
        (A, B): ["both"],
        ("catering",): [],
        ("science", A): ["science", "both"],
        ("no-such",): [],
        (): [],
    }
    for slugs, today in cases.items():
        assert resolve_slugs(session, authority_id, slugs) == [ids[slug] for slug in today]
    found = follow(session, authority_id, ["catering", A, "no-such", "science"])
    assert found.became["catering"] == ()
    assert found.ended["catering"].ended_at == NOON + timedelta(hours=3)
    assert [each.slug for each in found.became[A]] == ["both"]
    assert found.unknown == ("no-such",)


@pytest.mark.sqlite_only
def test_the_list_of_before_brings_owners_back(session, authority_id, school):
    name(session, authority_id, school, f"{A}=L:ann {B}=L:ann", {})
    merged = changed_list(session, authority_id, gone=[A, B], new={"both": [A, B]})
    bring_into_force(session, authority_id, merged, at=LATER)
    again = list_of_version(session, authority_id, 1)
    bring_into_force(session, authority_id, again, at=LATER + timedelta(hours=1))
    assert (held(session, A), held(session, B), held(session, "both")) == ("L:ann", "L:ann", "")
    assert [row.version for row in versions(session, authority_id)] == [3, 2, 1]
    with pytest.raises(NotFoundError):
        list_of_version(session, authority_id, 9)


@pytest.mark.sqlite_only
def test_a_list_waits_for_its_day_and_is_applied_once(session, database, authority_id):
    draft = put_up_list(
        session, authority_id, changed_list(session, authority_id, gone=[A]), at=NOON
    )
    confirm(session, draft, valid_from=date(2026, 12, 1), by=None, at=NOON)
    session.commit()
    applied = [apply_due(database, at=NOON + timedelta(days=days)) for days in (1, 8, 9)]
    assert applied == [0, 1, 0]
    session.expire_all()
    assert draft.state is DraftState.APPLIED
    assert A not in current_ids(session, authority_id)
    event = session.scalars(
        sa.select(OutboxEvent.payload).where(OutboxEvent.name == CategoriesChanged.__name__)
    ).one()
    assert event["authority_id"] == authority_id


@pytest.mark.sqlite_only
def test_a_list_that_was_compared_with_another_is_refused(session, authority_id):
    listed = changed_list(session, authority_id, gone=[A])
    first, second = (put_up_list(session, authority_id, listed, at=NOON) for _ in range(2))
    for draft in (first, second):
        confirm(session, draft, valid_from=None, by=None, at=NOON)
    assert apply_draft(session, first.id, at=LATER)
    assert not apply_draft(session, second.id, at=LATER)
    assert second.state is DraftState.REFUSED
    with pytest.raises(DraftError):
        confirm(session, second, valid_from=None, by=None, at=LATER)


@pytest.mark.sqlite_only
def test_what_cannot_be_done_with_a_list_is_said(session, authority_id):
    same = changed_list(session, authority_id)
    with pytest.raises(DraftError, match="nothing would change"):
        put_up(session, authority_id, same, file_name="x", by=None, at=NOON)
    draft = put_up_list(
        session, authority_id, changed_list(session, authority_id, gone=[A]), at=NOON
    )
    with pytest.raises(DraftError, match="today or later"):
        confirm(session, draft, valid_from=date(2026, 11, 1), by=None, at=NOON)
    for old, new in ((A, ["no-such"]), ("no-such", [B])):
        with pytest.raises(NotFoundError):
            say_where(session, draft, old=old, new=new, by=None, at=NOON)
    say_where(session, draft, old=A, new=[B], by=None, at=NOON)
    assert {"slug": B, "from": [A]}.items() <= next(
        each for each in draft.entries if each["slug"] == B
    ).items()
    drop(session, draft, by=None, at=NOON)
    with pytest.raises(DraftError, match="settled already"):
        say_where(session, draft, old=A, new=[], by=None, at=NOON)
    assert not apply_draft(session, draft.id, at=NOON)


def test_each_head_is_told_once_what_changed_at_their_school(session, authority_id):
    head = HeadFactory(person__email="head@one.example")
    name(session, authority_id, head.school, f"{A}=L:ann {B}=L:bob catering=L:ann", {})
    SchoolFactory(email="office@two.example")
    SchoolFactory(email="")  # nobody to tell
    SchoolFactory(email="office@shut.example", status="closed")
    listed = changed_list(
        session,
        authority_id,
        gone=[A, "catering"],
        new={"reading": [A], "writing": [A], "gliding": []},
        words={B: {"heading": "Sums"}, "science": {"number": 998}},
    )
    bring_into_force(session, authority_id, listed, at=LATER)
    event = session.scalars(
        sa.select(OutboxEvent.payload).where(OutboxEvent.name == CategoriesChanged.__name__)
    ).one()
    tell_heads(session, CategoriesChanged(**event), LATER)
    mails = {mail.address: mail.text for mail in session.scalars(sa.select(Mail))}
    assert set(mails) == {"head@one.example", "office@two.example"}
    assert "New: “Gliding”" in mails["office@two.example"]
    assert "Reading" not in mails["office@two.example"]
    one = mails["head@one.example"]
    assert "“English and literacy” is “Reading” and “Writing” now." in one
    assert "“Mathematics” is called “Sums” now." in one
    assert "has ended" in one
    assert one.count("\n\n") == 6
    assert one.endswith(f"\n\n{PORTAL}/school/owners")


@pytest.mark.sqlite_only
def test_the_shipped_list_again_makes_no_version(session, authority_id):
    assert load_shipped_catalogue(session, authority_id, at=LATER) == 1
