"""The list of who owns what: who else has a part, and whom each category reaches today and why."""

import re

import pytest
import sqlalchemy as sa

from categories.models import Category, Part
from directory.models import OrganisationKind, Role
from tests.factories.base import NOON
from tests.factories.categories import GroupDefaultFactory, OwnerFactory, TrustOwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def head(session):
    trust = OrganisationFactory(kind=OrganisationKind.TRUST)
    return HeadFactory(person__name="Priya Head", school__trust_id=trust.id)


def colleague(head, name, **facts):
    return MembershipFactory(school=head.school, person__name=name, **facts)


def category(session, slug):
    return session.scalars(sa.select(Category).where(Category.slug == slug)).one()


def row(client, slug):
    page = client.get("/school/owners").text
    found = re.search(rf'id="{slug}">(.*?)</li>', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1]))


def test_everybody_with_a_part_is_named_and_who_left_is_not(session, client, sign_in, head):
    budget = category(session, "budget")
    parts = [
        (Part.LEAD, "Lea Lead"),
        (Part.SHARES, "Sam Share"),
        (Part.SHARES, "Ann Share"),
        (Part.ALSO, "Al Also"),
        (Part.DEPUTY, "Di Deputy"),
    ]
    for part, name in parts:
        place = colleague(head, name)
        OwnerFactory(category=budget, school=head.school, person=place.person, part=part)
    gone = colleague(head, "Gone Too", ended_at=NOON)
    OwnerFactory(category=budget, school=head.school, person=gone.person, part=Part.ALSO)
    session.commit()
    sign_in(client, head)
    said = row(client, "budget")
    for words in ("Lea Lead", "Shared by Ann Share and Sam Share", "Also to Al Also"):
        assert words in said
    assert "Deputy: Di Deputy" in said
    assert "Gone Too" not in said


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("insurance", "Nobody set Goes to Gail Group, named for the whole group."),
        ("grants", "Nobody set Goes to Tess Trust, named by your trust. You may name your own."),
        ("governing-body", "Nobody set Goes to Clara Clerk, in their role at the school."),
        ("complaints", "Nobody set Goes to you."),
        ("purchasing", "Left Lars Left can no longer sign in here Goes to Di Deputy, the deputy."),
    ],
)
def test_where_nobody_leads_it_says_who_gets_it_and_why(
    session, client, sign_in, head, slug, words
):
    group, trust = colleague(head, "Gail Group"), colleague(head, "Tess Trust")
    colleague(head, "Clara Clerk", role=Role.CLERK)
    GroupDefaultFactory(school_id=head.school_id, group="finance", person=group.person)
    grants, purchasing = category(session, "grants"), category(session, "purchasing")
    TrustOwnerFactory(trust_id=head.school.trust_id, category=grants, person=trust.person)
    left = colleague(head, "Lars Left", ended_at=NOON)
    OwnerFactory(category=purchasing, school=head.school, person=left.person)
    deputy = colleague(head, "Di Deputy").person
    OwnerFactory(category=purchasing, school=head.school, person=deputy, part=Part.DEPUTY)
    session.commit()
    sign_in(client, head)
    assert words in row(client, slug)


def test_the_inbox_of_whoever_may_choose_leads_to_what_is_open(session, client, sign_in, head):
    helper, teacher = colleague(head, "Hal", manages_owners=True), colleague(head, "Tea")
    session.commit()
    for place, count in ((head, 1), (helper, 1), (teacher, 0)):
        sign_in(client, place)
        assert client.get("/inbox").text.count("<strong>85 categories</strong>") == count
