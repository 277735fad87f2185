import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.models import Category, Owner
from categories.owning import owners
from directory.models import Membership, Person, Role
from foundation import clock
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory

SLUG = "governing-body"


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def manager(session, head):
    return MembershipFactory(
        school=head.school, person__name="Tom Manager", job_title="School business manager"
    )


@pytest.fixture
def category(session, authority_id):
    return session.scalars(
        sa.select(Category).where(Category.authority_id == authority_id, Category.slug == SLUG)
    ).one()


@pytest.fixture
def page(session, client, sign_in, head, manager, category):
    """The head's browser."""
    session.commit()
    sign_in(client, head)
    return client


def owner_of(session, head, category):
    found = session.scalar(
        sa.select(Owner.person_id).where(
            Owner.school_id == head.school_id,
            Owner.category_id == category.id,
            Owner.ended_at.is_(None),
        )
    )
    session.commit()  # a test's session is a writing one and would keep the page waiting
    return found


def row_of(answer, slug=SLUG):
    found = re.search(rf'id="{slug}">(.*?)</li>', answer.text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])) if found else None


def test_every_category_is_listed_with_its_owner_or_the_head(
    session, page, head, manager, category
):
    answer = page.get("/school/owners")
    assert "0 of 85 categories have an owner" in answer.text
    assert answer.text.count('<h2 class="govuk-heading-m') == 9
    assert "Nobody set Goes to you" in row_of(answer)
    owners.assign(
        session,
        school_id=head.school_id,
        category_id=category.id,
        person_id=manager.person_id,
        by=None,
        at=NOON,
    )
    session.commit()
    answer = page.get("/school/owners")
    assert "1 of 85 categories have an owner" in answer.text
    assert "Tom Manager" in row_of(answer)
    assert row_of(page.get("/school/owners?who=nobody")) is None
    assert "Tom Manager" in row_of(page.get(f"/school/owners?who={manager.person_id}"))
    assert row_of(page.get("/school/owners?group=health")) is None
    assert page.get("/school/owners?who=zzz&group=zzz").status_code == 200
    assert page.get("/school/owners?who=%00").status_code == 400


def test_the_list_takes_as_many_statements_whatever_is_set(
    session, page, head, manager, authority_id, statements
):
    statements.clear()
    page.get("/school/owners")
    few = len(statements)
    for number in session.scalars(
        sa.select(Category.id).where(Category.authority_id == authority_id)
    ).all():
        owners.assign(
            session,
            school_id=head.school_id,
            category_id=number,
            person_id=manager.person_id,
            by=None,
            at=NOON,
        )
    session.commit()
    statements.clear()
    page.get("/school/owners")
    assert len(statements) == few < 12
    statements.clear()
    page.get(f"/school/owners/{SLUG}")
    assert len(statements) < 18


def test_the_head_chooses_an_owner_and_takes_it_back(session, page, head, manager, category):
    chosen = {"person_id": str(manager.person_id), "before": ""}
    for _ in range(2):  # the same form twice
        answer = page.post(f"/school/owners/{SLUG}", data=chosen)
        assert answer.location == f"/school/owners#{SLUG}"
    assert owner_of(session, head, category) == manager.person_id
    assert session.scalar(sa.select(sa.func.count()).select_from(Owner)) == 1
    session.commit()
    answer = page.get(f"/school/owners/{SLUG}")
    assert "Tom Manager owns it" in answer.text
    assert "Priya Head, " in answer.text

    nobody = {"person_id": "", "before": str(manager.person_id)}
    page.post(f"/school/owners/{SLUG}", data=nobody)
    assert owner_of(session, head, category) is None
    assert "Tom Manager owns it no more" in page.get(f"/school/owners/{SLUG}").text


@pytest.mark.sqlite_only
def test_of_two_heads_at_once_the_second_is_told_and_may_replace_it(
    session, page, head, manager, category
):
    other = MembershipFactory(school=head.school, person__name="Jo Other")
    session.commit()
    page.post(f"/school/owners/{SLUG}", data={"person_id": str(other.person_id), "before": ""})
    mine = {"person_id": str(manager.person_id), "before": ""}
    answer = page.post(f"/school/owners/{SLUG}", data=mine)
    assert "Meanwhile Priya Head chose Jo Other." in answer.text
    assert owner_of(session, head, category) == other.person_id
    shown = re.search(r'name="before"[^>]*value="(\d+)"', answer.text)
    assert shown is not None
    assert shown[1] == str(other.person_id)
    page.post(f"/school/owners/{SLUG}", data={**mine, "before": shown[1]})
    assert owner_of(session, head, category) == manager.person_id


@pytest.mark.sqlite_only
@pytest.mark.parametrize("person_id", ["x", "-1", "99999999999999999999", None])
def test_only_people_of_the_school_can_be_chosen(session, page, head, category, person_id):
    answer = page.post(f"/school/owners/{SLUG}", data={"person_id": person_id} if person_id else {})
    assert "Choose a person from the list" in answer.text
    assert owner_of(session, head, category) is None


@pytest.mark.sqlite_only
def test_somebody_of_another_school_cannot_be_chosen(session, page, head, category):
    stranger = MembershipFactory()
    session.commit()
    answer = page.post(f"/school/owners/{SLUG}", data={"person_id": str(stranger.person_id)})
    assert "Choose a person from the list" in answer.text


def test_somebody_new_is_added_to_the_school_and_owns_it(session, page, head, category):
    data = {"name": "New Clerk", "email": " Clerk@School.example ", "job_title": "Clerk"}
    for _ in range(2):
        assert page.post(f"/school/owners/{SLUG}/new", data=data).status_code == 302
    session.commit()
    people = session.scalars(sa.select(Person).where(Person.email == "clerk@school.example")).all()
    assert [person.name for person in people] == ["New Clerk"]
    places = session.scalars(
        sa.select(Membership).where(Membership.person_id == people[0].id)
    ).all()
    assert [(place.school_id, place.role) for place in places] == [(head.school_id, Role.STAFF)]
    assert owner_of(session, head, category) == people[0].id


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Enter the person’s full name."),
        ({"name": "A"}, "Enter the person’s e-mail address."),
        ({"name": "A", "email": "no address"}, "correct format"),
        ({"name": "A" * 201, "email": "a@school.example"}, "Field cannot be longer"),
    ],
)
def test_a_wrong_entry_is_said_beside_its_field(session, page, head, category, data, words):
    answer = page.post(f"/school/owners/{SLUG}/new", data=data)
    assert answer.status_code == 200
    assert words in answer.text
    assert "There is a problem" in answer.text
    assert owner_of(session, head, category) is None


def days(first, last):
    return {
        "starts_on": [str(first.day), str(first.month), str(first.year)],
        "ends_on": [str(last.day), str(last.month), str(last.year)],
    }


def test_somebody_stands_in_between_two_days_until_called_off(session, page, manager):
    today = clock.local_date(clock.now())
    data = {"person_id": str(manager.person_id), **days(today, today + timedelta(days=5))}
    for _ in range(2):
        assert page.post(f"/school/owners/{SLUG}/cover", data=data).status_code == 302
    assert "Covered by Tom Manager" in row_of(page.get("/school/owners"))
    assert "Call this cover off" in page.get(f"/school/owners/{SLUG}/cover").text
    for _ in range(2):
        page.post(f"/school/owners/{SLUG}/cover/end")
    assert "Covered" not in row_of(page.get("/school/owners"))
    later = {**data, **days(today + timedelta(days=3), today + timedelta(days=5))}
    page.post(f"/school/owners/{SLUG}/cover", data=later)
    assert "stands in from" in row_of(page.get("/school/owners"))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (["1", "12", "2026"], ["30", "11", "2026"], "The last day of the cover must be"),
        (["31", "2", "2026"], ["1", "3", "2026"], "Enter a real date"),
        (["x", "y", "z"], ["1", "3", "2026"], "Enter a real date"),
        (["1", "1", "99999999999999"], ["1", "3", "2026"], "Enter a real date"),
        (["", "", ""], ["1", "3", "2026"], "Enter the first day."),
        ([], ["1", "3"], "Enter a real date"),
        (["1", "2", "2026", "4"], [], "Enter the last day."),
    ],
)
def test_days_that_are_none_are_said_to_be_so(session, page, manager, starts_on, ends_on, words):
    data = {"person_id": str(manager.person_id), "starts_on": starts_on, "ends_on": ends_on}
    answer = page.post(f"/school/owners/{SLUG}/cover", data=data)
    assert answer.status_code == 200
    assert words in answer.text


@pytest.mark.sqlite_only
def test_several_categories_go_to_one_person_at_once(session, page, head, manager, category):
    data = {"categories": [SLUG, "admissions", "nonsense"], "person_id": str(manager.person_id)}
    answer = page.post("/school/owners/several", data=data)
    assert answer.status_code in {200, 302}
    data["categories"] = [SLUG, "governor-training"]
    assert page.post("/school/owners/several", data=data).status_code == 302
    assert owner_of(session, head, category) == manager.person_id
    assert "2 categories go to Tom Manager" in page.get("/school/owners").text
    answer = page.post("/school/owners/several", data={})
    assert "Tick at least one category." in answer.text


@pytest.mark.sqlite_only
def test_staff_may_look_but_not_change(session, page, sign_in, manager):
    sign_in(page, manager)
    answer = page.get("/school/owners")
    assert "Goes to the headteacher" in answer.text
    assert "Change" not in answer.text
    for address in (SLUG, f"{SLUG}/new", f"{SLUG}/cover", "several"):
        assert page.get(f"/school/owners/{address}").status_code == 403
    assert page.post(f"/school/owners/{SLUG}/cover/end").status_code == 403


@pytest.mark.sqlite_only
def test_an_unknown_category_is_not_found(page):
    assert page.get("/school/owners/nowhere").status_code == 404
