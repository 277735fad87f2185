"""The pages of an inbox: several items at once, working through a list, what is done about one."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.models import Owner
from directory.models import Role
from foundation import clock
from notifications.models import Attention, Delivery, DeliveryState
from notifications.models_mail import Mail, Occasion
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def jo(session, head):
    return MembershipFactory(school=head.school, person__name="Jo Teacher")


def today():
    return clock.local_date(clock.now())


def items(place, *titles, **values):
    return [
        DeliveryFactory.to(
            place, notice__title=title, delivered_at=NOON - timedelta(hours=number), **values
        )
        for number, title in enumerate(titles)
    ]


def titles(page):
    return re.findall(r'class="portal-list__title"[^>]*>([^<]*)<', page.text)


def states(database, *those):
    with database.session(authority=0, writes=False) as fresh:
        return [fresh.get_one(Delivery, item.id).state.value for item in those]


def test_several_are_done_at_once_and_put_back(session, database, client, sign_in, jo):
    one, two, three = items(jo, "one", "two", "three")
    session.commit()
    sign_in(client, jo)
    ticked = {"item": [one.id, two.id, "x", 0], "do": "done"}
    answer = client.post("/inbox/marked?show=unread&page=2", data=ticked)
    assert answer.location == "/inbox?show=unread&page=2"
    page = client.get("/inbox")
    assert "2 items marked as done." in page.text
    assert titles(page) == ["three"]
    assert "Undo" not in client.get("/inbox").text
    client.post("/inbox/undo", data={"what": "done", "item": [one.id, two.id]})
    assert "2 items put back." in client.get("/inbox").text
    assert states(database, one, two, three) == ["read", "read", "unread"]
    client.post("/inbox/marked", data={"do": "done"})
    assert "Nothing was ticked" in client.get("/inbox").text


def test_what_is_put_away_comes_back_on_its_day(session, client, sign_in, jo):
    soon, later = items(jo, "soon", "later")
    soon.notice.due_on = today() + timedelta(days=3)
    session.commit()
    sign_in(client, jo)
    data = {"item": [soon.id, later.id], "do": "snooze", "until": "week"}
    client.post("/inbox/marked", data=data)
    page = client.get("/inbox")
    assert "1 item snoozed until" in page.text
    assert "1 item not snoozed: due before that day" in page.text
    assert titles(page) == ["soon"]
    assert titles(client.get("/inbox?show=snoozed")) == ["later"]
    later.snoozed_until = today()
    session.commit()
    assert titles(client.get("/inbox")) == ["soon", "later"]
    client.post(f"/inbox/{soon.id}/snooze", data={"until": "tomorrow"})
    assert titles(client.get("/inbox?show=snoozed")) == ["soon"]
    client.post(f"/inbox/{soon.id}/wake")
    day = today() + timedelta(days=9)
    data = {"until": "other", "on": [str(day.day), str(day.month), str(day.year)]}
    refused = client.post(f"/inbox/{soon.id}/snooze", data=data)
    assert "It is due on" in refused.text
    assert (
        client.post(f"/inbox/{soon.id}/snooze", data={**data, "past_due": "y"}).status_code == 302
    )
    assert "Enter the day" in client.post(f"/inbox/{soon.id}/snooze", data={"until": "other"}).text


def test_one_works_through_a_list_item_by_item(session, client, sign_in, jo):
    one, two, three = items(jo, "one", "two", "three", notice__attention=Attention.ACTION)
    session.commit()
    sign_in(client, jo)
    assert "1 of 3" in client.get(f"/inbox/{one.id}?attention=action").text
    answer = client.post(f"/inbox/{one.id}/done?attention=action", data={"next": "yes"})
    assert answer.location == f"/inbox/{two.id}?attention=action"
    page = client.get(answer.location).text
    assert "Marked as done: one" in page
    assert "Undo" in page
    assert "1 of 2" in page
    client.post(f"/inbox/{two.id}/done", data={"next": "yes"})
    answer = client.post(f"/inbox/{three.id}/done?attention=action", data={"next": "yes"})
    assert answer.location == "/inbox?attention=action"


def test_what_asks_for_it_is_acknowledged(session, client, sign_in, jo, head):
    (item,) = items(jo, "policy", notice__acknowledge=True)
    session.commit()
    sign_in(client, jo)
    assert "I have read and understood this" in client.get(f"/inbox/{item.id}").text
    for _ in range(2):
        assert client.post(f"/inbox/{item.id}/acknowledge").status_code == 302
    assert "I have read and understood this" not in client.get(f"/inbox/{item.id}").text
    sign_in(client, head)
    assert client.post(f"/inbox/{item.id}/acknowledge").status_code == 409


def test_a_note_is_shown_to_its_author_alone(session, client, sign_in, jo, head):
    (item,) = items(jo, "policy")
    session.commit()
    sign_in(client, jo)
    client.post(f"/inbox/{item.id}/note", data={"text": "Kestrel first"})
    assert "Kestrel first" in client.get(f"/inbox/{item.id}").text
    assert "Kestrel first" in client.get(f"/inbox/{item.id}/note").text
    assert (
        "characters at most"
        in client.post(f"/inbox/{item.id}/note", data={"text": "x" * 5000}).text
    )
    sign_in(client, head)
    for address in (f"/inbox/{item.id}", f"/inbox/{item.id}/note", "/school/sent"):
        assert "Kestrel" not in client.get(address).text


def test_an_item_is_passed_on_with_a_message(session, client, sign_in, jo, head):
    sam = MembershipFactory(school=head.school, person__name="Sam Second")
    (item,) = items(jo, "policy")
    session.commit()
    sign_in(client, jo)
    page = f"/inbox/{item.id}/pass-on"
    assert "Choose a colleague." in client.post(page, data={"person_id": "9" * 20}).text
    data = {"person_id": str(sam.person_id), "message": "Yours, I think"}
    client.post(page, data=data)
    text = client.get(f"/inbox/{item.id}").text
    assert re.search(r"You passed it on to Sam Second on [^:]*: unread", text)
    assert "Sam Second (unread)" in client.get(page).text
    assert "has this item already" in client.post(page, data=data).text
    sign_in(client, sam)
    listed = client.get("/inbox").text
    assert "Jo Teacher passed it on to you" in listed
    theirs = re.search(r'href="/inbox/(\d+)"', listed)[1]
    assert "“Yours, I think”" in client.get(f"/inbox/{theirs}").text
    assert session.scalars(sa.select(Mail.occasion)).all() == [Occasion.FORWARDED]


def test_what_is_not_mine_goes_to_the_right_colleague(session, client, sign_in, jo, head):
    sam = MembershipFactory(school=head.school, person__name="Sam Second", job_title="SENCO")
    category = CategoryFactory(heading="Support", typical_owner="SENCO")
    OwnerFactory(school=head.school, category=category, person=jo.person)
    first, second = items(jo, "first", "second", category_id=category.id)
    session.commit()
    sign_in(client, jo)
    page = client.get(f"/inbox/{first.id}/not-mine").text
    assert "Sam Second, SENCO: the job title fits" in page
    assert "ask the headteacher who should get “Support”" in page
    assert "Choose whose it is." in client.post(f"/inbox/{first.id}/not-mine").text
    data = {"suggested": str(sam.person_id), "always": "y"}
    answer = client.post(f"/inbox/{first.id}/not-mine?show=unread", data=data)
    assert answer.location == "/inbox?show=unread"
    shown = client.get("/inbox").text
    assert "Sam Second has it now" in shown
    assert "Your headteacher is asked" in shown
    assert client.get(f"/inbox/{first.id}").status_code == 404
    sign_in(client, head)
    assert "Give it to somebody else" in client.get(f"/inbox/{second.id}?list=school").text
    data = {"suggested": "other", "person_id": str(sam.person_id), "always": "y"}
    answer = client.post(f"/inbox/{second.id}/not-mine?list=school&state=unread", data=data)
    assert answer.location == "/school/sent?state=unread"
    assert "From now on Sam Second gets" in client.get(answer.location).text
    session.expire_all()
    current = session.scalars(sa.select(Owner.person_id).where(Owner.ended_at.is_(None))).all()
    assert current == [sam.person_id]


def test_filters_are_kept_under_a_name(session, client, sign_in, jo):
    session.commit()
    sign_in(client, jo)
    client.post("/inbox/views?attention=urgent&due=zz", data={"name": "At once"})
    page = client.get("/inbox")
    view = re.search(r'href="(/inbox/views/\d+)">At once<', page.text)[1]
    assert client.get(view).location == "/inbox?attention=urgent"
    assert "Enter a name" in client.post(f"{view}/rename", data={"name": " "}).text
    client.post(f"{view}/rename", data={"name": "Now"})
    assert "Now" in client.get("/inbox/views").text
    client.post(f"{view}/delete")
    assert client.get(view).status_code == 404
    client.post("/inbox/views", data={"name": ""})
    assert "Enter a name" in client.get("/inbox").text


def test_the_clerk_prints_what_is_ticked_for_the_meeting(session, client, sign_in, head, jo):
    clerk = MembershipFactory(school=head.school, role=Role.CLERK)
    one, _two = items(clerk, "one", "two")
    session.commit()
    sign_in(client, clerk)
    client.post("/inbox/marked", data={"item": [one.id], "do": "agenda"})
    page = client.get("/inbox/meeting")
    assert titles(page) == ["one", "one", "two"]
    client.post("/inbox/meeting", data={"item": [one.id]})
    assert titles(client.get("/inbox/meeting")) == ["one", "two"]
    sign_in(client, jo)
    assert client.get("/inbox/meeting").status_code == 403


def test_other_schools_say_how_much_waits_there(session, client, sign_in, jo):
    second = MembershipFactory(person=jo.person)
    items(second, "there")
    session.commit()
    sign_in(client, jo)
    assert f"{second.school.name}: 1 to do" in client.get("/inbox").text


def test_a_head_reminds_a_colleague_once_a_day(session, client, sign_in, head, jo):
    items(jo, "late", notice__due_on=today() - timedelta(days=2))
    other = HeadFactory()
    items(other, "elsewhere", notice__due_on=today() - timedelta(days=2))
    session.commit()
    sign_in(client, head)
    assert "Jo Teacher" in client.get("/school/sent").text
    page = client.get("/school/open").text
    assert "Never signed in" in page
    assert other.person.name not in page
    for said in ("gets an e-mail", "was reminded today"):
        client.post(f"/school/open/{jo.person_id}/remind")
        assert said in client.get("/school/open").text
    assert client.post(f"/school/open/{other.person_id}/remind").status_code == 404
    (mail,) = session.scalars(sa.select(Mail)).all()
    assert mail.subject == "1 item is overdue in your inbox"
    assert "late" not in mail.text.replace("what is late", "")


def test_a_head_sees_what_went_to_governors(session, client, sign_in, head, jo):
    governor = MembershipFactory(school=head.school, role=Role.GOVERNOR)
    items(governor, "for governors", state=DeliveryState.READ)
    items(jo, "for staff", notice__attention=Attention.URGENT)
    session.commit()
    sign_in(client, head)
    assert titles(client.get("/school/sent?who=governors")) == ["for governors"]
    assert titles(client.get("/school/sent?attention=urgent")) == ["for staff"]
