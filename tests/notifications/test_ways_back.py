"""From wherever one opens an item, one comes back there; what went wrong is said as a problem."""

import re
from datetime import timedelta

import pytest

from foundation import clock
from notifications.documents.marks import mark
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory

pytestmark = pytest.mark.sqlite_only
MONDAY = "2026-11-09"
SEARCHED = "q=roof+fund&state=open"
WEEK = f"?list=bulletin&week={MONDAY}&who=me"


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def jo(session, head):
    return MembershipFactory(school=head.school, person__name="Jo Teacher")


def back_of(page):
    return re.findall(r'href="([^"]*)" class="govuk-back-link">([^<]*)<', page.text)


@pytest.mark.parametrize(
    ("opened", "back", "words"),
    [
        ("", "/inbox", "Back to the inbox"),
        ("?show=unread&page=2", "/inbox?show=unread&amp;page=2", "Back to the inbox"),
        (f"?list=search&{SEARCHED}", "/search?q=roof+fund&amp;state=open", "Back to the search"),
        (WEEK, f"/bulletin/{MONDAY}?who=me", "Back to the bulletin"),
        ("?list=bulletin", "/inbox", "Back to the inbox"),
        ("?list=//elsewhere.example", "/inbox", "Back to the inbox"),
    ],
)  # fmt: skip
def test_an_item_leads_back_to_the_list_it_was_opened_from(
    session, client, sign_in, jo, opened, back, words
):
    item = DeliveryFactory.to(jo)
    file = NoticeAttachmentFactory(notice_id=item.notice_id)
    session.commit()
    sign_in(client, jo)
    page = client.get(f"/inbox/{item.id}{opened}")
    assert back_of(page) == [(back, words)]
    kept = opened if "//" not in opened and opened != "?list=bulletin" else ""
    escaped = kept.replace("&", "&amp;")
    assert f'action="/inbox/{item.id}/print{escaped}"' in page.text
    here = [(f"/inbox/{item.id}{escaped}", "Back to the item")]
    for deeper in ("snooze", "print", f"files/{file.id}/read"):
        assert back_of(client.get(f"/inbox/{item.id}/{deeper}{kept}")) == here
    done = client.post(f"/inbox/{item.id}/done{kept}")
    assert done.location.partition("?")[0] == back.partition("?")[0]
    said = client.get(done.location).text
    assert "Marked as done" in said
    assert "Undo" in said


def test_from_a_search_one_does_not_go_on_along_the_inbox(session, client, sign_in, jo):
    one, _ = DeliveryFactory.to(jo), DeliveryFactory.to(jo)
    session.commit()
    sign_in(client, jo)
    assert "Other items in this list" in client.get(f"/inbox/{one.id}").text
    assert "Other items in this list" not in client.get(f"/inbox/{one.id}?list=search&q=x").text


def test_what_was_not_done_is_a_problem_and_what_was_done_no_problem(session, client, sign_in, jo):
    item = DeliveryFactory.to(jo)
    session.commit()
    sign_in(client, jo)
    client.post("/inbox/marked", data={"do": "done"})
    page = client.get("/inbox").text
    assert "There is a problem" in page
    assert "Nothing was ticked" in page
    client.post("/inbox/marked", data={"do": "done", "item": [item.id]})
    page = client.get("/inbox").text
    assert "There is a problem" not in page
    assert "1 item marked as done." in page


def test_a_view_without_a_name_is_asked_for_one_beside_the_field(session, client, sign_in, jo):
    DeliveryFactory.to(jo)
    session.commit()
    sign_in(client, jo)
    kept = client.post("/inbox/views?files=yes", data={"name": " "})
    page = client.get(kept.location).text
    assert '<a href="#name">Enter a name of at most 60 characters.</a>' in page
    assert 'aria-describedby="name-error"' in page


def test_a_colleagues_item_was_not_read_by_you(session, client, sign_in, head, jo):
    item = DeliveryFactory.to(
        jo, read_at=NOON, state="read", notice__amended_at=NOON + timedelta(1)
    )
    session.commit()
    assert mark(_row(item)).words == "Corrected since you read it"
    sign_in(client, head)
    assert "Corrected since it was read" in client.get("/school/sent").text
    sign_in(client, jo)
    assert "Corrected since you read it" in client.get("/inbox").text


def test_what_asked_nothing_needs_no_answer_when_its_number_is_over(session, client, sign_in, jo):
    told = "Its number was valid to 1 November 2026."
    over = {"notice__stopped": True, "notice__valid_until": clock.local_date(NOON)}
    item = DeliveryFactory.to(jo, notice__standing=told, **over)
    DeliveryFactory.to(jo, notice__standing=f"{told} You need not answer it now.", **over)
    session.commit()
    sign_in(client, jo)
    assert client.get("/inbox").text.count("No answer needed") == 1
    page = client.get(f"/inbox/{item.id}").text
    assert "You need not answer this now" not in page
    assert told in page


def _row(item):
    class Row:
        read_at, reread_at, amended_at = item.read_at, None, NOON + timedelta(1)
        replaced_at = withdrawn_at = expunged_at = None

    return Row
