"""Deleting what nobody may keep longer, and saying for how long that is."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from categories.models import Category
from directory.models import AuthorityProfile, Role
from foundation.audit import AuditEntry
from foundation.errors import NotFoundError
from foundation.files import FileStore
from notifications.documents import periods as rules
from notifications.documents.keeping import (
    Periods,
    count_over,
    expunge_some,
    months_before,
    periods,
)
from notifications.models import Delivery, DeliveryState, Notice
from notifications.models_documents import Document, DocumentState, DoomedFile
from portal.keeping import REFERRING, delete_files, keep
from portal.models import Base
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory
from tests.factories.directory import GatekeeperFactory, MembershipFactory
from tests.factories.notifications import (
    DeliveryFactory,
    NoticeAttachmentFactory,
    NoticeFactory,
    first_category_id,
)

TODAY = date(2026, 11, 23)


def sent(years, **values):
    """Make a notice that was sent so many years ago, and a day."""
    at = datetime(2026 - years, 11, 22, 12, tzinfo=UTC)
    return NoticeFactory(sent_at=at, body="Words.", **values)


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [
        (date(2026, 11, 23), 84, date(2019, 11, 23)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 5), 1, date(2025, 12, 5)),
        (date(2026, 12, 31), 24, date(2024, 12, 31)),
    ],
)
def test_months_are_counted_by_the_calendar(today, months, expected):
    assert months_before(today, months) == expected


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("years", "values", "categories", "is_over"),
    [
        (8, {}, (None,), True),
        (6, {}, (None,), False),
        (8, {}, (), True),
        (8, {"held_why": "A case."}, (None,), False),
        (8, {"valid_until": TODAY}, (None,), False),
        (8, {"valid_until": TODAY - timedelta(days=1)}, (None,), True),
        (8, {"due_on": TODAY + timedelta(days=1)}, (None,), False),
        (8, {"expunged_at": NOON}, (None,), False),
        (2, {}, (12,), True),
        (2, {}, (12, None), False),  # of several the longest counts
        (8, {}, (12, 120), False),
        (11, {}, (12, 120), True),
        (8, {}, (120,), False),
    ],
)
def test_the_longest_period_of_its_categories_counts(
    session, authority_id, years, values, categories, is_over
):
    notice = sent(years, **values)
    for months in categories:
        category = CategoryFactory(keep_months=months)
        DeliveryFactory.to(MembershipFactory(), notice=notice, category_id=category.id)
    CategoryFactory(keep_months=24)
    found = count_over(session, authority_id, periods(session, authority_id), today=TODAY)
    assert found == int(is_over)


def test_text_files_and_notes_go_and_what_counts_stays(session, authority_id):
    old, young = sent(8, title="Old"), sent(1, title="Young")
    item = DeliveryFactory.to(MembershipFactory(), notice=old, state=DeliveryState.DONE)
    for months in (12, 120):  # that differ, but nothing went to them
        CategoryFactory(keep_months=months)
    for notice, sha256 in ((old, "a" * 64), (old, "b" * 64), (young, "b" * 64)):
        NoticeAttachmentFactory(notice_id=notice.id, sha256=sha256)
    for sha256 in ("a" * 64, "b" * 64):
        session.add(
            Document(
                authority_id=authority_id,
                sha256=sha256,
                size=1,
                state=DocumentState.READ,
                text="Words.",
                created_at=NOON,
            )
        )
    session.flush()
    assert expunge_some(session, authority_id, at=NOON) == 1
    assert expunge_some(session, authority_id, at=NOON) == 0
    session.expire_all()
    assert (old.title, old.body, old.expunged_at) == ("Old", "", NOON)
    assert (young.body, young.expunged_at) == ("Words.", None)
    assert session.get(Delivery, item.id).state is DeliveryState.DONE
    documents = session.execute(
        sa.select(Document.state, Document.text).order_by(Document.sha256)
    ).all()
    assert [tuple(row) for row in documents] == [
        (DocumentState.EXPUNGED, ""),
        (DocumentState.READ, "Words."),
    ]
    assert len(session.scalars(sa.select(DoomedFile.id)).all()) == 2
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail["notices"]) == ("notices.expunged", 1)


@pytest.mark.sqlite_only
def test_a_file_goes_once_nothing_refers_to_it_and_one_that_was_left_goes_the_next_time(
    session, database, tmp_path
):
    store = FileStore(tmp_path)
    gone, kept, left = (store.put(io.BytesIO(word), most=99) for word in (b"a", b"b", b"c"))
    old, young = sent(8), sent(1)
    for notice, stored in ((old, gone), (old, kept), (young, kept)):
        NoticeAttachmentFactory(notice_id=notice.id, sha256=stored.sha256)
    session.add(DoomedFile(authority_id=old.authority_id, sha256=left.sha256, at=NOON))
    session.commit()
    assert keep(database, store, now=lambda: NOON) == 1
    there = [store.path(each.sha256).is_file() for each in (gone, kept, left)]
    assert there == [False, True, False]
    assert not session.scalars(sa.select(DoomedFile.id)).all()
    assert delete_files(database, store) == 0


def test_every_column_that_names_a_content_keeps_its_file():
    named = {
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sha256")
        # what is looked at otherwise, follows the notice, or lies in a store of its own
        and table.name not in {"notice_attachment", "document", "doomed_file", "owner_import"}
    }
    assert named == {column.property.columns[0] for column in REFERRING}


def test_periods_are_kept_with_their_history(session, authority_id):
    by = MembershipFactory().person_id
    key = first_category_id()
    rules.set_periods(session, authority_id, 60, {key: 12}, by=by, at=NOON)
    assert periods(session, authority_id) == Periods(60, {key: 12})
    rules.set_periods(session, authority_id, 60, {key: None}, by=by, at=NOON)
    assert periods(session, authority_id) == Periods(60, {})
    rules.set_periods(session, authority_id, 60, {}, by=by, at=NOON)  # nothing new, no line
    assert [entry.detail for entry in rules.history(session, authority_id)] == [
        {"before": 60, "after": 60, "categories": {str(key): [12, None]}},
        {"before": 84, "after": 60, "categories": {str(key): [None, 12]}},
    ]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("authority", "category", "field"),
    [(0, 12, "authority"), (601, 12, "authority"), (84, 0, "category-"), (84, 601, "category-")],
)
def test_a_period_that_makes_no_sense_is_refused(session, authority_id, authority, category, field):
    key = first_category_id()
    with pytest.raises(rules.PeriodError) as refused:
        rules.set_periods(session, authority_id, authority, {key: category}, by=1, at=NOON)
    assert refused.value.field.startswith(field)
    assert session.scalar(sa.select(Category.keep_months).where(Category.id == key)) is None


@pytest.mark.sqlite_only
def test_what_is_held_is_kept_until_it_is_let_go(session, authority_id):
    old = sent(8, reference="888-1819-C-00001-A v2")
    common = {"by": MembershipFactory().person_id, "at": NOON}
    with pytest.raises(rules.NoHoldReasonError):
        rules.hold(session, authority_id, "888-1819-C-00001-A", "  ", **common)
    with pytest.raises(NotFoundError):
        rules.hold(session, authority_id, "888-1819-C-00002-A", "A case.", **common)
    for pattern in ("%", "888-1819-C-0000%", "_" * 18, "8" * 100_000):  # no patterns, numbers
        with pytest.raises(NotFoundError):
            rules.hold(session, authority_id, pattern, "A case.", **common)
    assert rules.hold(session, authority_id, "888-1819-c-00001-a ", "A case.", **common) == 1
    assert expunge_some(session, authority_id, at=NOON) == 0
    assert [row.reference for row in rules.held(session, authority_id)] == [old.reference]
    rules.let_go(session, authority_id, old.reference, **common)
    assert expunge_some(session, authority_id, at=NOON) == 1


@pytest.mark.sqlite_only
class TestPage:
    @pytest.fixture
    def browser(self, session, client, sign_in):
        hat = GatekeeperFactory(role=Role.ADMINISTRATOR)
        session.commit()
        sign_in(client, hat)
        return client

    def test_what_would_be_deleted_is_shown_before_it_is_saved(
        self, session, authority_id, browser
    ):
        sent(3)
        key = first_category_id()
        session.commit()
        page = browser.get("/keeping").text
        assert "Nothing is over its time now." in page
        chosen = {"authority": "24", "category": str(key), "months": "36"}
        page = browser.post("/keeping", data={**chosen, "then": "look"}).text
        assert "1 item would be deleted within the hour." in page
        assert session.scalar(sa.select(AuthorityProfile.keep_months)) == 84
        session.rollback()
        assert browser.post("/keeping", data={**chosen, "then": "save"}).status_code == 302
        session.rollback()
        assert periods(session, authority_id) == Periods(24, {key: 36})
        session.rollback()
        assert (
            "periods changed, from 84 months (7 years) to 24 months" in browser.get("/keeping").text
        )

    @pytest.mark.parametrize("months", ["", "none", "0", "9999", "-3"])
    def test_a_wrong_number_is_said_beside_its_field(self, browser, months):
        page = browser.post("/keeping", data={"authority": months, "then": "save"}).text
        assert "There is a problem" in page
        assert "Enter a number of months from 1 to 600." in page

    def test_categories_that_are_none_are_passed_over(self, session, authority_id, browser):
        odd = {f"category-{key}": "12" for key in ("9" * 40, "999999", "-1", "x")}
        answer = browser.post("/keeping", data={"authority": "84", "then": "save", **odd})
        assert answer.status_code == 302
        assert rules.history(session, authority_id) == []

    def test_something_is_held_and_let_go(self, session, browser):
        sent(8, reference="888-1819-C-00001-A v1", title="Old menus")
        session.commit()
        page = browser.post("/keeping/hold", data={"number": "1", "why": "A case."}).text
        assert "Nothing was sent under this number" in page
        held = {"number": "888-1819-C-00001-A", "why": "A case."}
        assert "Old menus" in browser.post("/keeping/hold", data=held, follow_redirects=True).text
        browser.post("/keeping/let-go", data={"number": "888-1819-C-00001-A v1"})
        session.rollback()
        assert session.scalar(sa.select(Notice.held_why)) == ""
