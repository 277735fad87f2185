"""A person's own page also names what comes to them although nobody chose them for it."""

import re

import pytest
import sqlalchemy as sa

from categories.models import Category
from directory.models import Role
from tests.factories.directory import HeadFactory, MembershipFactory

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


def shown(client):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/school/owners/mine").text))


@pytest.mark.parametrize("role", [Role.CLERK, Role.GOVERNOR, Role.EARLY_YEARS])
def test_what_falls_to_a_role_is_on_that_persons_page(
    session, client, sign_in, head, authority_id, role
):
    english, *others = session.scalars(
        sa.select(Category).where(Category.authority_id == authority_id).order_by(Category.number)
    ).all()
    for each in others:
        each.falls_to = []
    english.falls_to = [role.value]
    place = MembershipFactory(school=head.school, role=role)
    heading, left_out = english.heading, others[0].heading
    session.commit()
    sign_in(client, place)
    page = shown(client)
    assert "1 in your role as" in page
    assert heading in page
    assert left_out not in page


def test_a_head_reads_how_much_comes_because_nobody_is_set(session, client, sign_in, head):
    session.commit()
    sign_in(client, head)
    page = shown(client)
    assert "As headteacher you get what is sent for the" in page
    assert "Back to who owns what" in page


def test_a_colleague_with_nothing_learns_who_decides(session, client, sign_in, head):
    place = MembershipFactory(school=head.school, role=Role.STAFF)
    session.commit()
    sign_in(client, place)
    assert "You own no category" in shown(client)
