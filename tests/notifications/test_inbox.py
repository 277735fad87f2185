import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.files import FileStore
from notifications.models import Delivery, DeliveryState
from notifications.reading import marking as reading
from notifications.reading.inbox import reader_of
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory, OfficerFactory
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory, NoticeFactory


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def teacher(session, head):
    return MembershipFactory(school=head.school, person__name="Jo Teacher")


def titles(page):
    return re.findall(r'class="portal-list__title"[^>]*>([^<]*)<', page.text)


def state_of(database, delivery):
    with database.session(authority=0, writes=False) as fresh:
        return fresh.get_one(Delivery, delivery.id)


@pytest.mark.sqlite_only
def test_parts_of_an_inbox_say_how_much_they_hold(session, client, sign_in, teacher):
    for title, state, days in (
        ("read new", "read", 0),
        ("unread old", "unread", 9),
        ("unread new", "unread", 1),
        ("done", "done", 0),
        ("read old", "read", 5),
    ):
        DeliveryFactory.to(
            teacher, notice__title=title, state=state, delivered_at=NOON - timedelta(days=days)
        )
    today = clock.local_date(clock.now())
    DeliveryFactory.to(teacher, notice__title="late", notice__due_on=today - timedelta(days=1))
    session.commit()
    sign_in(client, teacher)
    page = client.get("/inbox")
    assert titles(page) == ["late", "read new", "unread new", "read old", "unread old"]
    assert "1 overdue" in page.text
    assert "3 unread of 5 items" in page.text
    assert titles(client.get("/inbox?show=unread")) == ["late", "unread new", "unread old"]
    assert titles(client.get("/inbox?show=done")) == ["done"]
    assert titles(client.get("/inbox?due=overdue")) == ["late"]
    assert "Nothing fits these filters" in client.get("/inbox?due=later").text


@pytest.mark.sqlite_only
def test_an_inbox_is_one_persons_at_one_school(session, client, sign_in, teacher, head):
    second = MembershipFactory(person=teacher.person)
    DeliveryFactory.to(teacher, notice__title="here")
    DeliveryFactory.to(second, notice__title="at the other school")
    DeliveryFactory.to(head, notice__title="the head’s")
    session.commit()
    for membership, expected in (
        (teacher, ["here"]),
        (second, ["at the other school"]),
        (head, ["the head’s"]),
    ):
        sign_in(client, membership)
        assert titles(client.get("/inbox")) == expected


@pytest.mark.sqlite_only
def test_pages_hold_25_and_link_to_each_other(session, client, sign_in, teacher):
    for number in range(60):
        DeliveryFactory.to(
            teacher, notice__title=f"n{number}", delivered_at=NOON - timedelta(hours=number)
        )
    session.commit()
    sign_in(client, teacher)
    seen = []
    address = "/inbox"
    while address:
        page = client.get(address)
        seen += titles(page)
        following = re.search(r'href="([^"]*)" rel="next"', page.text)
        address = following and following[1]
    assert seen == [f"n{number}" for number in range(60)]
    assert "nothing on this page" in client.get("/inbox?page=9").text


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "query", ["page=-1&show=zzz", "page=x&category=²", "page=99999999999999999999&due=a"]
)
def test_an_odd_address_still_shows_an_inbox(session, client, sign_in, teacher, query):
    session.commit()
    sign_in(client, teacher)
    assert client.get(f"/inbox?{query}").status_code == 200


def test_pages_take_as_many_statements_for_10_items_as_for_1000(
    session, client, sign_in, head, statements
):
    first = DeliveryFactory.to(head, notice__title="first")
    for _ in range(9):
        DeliveryFactory.to(head)
    session.commit()
    sign_in(client, head)

    def counted():
        taken = []
        for address in ("/inbox", "/school/sent", f"/inbox/{first.id}", f"/inbox/{first.id}"):
            statements.clear()
            assert client.get(address).status_code == 200
            taken.append(len(statements))
        return taken

    few = counted()
    notices = [NoticeFactory() for _ in range(20)]
    session.execute(
        sa.insert(Delivery),
        [
            {
                "authority_id": head.authority_id,
                "notice_id": notices[number % 20].id,
                "school_id": head.school_id,
                "person_id": head.person_id,
                "category_id": first.category_id + number // 20,
                "reason": "owner",
                "state": "unread",
                "delivered_at": NOON,
            }
            for number in range(990)
        ],
    )
    session.execute(sa.update(Delivery).where(Delivery.id == first.id).values(state="unread"))
    session.commit()
    assert counted() == few
    assert max(few) < 17


def test_opening_an_item_marks_it_as_read_once(session, database, client, sign_in, teacher):
    delivery = DeliveryFactory.to(teacher, notice__body="The **new** rule")
    session.commit()
    sign_in(client, teacher)
    before = clock.now()
    page = client.get(f"/inbox/{delivery.id}")
    assert "The <strong>new</strong> rule" in page.text
    read = state_of(database, delivery)
    assert read.state is DeliveryState.READ
    assert read.read_at >= before
    client.get(f"/inbox/{delivery.id}")
    assert state_of(database, delivery).read_at == read.read_at


def test_a_heads_look_at_a_colleagues_item_does_not_count_as_reading(
    session, database, client, sign_in, head, teacher
):
    delivery = DeliveryFactory.to(teacher)
    session.commit()
    sign_in(client, head)
    page = client.get(f"/inbox/{delivery.id}")
    assert page.status_code == 200
    assert "This went to Jo Teacher" in page.text
    assert "Mark as done" not in page.text
    assert state_of(database, delivery).state is DeliveryState.UNREAD
    assert client.post(f"/inbox/{delivery.id}/done").status_code == 409
    assert state_of(database, delivery).state is DeliveryState.UNREAD


def test_nobody_else_ever_sees_an_item_and_the_try_is_recorded(
    session, database, client, sign_in, head, teacher
):
    delivery = DeliveryFactory.to(teacher)
    file = NoticeAttachmentFactory(notice_id=delivery.notice_id)
    strangers = [
        MembershipFactory(school=head.school),
        HeadFactory(),
        MembershipFactory(person=teacher.person),  # the same person at another school
        MembershipFactory(school=head.school, role=Role.GOVERNOR),
    ]
    session.commit()
    addresses = (f"/inbox/{delivery.id}", f"/inbox/{delivery.id}/files/{file.id}")
    for stranger in strangers:
        sign_in(client, stranger)
        for address in addresses:
            assert client.get(address).status_code == 404
        assert client.post(f"/inbox/{delivery.id}/done").status_code == 404
        assert client.post(f"/inbox/{delivery.id}/not-done").status_code == 404
    assert state_of(database, delivery).state is DeliveryState.UNREAD
    with database.session(authority=0, writes=False) as fresh:
        refused = fresh.scalars(
            sa.select(AuditEntry.person_id).where(AuditEntry.action == "delivery.refused")
        ).all()
    assert {stranger.person_id for stranger in strangers} == set(refused)


@pytest.mark.sqlite_only
def test_whoever_left_the_school_sees_nothing_of_it(session, client, sign_in, teacher):
    delivery = DeliveryFactory.to(teacher)
    MembershipFactory(person=teacher.person)
    session.commit()
    sign_in(client, teacher)
    assert client.get(f"/inbox/{delivery.id}").status_code == 200
    teacher.ended_at = NOON
    session.commit()
    assert client.get(f"/inbox/{delivery.id}").status_code == 404


@pytest.mark.sqlite_only
def test_officers_have_no_inbox(session, client, sign_in):
    officer = OfficerFactory()
    session.commit()
    sign_in(client, officer)
    for address in ("/inbox", "/inbox/1", "/school/sent", "/school/owners", "/search"):
        assert client.get(address).status_code == 403


@pytest.mark.sqlite_only
def test_a_number_too_big_for_a_row_is_simply_not_found(session, client, sign_in, teacher):
    session.commit()
    sign_in(client, teacher)
    for number in ("0", "99999999", "9223372036854775807", "9" * 30):
        assert client.get(f"/inbox/{number}").status_code == 404


def test_done_and_not_done_may_be_posted_twice(session, database, client, sign_in, teacher):
    delivery = DeliveryFactory.to(teacher)
    session.commit()
    sign_in(client, teacher)
    for _ in range(2):
        assert client.post(f"/inbox/{delivery.id}/done").location == "/inbox"
    done = state_of(database, delivery)
    assert done.state is DeliveryState.DONE
    assert done.done_at
    assert done.read_at
    assert titles(client.get("/inbox")) == []
    for _ in range(2):
        client.post(f"/inbox/{delivery.id}/not-done")
    back = state_of(database, delivery)
    assert (back.state, back.done_at, back.read_at) == (DeliveryState.READ, None, done.read_at)


def test_two_at_once_keep_the_first_time(session, database, teacher):
    delivery = DeliveryFactory.to(teacher)
    session.commit()
    reader = reader_of(teacher)
    with database.session(authority=0) as first:
        seen = first.get_one(Delivery, delivery.id)
        first.rollback()
        with database.transaction(authority=0) as second:
            reading.mark_done(second, second.get_one(Delivery, delivery.id), reader=reader, at=NOON)
        reading.mark_done(first, seen, reader=reader, at=NOON + timedelta(days=1))
        first.commit()
    assert state_of(database, delivery).done_at == NOON


@pytest.mark.sqlite_only
def test_the_item_shows_its_number_its_protection_and_who_else_has_it(
    session, client, sign_in, head, teacher
):
    today = clock.local_date(clock.now())
    notice = NoticeFactory(
        reference="888-2627-D-00417-X v2", valid_until=today + timedelta(days=30), due_on=today
    )
    delivery = DeliveryFactory.to(teacher, notice=notice, reason="cover")
    DeliveryFactory.to(head, notice=notice, reason="head")
    DeliveryFactory.to(HeadFactory(person__name="Stranger"), notice=notice)
    session.commit()
    sign_in(client, teacher)
    text = client.get(f"/inbox/{delivery.id}").text
    assert "You need not answer a request" in text
    assert "never takes away a duty that the law itself puts on you" in text
    assert "Due today" in text
    assert "You were covering “Governing body business”" in text
    assert "Priya Head, Governing body business (headteacher): unread" in text
    assert "Stranger" not in text
    assert "/verify" in text
    notice.valid_until = today - timedelta(days=1)
    session.commit()
    assert "Expired" in client.get(f"/inbox/{delivery.id}").text


@pytest.mark.sqlite_only
def test_the_items_before_and_after_can_be_reached_in_the_same_list(
    session, client, sign_in, teacher
):
    items = [
        DeliveryFactory.to(teacher, notice__title=f"n{n}", delivered_at=NOON - timedelta(days=n))
        for n in range(3)
    ]
    session.commit()
    sign_in(client, teacher)
    text = client.get(f"/inbox/{items[1].id}").text
    assert f'href="/inbox/{items[0].id}" rel="prev"' in text
    assert f'href="/inbox/{items[2].id}" rel="next"' in text
    assert "2 of 3" in text
    narrowed = client.get(f"/inbox/{items[1].id}?show=unread&page=2").text
    assert f'href="/inbox/{items[0].id}?show=unread&amp;page=2" rel="prev"' in narrowed
    assert 'href="/inbox?show=unread&amp;page=2" class="govuk-back-link"' in narrowed
    text = client.get(f"/inbox/{items[0].id}").text
    assert 'rel="prev"' not in text


def test_attachments_are_downloads_with_safe_headers(session, client, settings, sign_in, teacher):
    stored = FileStore(settings.files).put(io.BytesIO(b"%PDF-1.4"), most=100)
    delivery = DeliveryFactory.to(teacher)
    file = NoticeAttachmentFactory(
        notice_id=delivery.notice_id, sha256=stored.sha256, name='../a"b.pdf'
    )
    lost = NoticeAttachmentFactory(notice_id=delivery.notice_id, sha256="f" * 64)
    other = NoticeAttachmentFactory(notice_id=NoticeFactory().id, sha256=stored.sha256)
    session.commit()
    sign_in(client, teacher)
    with client.get(f"/inbox/{delivery.id}/files/{file.id}") as answer:
        assert answer.data == b"%PDF-1.4"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert ".." not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(f"/inbox/{delivery.id}/files/{lost.id}").status_code == 404
    assert client.get(f"/inbox/{delivery.id}/files/{other.id}").status_code == 404


@pytest.mark.sqlite_only
def test_a_script_in_a_text_does_not_run(session, client, sign_in, teacher):
    delivery = DeliveryFactory.to(
        teacher, notice__body="<script>alert(1)</script> [x](javascript:alert(1))"
    )
    session.commit()
    sign_in(client, teacher)
    text = client.get(f"/inbox/{delivery.id}").text
    assert "<script>alert" not in text
    assert 'href="javascript' not in text


def test_the_head_sees_everything_sent_to_the_school_and_narrows_it(
    session, client, sign_in, head, teacher
):
    today = clock.local_date(clock.now())
    DeliveryFactory.to(teacher, notice__title="late", notice__due_on=today - timedelta(days=2))
    DeliveryFactory.to(teacher, notice__title="read", state="read", read_at=NOON)
    DeliveryFactory.to(head, notice__title="done", state="done", done_at=NOON)
    DeliveryFactory(person=None, school=head.school, notice__title="office", reason="office")
    DeliveryFactory.to(HeadFactory(), notice__title="elsewhere")
    session.commit()
    sign_in(client, head)

    def shown(query=""):
        return set(titles(client.get("/school/sent" + query)))

    assert shown() == {"late", "read", "done", "office"}
    assert shown(f"?person={teacher.person_id}") == {"late", "read"}
    assert shown("?state=overdue") == {"late"}
    assert shown("?state=done") == {"done"}
    assert shown("?state=unread") == {"late", "office"}
    assert shown("?category=1&state=read") <= {"read"}
    assert shown("?category=abc&person=99999999999999999999&state=zz") == shown()
    sign_in(client, teacher)
    assert client.get("/school/sent").status_code == 403


@pytest.mark.sqlite_only
def test_what_went_to_the_schools_mailbox_is_the_heads_to_mark(
    session, database, client, sign_in, head, teacher
):
    delivery = DeliveryFactory(person=None, school=head.school, reason="office")
    session.commit()
    sign_in(client, teacher)
    assert client.get(f"/inbox/{delivery.id}").status_code == 404
    sign_in(client, head)
    assert "Mark as done" in client.get(f"/inbox/{delivery.id}").text
    client.post(f"/inbox/{delivery.id}/done")
    assert state_of(database, delivery).state is DeliveryState.DONE
