"""The pages about people at a school and about accounts."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.models import Owner, Part
from directory.models import Membership, Person, PersonState, Role
from foundation import clock
from portal.staff.models import Leaving
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, GroupDefaultFactory, OwnerFactory
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    PersonFactory,
)
from tests.factories.notifications import DeliveryFactory, first_category_id

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def teacher(session, head):
    return MembershipFactory(school=head.school, person__name="Jo Teacher", job_title="Teacher")


@pytest.fixture
def deputy(session, head):
    return MembershipFactory(school=head.school, person__name="Dee Deputy")


@pytest.fixture
def administrator(session):
    return OfficerFactory(role=Role.ADMINISTRATOR)


def words(answer):
    return " ".join(answer.text.split())


def read(database, query):
    with database.session(authority=0, writes=False) as fresh:
        return fresh.execute(query).all()


def last_day(days=0):
    day = clock.local_date(clock.now()) + timedelta(days=days)
    return {"last_day": [str(day.day), str(day.month), str(day.year)]}


def test_the_list_tells_of_each_person_what_lies_with_them(session, client, sign_in, head, teacher):
    OwnerFactory(school=head.school, category_id=first_category_id(), person=teacher.person)
    DeliveryFactory.to(teacher)
    MembershipFactory(school=head.school, person__mail_failing_since=NOON)
    MembershipFactory(school=head.school, person__state=PersonState.DISABLED)
    session.commit()
    sign_in(client, head)
    page = words(client.get("/school/people"))
    assert "1 category, 1 open item" in page
    for sign in ("Never signed in", "Mail comes back", "May not sign in"):
        assert sign in page
    assert "1 open item" in words(client.get(f"/school/people/{teacher.person_id}"))


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"name": "", "email": "a@b.example"}, "Enter the person’s full name."),
        ({"name": "Ann", "email": ""}, "Enter the person’s e-mail address."),
        ({"name": "Ann", "email": "a@b.example", "mailbox": "office"}, "office@school.example"),
        ({"name": "Ann", "email": "a@b.example", "role": "head"}, "Not a valid choice"),
    ],
)
def test_adding_says_what_to_mend(session, client, sign_in, head, sent, says):
    session.commit()
    sign_in(client, head)
    answer = client.post("/school/people/new", data={"role": "staff", **sent})
    assert answer.status_code == 200
    assert says in answer.text


def test_a_clerk_with_a_mailbox_is_added(session, client, sign_in, database, head):
    session.commit()
    sign_in(client, head)
    sent = {
        "name": "Ann Clerk",
        "email": "Ann@clerks.example",
        "role": "clerk",
        "mailbox": "office@school.example",
    }
    assert client.post("/school/people/new", data=sent).location == "/school/people"
    query = sa.select(Membership.role, Membership.mailbox).where(Membership.id != head.id)
    assert read(database, query) == [(Role.CLERK, "office@school.example")]


def test_job_title_and_mailbox_are_changed(session, client, sign_in, database, head, teacher):
    session.commit()
    sign_in(client, head)
    address = f"/school/people/{teacher.person_id}/change"
    assert "office@school.example" in client.post(address, data={"mailbox": "x"}).text
    sent = {"job_title": " Year 2  teacher", "mailbox": "Y2@school.example"}
    assert client.post(address, data=sent).status_code == 302
    query = sa.select(Membership.job_title, Membership.mailbox).where(Membership.id == teacher.id)
    assert read(database, query) == [("Year 2 teacher", "y2@school.example")]


def leads(database, school_id):
    query = (
        sa.select(Owner.category_id, Owner.person_id)
        .where(Owner.school_id == school_id, Owner.part == Part.LEAD, Owner.ended_at.is_(None))
        .order_by(Owner.category_id)
    )
    return [tuple(row) for row in read(database, query)]


@pytest.mark.parametrize("chosen", ["everything", "group", "category", "nobody"])
def test_a_leaver_hands_over_in_one_page(
    session, client, sign_in, database, head, teacher, deputy, chosen
):
    category = CategoryFactory(group="care", group_heading="Care")
    OwnerFactory(school=head.school, category=category, person=teacher.person)
    OwnerFactory(school=head.school, category=category, person=deputy.person, part=Part.DEPUTY)
    GroupDefaultFactory(school_id=head.school_id, group="care", person=teacher.person)
    DeliveryFactory.to(teacher, category_id=category.id)
    session.commit()
    sign_in(client, head)
    address = f"/school/people/{teacher.person_id}/leaving"
    page = words(client.get(address))
    assert "1 category and 1 open item" in page
    assert "1 to Dee Deputy" in page
    who = str(deputy.person_id)
    sent = {
        "everything": {"everything": who},
        "group": {"group-care": who, f"category-{category.id}": str(head.person_id)},
        "category": {f"category-{category.id}": who},
        "nobody": {f"category-{category.id}": "999999"},
    }[chosen]
    assert client.post(address, data={**last_day(), **sent}).location == "/school/people"
    assert "Jo Teacher has left. 1 category and 1 open item went to others." in words(
        client.get("/school/people")
    )
    after = [] if chosen == "nobody" else [(category.id, deputy.person_id)]
    assert leads(database, head.school_id) == after
    assert client.get(address).status_code == 404


def test_a_day_to_come_is_noted_and_called_off(session, client, sign_in, database, head, teacher):
    session.commit()
    sign_in(client, head)
    address = f"/school/people/{teacher.person_id}"
    client.post(f"{address}/leaving", data={**last_day(9), "everything": str(head.person_id)})
    assert "Last day" in words(client.get("/school/people"))
    assert "They stay after all" in client.get(address).text
    assert "Noted already" in client.get(f"{address}/leaving").text
    for _ in range(2):
        assert client.post(f"{address}/stays").status_code == 302
    assert "Last day" not in words(client.get("/school/people"))
    ((settled,),) = read(database, sa.select(Leaving.settled_at))
    assert settled is not None


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose who is the headteacher from then on."),
        ({"last_day": ["", "", ""]}, "Enter their last day."),
        ({"last_day": ["1", "1", "2090"]}, "within the next two years"),
        ({"everything": "999999"}, "Choose a person from the list."),
    ],
)
def test_a_head_who_leaves_is_told_what_to_mend(session, client, sign_in, head, sent, says):
    session.commit()
    sign_in(client, head)
    address = f"/school/people/{head.person_id}/leaving"
    answer = client.post(address, data={**last_day(), **sent})
    assert answer.status_code == 200
    assert says in answer.text


def test_a_head_leaves_to_the_next(session, client, sign_in, database, head, deputy):
    category = CategoryFactory()
    OwnerFactory(school=head.school, category=category, person=head.person)
    session.commit()
    sign_in(client, head)
    address = f"/school/people/{head.person_id}/leaving"
    assert "1 to the new headteacher" in words(client.get(address))
    sent = {**last_day(), "next_head": str(deputy.person_id)}
    assert client.post(address, data=sent).location == "/"
    assert leads(database, head.school_id) == [(category.id, deputy.person_id)]


def test_a_colleague_who_helps_cannot_replace_the_head(session, client, sign_in, head, deputy):
    deputy.manages_owners = True
    session.commit()
    sign_in(client, deputy)
    address = f"/school/people/{head.person_id}"
    sent = {**last_day(), "next_head": str(deputy.person_id)}
    assert client.post(f"{address}/leaving", data=sent).status_code == 403
    assert client.post(f"{address}/change", data={"mailbox": "a@b.example"}).status_code == 403
    assert client.post(f"{address}/stays").status_code == 403
    again = {"name": "X", "email": head.person.email, "role": "governor", "mailbox": "a@b.example"}
    assert client.post("/school/people/new", data=again).status_code == 403
    assert "/leaving" not in client.get(address).text
    assert client.get(f"/school/people/{deputy.person_id}/leaving").status_code == 200


def test_an_administrator_ends_the_place_of_a_head(
    session, client, sign_in, database, head, administrator
):
    session.commit()
    sign_in(client, administrator)
    address = f"/people/{head.person_id}/leaving/{head.school_id}"
    assert client.post(address, data=last_day()).location == f"/people/{head.person_id}"
    query = sa.select(Membership.id).where(
        Membership.person_id == head.person_id, Membership.ended_at.is_(None)
    )
    assert read(database, query) == []


def test_people_are_found_corrected_closed_and_opened(
    session, client, sign_in, database, teacher, administrator
):
    session.commit()
    sign_in(client, administrator)
    assert "Jo Teacher" in client.get("/people?q=jo+tea").text
    assert "Nobody fits" in client.get("/people?q=zzz").text
    address = f"/people/{teacher.person_id}"
    shown = client.get(address).text
    assert f'href="/schools/{teacher.school.urn}"' in shown
    assert "of them open" in shown
    sent = {"name": "Jo T", "email": "jo@school.example", "telephone": ""}
    assert client.post(address, data=sent).location == address
    for what, state in (("close", PersonState.DISABLED), ("open", PersonState.ACTIVE)):
        assert client.post(f"{address}/{what}").location == address
        query = sa.select(Person.name, Person.state).where(Person.id == teacher.person_id)
        assert read(database, query) == [("Jo T", state)]
    client.post(f"/people/{administrator.person_id}/close")
    assert "You cannot close your own account" in client.get("/people").text


def test_an_address_that_is_taken_leads_to_merging(
    session, client, sign_in, database, teacher, administrator
):
    other = PersonFactory(name="Jo Twice", email="taken@school.example")
    session.commit()
    sign_in(client, administrator)
    sent = {"name": "Jo", "email": "Taken@school.example"}
    page = client.post(f"/people/{teacher.person_id}", data=sent).text
    assert "Jo Twice has this e-mail address already." in page
    merging = f"/people/{teacher.person_id}/merge/{other.id}"
    assert merging in page
    assert "cannot be undone" in client.get(merging).text
    assert "Choose which entry to keep." in client.post(merging).text
    assert client.post(merging, data={"kept": str(other.id)}).location == f"/people/{other.id}"
    query = sa.select(Person.merged_into_id).where(Person.id == teacher.person_id)
    assert read(database, query) == [(other.id,)]
    assert "was merged into" in client.get(f"/people/{teacher.person_id}").text


def test_what_cannot_be_merged_says_why_and_has_no_button(
    session, client, sign_in, teacher, administrator
):
    session.commit()
    sign_in(client, administrator)
    page = client.get(f"/people/{teacher.person_id}/merge/{administrator.person_id}").text
    assert "role in the council" in page
    assert "Merge them</button>" not in page


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose somebody from the list, or enter a name"),
        ({"email": "new@school.example"}, "Enter the person’s full name."),
        ({"email": "nobody", "name": "New Head"}, "correct format"),
        ({"email": "new@school.example", "name": "New Head"}, None),
        ({"person_id": "teacher"}, None),
    ],
)
def test_a_new_head_is_named(
    session, client, sign_in, database, head, teacher, administrator, sent, says
):
    session.commit()
    sign_in(client, administrator)
    if sent.get("person_id"):
        sent = {"person_id": str(teacher.person_id)}
    address = f"/people/head/{head.school_id}"
    answer = client.post(address, data={"former": "stays_as_staff", **sent})
    if says:
        assert says in answer.text
    else:
        assert answer.status_code == 302
        query = sa.select(Membership.role).where(
            Membership.person_id == head.person_id, Membership.ended_at.is_(None)
        )
        assert read(database, query) == [(Role.STAFF,)]


def test_many_people_cost_as_many_statements_as_few(
    session, client, sign_in, head, teacher, administrator, statements
):
    category = CategoryFactory()
    counted = []
    for size in (1, 30):
        for _ in range(size):
            place = MembershipFactory(school=head.school)
            OwnerFactory(school=head.school, category=category, person=place.person, part=Part.ALSO)
            DeliveryFactory.to(place)
        session.commit()
        for hat, path in (
            (head, "/school/people"),
            (head, f"/school/people/{teacher.person_id}"),
            (head, f"/school/people/{teacher.person_id}/leaving"),
            (administrator, "/people"),
        ):
            sign_in(client, hat)
            statements.clear()
            assert client.get(path).status_code == 200
            counted.append(len(statements))
    assert counted[:4] == counted[4:]
    assert max(counted) < 18


def test_a_leaving_that_could_not_be_carried_out_says_why(client, sign_in, session, head, teacher):
    session.add(
        Leaving(
            authority_id=head.authority_id,
            school_id=head.school_id,
            person_id=teacher.person_id,
            last_day=NOON.date(),
            choices={},
            set_by_id=head.person_id,
            set_at=NOON,
            settled_at=NOON,
            problem="Name the next headteacher first.",
        )
    )
    session.commit()
    sign_in(client, head)
    assert "Could not leave" in client.get("/school/people").text
    page = client.get(f"/school/people/{teacher.person_id}").text
    assert "still here: Name the next headteacher first." in page
