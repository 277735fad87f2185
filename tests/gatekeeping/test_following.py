import csv
import io
from datetime import timedelta
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import sqlalchemy as sa

from categories.routing.reasons import Reason
from directory.models import Role
from foundation.audit import AuditEntry
from foundation.charts import bar_chart
from gatekeeping.models import State
from notifications.following.figures import figures
from notifications.following.lines import Choice, every_line, list_lines
from notifications.models import Delivery, DeliveryState, Notice, NoticeKind
from tests.factories.base import NOON
from tests.factories.directory import (
    GatekeeperFactory,
    MembershipFactory,
    OfficerFactory,
    SchoolFactory,
)
from tests.factories.gatekeeping import make_submission, version_of

MOST = 17
UNREAD, READ, DONE = DeliveryState.UNREAD, DeliveryState.READ, DeliveryState.DONE


@pytest.fixture
def sent(session, authority_id):
    """A submission that was sent, its notice, and a function that delivers it to a school."""
    submission = make_submission(State.LIVE, sent_at=NOON)
    notice = Notice(
        authority_id=authority_id,
        source_id=version_of(submission).id,
        reference=f"{submission.number} v1",
        kind=NoticeKind.COMMUNICATION,
        title=submission.title,
        body="The new menus are here.",
        sender="Catering, Lancashire",
        sent_at=NOON,
    )
    session.add(notice)
    session.flush()

    def deliver(school, state=UNREAD, reason=Reason.OWNER):
        person = None if reason is Reason.OFFICE else MembershipFactory(school=school).person
        session.add(
            Delivery(
                authority_id=authority_id,
                notice_id=notice.id,
                school_id=school.id,
                person_id=person.id if person else None,
                reason=reason,
                state=state,
                delivered_at=NOON,
                read_at=None if state is UNREAD else NOON + timedelta(hours=1),
                done_at=NOON + timedelta(hours=2) if state is DONE else None,
            )
        )
        session.flush()

    return submission, notice, deliver


@pytest.fixture
def spread(sent):
    """Five schools: read by one of two, done, with the head, at the office, unread."""
    submission, notice, deliver = sent
    schools = [
        SchoolFactory(name="Abbey", district="Preston", phase_code="2", phase_name="Primary"),
        SchoolFactory(name="Brook", district="Preston", phase_code="4", phase_name="Secondary"),
        SchoolFactory(name="Cliff", district="Burnley", phase_code="7", phase_name="All-through"),
        SchoolFactory(name="Dale", district="Burnley"),
        SchoolFactory(name="=Edge", district="Burnley"),
    ]
    deliver(schools[0], READ)
    deliver(schools[0])
    deliver(schools[1], DONE, Reason.COVER)
    deliver(schools[2], UNREAD, Reason.HEAD)
    deliver(schools[3], UNREAD, Reason.OFFICE)
    deliver(schools[4])
    return submission, notice


def test_schools_are_counted_and_never_mailboxes(session, authority_id, spread):
    _, notice = spread
    found = figures(session, authority_id, notice.id)
    assert (found.schools, found.deliveries) == (5, 6)
    assert (found.read, found.done, found.unread, found.nobody_set) == (2, 1, 3, 2)


@pytest.mark.sqlite_only
def test_a_notice_that_reached_nobody_has_figures_of_nought(session, authority_id, sent):
    found = figures(session, authority_id, sent[1].id)
    assert (found.schools, found.read, found.unread) == (0, 0, 0)


@pytest.mark.parametrize(
    ("choice", "schools"),
    [
        (Choice(), ["=Edge", "Abbey", "Abbey", "Brook", "Cliff", "Dale"]),
        (Choice(district="Preston"), ["Abbey", "Abbey", "Brook"]),
        (Choice(phase="primary"), ["=Edge", "Abbey", "Abbey", "Cliff", "Dale"]),
        (Choice(phase="secondary"), ["Brook", "Cliff"]),
        (Choice(show="unread"), ["=Edge", "Cliff", "Dale"]),  # a colleague opened it at Abbey
        (Choice(show="read"), ["Abbey", "Brook"]),
        (Choice(show="done"), ["Brook"]),
        (Choice(show="nobody"), ["Cliff", "Dale"]),
        (Choice(show="nobody", phase="secondary", district="Burnley"), ["Cliff"]),
        (Choice(district="Nowhere"), []),
    ],
)
def test_the_list_is_filtered_and_in_the_order_of_schools(
    session, authority_id, spread, choice, schools
):
    _, notice = spread
    lines, total = list_lines(session, authority_id, notice.id, choice)
    assert sorted(line.school for line in lines) == schools
    assert total == len(schools)
    every = list(every_line(session, authority_id, notice.id, choice))
    assert every == lines


class TestPage:
    @pytest.fixture
    def browser(self, session, client, sign_in, spread):
        hat = spread[0].author.memberships[0]
        session.commit()
        sign_in(client, hat)
        return client

    @pytest.mark.sqlite_only
    def test_its_team_sees_chart_table_and_schools(self, browser, spread):
        page = browser.get(f"/submissions/{spread[0].id}/delivered").get_data(as_text=True)
        assert "Delivered 5, Opened 2, Done 1, Not opened 3, Nobody set 2." in page
        assert '<td class="govuk-table__cell govuk-table__cell--numeric">40%</td>' in page
        assert "School’s own mailbox: nobody is set" in page
        assert "Person " not in page.split("<main")[1]

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("count", [5, 120])
    def test_it_takes_the_same_few_statements_whatever_the_number(
        self, session, browser, sent, statements, count
    ):
        submission, _, deliver = sent
        for _ in range(count):
            deliver(SchoolFactory())
        session.commit()
        statements.clear()
        page = browser.get(f"/submissions/{submission.id}/delivered?page=2")
        assert page.status_code == 200
        assert len(statements) < MOST

    def test_the_csv_has_every_row_with_formulas_escaped_and_is_audited(
        self, session, browser, spread
    ):
        answer = browser.get(f"/submissions/{spread[0].id}/delivered.csv")
        assert answer.mimetype == "text/csv"
        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert len(rows) == 6
        assert "'=Edge" in {row["School"] for row in rows}
        brook = next(row for row in rows if row["School"] == "Brook")
        assert (brook["Went to"], brook["State"]) == ("Stands in for the owner", "Done")
        assert (brook["Opened"], brook["Done"]) == ("2026-11-23 13:00", "2026-11-23 14:00")
        entry = session.scalars(sa.select(AuditEntry)).one()
        assert entry.action == "deliveries.exported"
        assert entry.detail == {"kind": "csv", "rows": 6}

    @pytest.mark.sqlite_only
    def test_the_workbook_has_the_chosen_rows(self, browser, spread):
        answer = browser.get(f"/submissions/{spread[0].id}/delivered.xlsx?show=nobody")
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        rows = list(book.active.iter_rows(values_only=True))
        assert rows[0][:3] == ("URN", "School", "District")
        assert [row[1] for row in rows[1:]] == ["Cliff", "Dale"]
        book.close()

    @pytest.mark.sqlite_only
    def test_what_was_not_sent_has_no_page(self, session, browser, spread):
        waiting = make_submission(author=spread[0].author.memberships[0])
        session.commit()
        assert browser.get(f"/submissions/{waiting.id}/delivered").status_code == 404

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("make", "status"),
        [
            (GatekeeperFactory, 200),
            (lambda: GatekeeperFactory(role=Role.AUDITOR), 200),
            (OfficerFactory, 404),
            (MembershipFactory, 403),
        ],
    )
    def test_only_its_team_and_the_authority_see_it(
        self, session, client, sign_in, spread, make, status
    ):
        hat = make()
        session.commit()
        sign_in(client, hat)
        for ending in ("delivered", "delivered.csv"):
            answer = client.get(f"/submissions/{spread[0].id}/{ending}")
            assert answer.status_code == status


def test_a_chart_says_in_words_what_it_shows_and_runs_nothing():
    drawn = bar_chart(
        "How <far>", [("Read", 1400), ("Unread", 6)], most=1400, colour="#00543c", nonce="abc"
    )
    tree = ET.fromstring(drawn)  # noqa: S314 - drawn here
    names = {element.tag.rsplit("}")[-1] for element in tree.iter()}
    assert "script" not in names
    assert tree.get("role") == "img"
    assert [element.text for element in list(tree)[:2]] == ["How <far>", "Read 1,400, Unread 6."]
    assert not [element for element in tree.iter() if element.get("style")]
    styles = [element for element in tree.iter() if element.tag.endswith("style")]
    assert {element.get("nonce") for element in styles} == {"abc"}
    assert "Read: 1,400" in drawn
