"""Pages that keep owners right all year: one category, somebody away, one's own, still right?"""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.models import Category, Cover, CoverKind, GroupDefault, Owner, Part
from directory.models import Role
from foundation import clock
from foundation.outbox import OutboxEvent
from tests.factories.base import NOON
from tests.factories.categories import CoverFactory, OwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory

pytestmark = pytest.mark.sqlite_only
SLUG = "english"
PAGE = f"/school/owners/{SLUG}"


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def teacher(session, head):
    return MembershipFactory(school=head.school, person__name="Jo Teacher")


@pytest.fixture
def mate(session, head):
    return MembershipFactory(school=head.school, person__name="Tom Mate")


@pytest.fixture
def english(session, authority_id):
    return session.scalars(
        sa.select(Category).where(Category.authority_id == authority_id, Category.slug == SLUG)
    ).one()


@pytest.fixture
def led(session, head, teacher, english):
    return OwnerFactory(school=head.school, category=english, person=teacher.person)


@pytest.fixture
def page(session, client, sign_in, head, teacher, mate, led):
    """The head's browser; Jo leads English."""
    session.commit()
    sign_in(client, head)
    return client


def parts(session):
    rows = session.execute(
        sa.select(Owner.person_id, Owner.part).where(Owner.ended_at.is_(None)).order_by(Owner.id)
    ).all()
    session.commit()  # a test's session is a writing one and would keep the page waiting
    return {row.person_id: row.part for row in rows}


def covers(session):
    rows = session.scalars(
        sa.select(Cover).where(Cover.ended_at.is_(None)).order_by(Cover.category_id)
    ).all()
    session.commit()
    return rows


def words(answer):
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    return text.replace(" .", ".").replace(" ,", ",")


def days(first, last):
    return {
        "starts_on": [str(first.day), str(first.month), str(first.year)],
        "ends_on": [str(last.day), str(last.month), str(last.year)],
    }


def today():
    return clock.local_date(clock.now())


def test_somebody_shares_a_category_leads_it_and_is_removed(session, page, teacher, mate):
    beside = {"beside-person_id": str(mate.person_id), "beside-part": "shares"}
    for _ in range(2):
        assert page.post(f"{PAGE}/beside", data=beside).location == PAGE
    assert parts(session) == {teacher.person_id: Part.LEAD, mate.person_id: Part.SHARES}
    shown = words(page.get(PAGE))
    assert "What is sent today reaches Jo Teacher (owns it) and Tom Mate (shares it)." in shown
    assert "Tom Mate Shares the job" in shown
    page.post(f"{PAGE}/part", data={"person_id": str(mate.person_id), "do": "lead"})
    assert parts(session) == {mate.person_id: Part.LEAD, teacher.person_id: Part.SHARES}
    assert "Tom Mate owns English and literacy now." in words(page.get(PAGE))
    for _ in range(2):
        page.post(f"{PAGE}/part", data={"person_id": str(teacher.person_id), "do": "remove"})
    assert parts(session) == {mate.person_id: Part.LEAD}
    history = words(page.get(PAGE))
    assert "Jo Teacher shares it no more Priya Head" in history


def test_a_deputy_is_chosen_and_taken_away(session, page, teacher, mate):
    page.post(f"{PAGE}/deputy", data={"deputy-person_id": str(mate.person_id)})
    assert parts(session)[mate.person_id] is Part.DEPUTY
    assert "Tom Mate is the deputy" in words(page.get(PAGE))
    page.post(f"{PAGE}/deputy", data={"deputy-person_id": ""})
    assert parts(session) == {teacher.person_id: Part.LEAD}


def test_a_deputy_for_a_whole_group_in_one_act(session, page, teacher, mate, english):
    place = "/school/owners/deputies"
    data = {"groups": [english.group], "person_id": str(teacher.person_id)}
    page.post(place, data=data)
    answer = page.get("/school/owners")
    assert re.search(r"Jo Teacher is the deputy for \d+ categories now.", answer.text)
    assert "1 was left out" in answer.text
    found = session.execute(
        sa.select(Owner.part, sa.func.count()).where(Owner.ended_at.is_(None)).group_by(Owner.part)
    ).all()
    session.commit()
    assert dict(found)[Part.DEPUTY] > 5
    page.post(place, data={**data, "person_id": "nobody"})
    assert parts(session) == {teacher.person_id: Part.LEAD}
    assert "Tick at least one group." in page.post(place, data={}).text


def test_what_cannot_be_is_said_beside_its_field(page, teacher, mate):
    jo, tom = str(teacher.person_id), str(mate.person_id)
    for where, data, sentence in (
        ("beside", {}, "Choose who else should get it."),
        ("beside", {"beside-person_id": tom}, "Choose whether they share the job"),
        ("beside", {"beside-person_id": jo, "beside-part": "also"}, "Choose who else should"),
        ("beside", {"beside-person_id": tom, "beside-part": "lead"}, "Choose whether they"),
        ("deputy", {"deputy-person_id": jo}, "Choose a person from the list, or nobody."),
        ("deputy", {"deputy-person_id": "zzz"}, "Choose a person from the list, or nobody."),
    ):
        answer = page.post(f"{PAGE}/{where}", data=data)
        assert answer.status_code == 200
        assert "There is a problem" in answer.text
        assert sentence in answer.text


def test_without_a_lead_the_page_says_who_gets_it(session, page, teacher, mate, english, led):
    OwnerFactory(school=led.school, category=english, person=mate.person, part=Part.SHARES)
    led.ended_at = NOON
    session.commit()
    shown = words(page.get(PAGE))
    assert "reaches Tom Mate (" in shown
    assert "Nobody owns it." in shown


def test_everything_of_somebody_away_goes_to_colleagues_and_is_called_off(
    session, page, head, teacher, mate, authority_id
):
    other = session.scalars(
        sa.select(Category).where(
            Category.authority_id == authority_id, Category.slug == "admissions"
        )
    ).one()
    OwnerFactory(school=head.school, category=other, person=teacher.person)
    session.commit()
    answer = page.post("/school/owners/away", data={"person_id": str(teacher.person_id)})
    place = f"/school/owners/away/{teacher.person_id}"
    assert answer.location == place
    assert "Jo Teacher owns 2 categories" in words(page.get(place))
    data = {
        **days(today(), today() + timedelta(days=4)),
        "person_id": str(mate.person_id),
        f"group-{other.group}": str(head.person_id),
    }
    for _ in range(2):
        assert page.post(place, data=data).location == "/school/owners/away"
    found = covers(session)
    assert sorted(cover.person_id for cover in found) == sorted([mate.person_id, head.person_id])
    shown = page.get("/school/owners/away")
    assert "Tom Mate for Jo Teacher" in shown.text
    # who stands in and is away, too: theirs goes on to the next, and the page warns
    ids = re.findall(r'name="covers" value="([\d,]+)"', shown.text)
    for _ in range(2):
        for each in ids:
            page.post("/school/owners/away/end", data={"covers": each})
    assert covers(session) == []


def test_a_stand_in_who_is_away_too_is_told(session, page, head, teacher, mate, english):
    mine = OwnerFactory(
        school=head.school,
        category_id=english.id + 1,
        person=mate.person,
    )
    CoverFactory(
        school_id=head.school_id,
        category_id=mine.category_id,
        person=head.person,
        starts_on=today(),
        ends_on=today(),
    )
    session.commit()
    data = {**days(today(), today()), "person_id": str(mate.person_id)}
    page.post(f"/school/owners/away/{teacher.person_id}", data=data)
    assert "But Tom Mate will be away on some of these days" in page.get("/school/owners").text


def test_days_away_that_cannot_be_are_refused(session, page, teacher, mate):
    for change, sentence in (
        ({"person_id": ""}, "Choose who stands in."),
        ({"ends_on": ["", "", ""]}, "Enter the last day."),
        ({"ends_on": ["1", "1", "2020"]}, "The last day of the cover must be"),
        ({"starts_on": ["1", "1", "2020"], "ends_on": ["2", "1", "2020"]}, "today or later"),
        ({"ends_on": ["1", "1", "2036"]}, "two years at most"),
    ):
        data = {**days(today(), today()), "person_id": str(mate.person_id), **change}
        answer = page.post(f"/school/owners/away/{teacher.person_id}", data=data)
        assert sentence in answer.text
        assert "There is a problem" in answer.text
    assert covers(session) == []
    assert page.get(f"/school/owners/away/{10**9}").status_code == 404


def test_staff_hand_over_take_back_and_give_up_their_own(
    session, page, sign_in, teacher, mate, led
):
    sign_in(page, teacher)
    shown = words(page.get("/school/owners/mine"))
    assert "You own 1" in shown
    until = today() + timedelta(days=7)
    data = {
        "categories": [SLUG],
        "person_id": str(mate.person_id),
        "ends_on": days(until, until)["ends_on"],
    }
    assert page.post("/school/owners/mine", data=data).status_code == 302
    (cover,) = covers(session)
    assert (cover.kind, cover.person_id) == (CoverKind.DELEGATED, mate.person_id)
    assert "With Tom Mate" in words(page.get("/school/owners/mine"))
    for _ in range(2):
        page.post(f"{PAGE}/take-back")
    assert covers(session) == []
    for _ in range(2):
        page.post(f"{PAGE}/not-mine")
    names = session.scalars(sa.select(OutboxEvent.name).where(OutboxEvent.name == "NotMine")).all()
    session.commit()
    assert names == ["NotMine"]
    assert "You said on" in words(page.get("/school/owners/mine"))
    assert page.post("/school/owners/admissions/not-mine").status_code == 302
    assert "You have no part in this category" in page.get("/school/owners/mine").text
    answer = page.post("/school/owners/mine", data={**data, "categories": ["admissions"]})
    assert "Tick at least one of your categories." in answer.text


def test_the_head_sees_who_wants_to_be_rid_of_a_category(session, page, sign_in, head, teacher):
    sign_in(page, teacher)
    page.post(f"{PAGE}/not-mine")
    sign_in(page, head)
    assert "Jo Teacher said on" in words(page.get(PAGE))


def test_governors_have_their_own_page(session, client, sign_in, head, english):
    place = MembershipFactory(school=head.school, role=Role.GOVERNOR)
    OwnerFactory(school=head.school, category=english, person=place.person, part=Part.ALSO)
    session.commit()
    sign_in(client, place)
    assert "You get it as well" in words(client.get("/school/owners/mine"))


def test_a_person_for_each_group_is_chosen_and_taken_away(session, page, mate, english):
    place, field = "/school/owners/defaults", f"group-{english.group}"
    page.post(place, data={field: str(mate.person_id)})
    rows = session.execute(sa.select(GroupDefault.group, GroupDefault.person_id)).all()
    session.commit()
    assert rows == [(english.group, mate.person_id)]
    assert f'value="{mate.person_id}" selected' in page.get(place).text
    page.post(place, data={field: str(mate.person_id)})
    assert "Nothing had to be changed." in page.get(place).text
    answer = page.post(place, data={field: "999999"})
    assert "Choose somebody of the list, or nobody." in answer.text
    page.post(place, data={field: ""})
    ended = session.scalars(sa.select(GroupDefault.ended_at)).all()
    assert None not in ended


def test_of_two_who_choose_for_groups_neither_undoes_what_the_other_chose(
    session, page, mate, teacher, english
):
    place, field = "/school/owners/defaults", f"group-{english.group}"
    shown = {field: "", f"before-{english.group}": "", "group-premises": "", "before-premises": ""}
    page.post(place, data=shown | {field: str(mate.person_id)})
    page.post(place, data=shown | {"group-premises": str(teacher.person_id)})
    query = sa.select(GroupDefault.person_id).where(GroupDefault.ended_at.is_(None))
    assert set(session.scalars(query)) == {mate.person_id, teacher.person_id}
    session.commit()
    answer = page.post(place, data=shown | {field: str(teacher.person_id)})
    assert "Meanwhile somebody else chose Tom Mate." in answer.text
    assert f'name="before-{english.group}" value="{mate.person_id}"' in answer.text
    assert set(session.scalars(query)) == {mate.person_id, teacher.person_id}
    session.commit()
    again = shown | {field: str(teacher.person_id), f"before-{english.group}": str(mate.person_id)}
    page.post(place, data=again)
    assert set(session.scalars(query)) == {teacher.person_id}


def test_a_group_is_confirmed_with_one_click_unless_it_changed(
    session, page, head, mate, english, led
):
    led.assigned_at = clock.now() - timedelta(days=400)
    session.commit()
    shown = page.get("/school/owners/confirm")
    assert "0 of 1 group is confirmed." in words(shown)
    assert "This one is right" in shown.text
    data = dict(re.findall(r'name="(group|newest)" value="([^"]+)"', shown.text))
    OwnerFactory(
        school=head.school,
        category=english,
        person=mate.person,
        part=Part.DEPUTY,
        assigned_at=clock.now(),
    )
    session.commit()
    page.post("/school/owners/confirm", data=data)
    shown = page.get("/school/owners/confirm")
    assert "Somebody else has just changed this." in shown.text
    assert "deputy Tom Mate" in shown.text
    data = dict(re.findall(r'name="(group|newest)" value="([^"]+)"', shown.text))
    for _ in range(2):
        page.post("/school/owners/confirm", data=data)
    shown = words(page.get("/school/owners/confirm"))
    assert "1 of 1 group is confirmed." in shown
    assert "Everything is confirmed." in shown
    session.refresh(led)
    assert led.confirmed_by_id == head.person_id
