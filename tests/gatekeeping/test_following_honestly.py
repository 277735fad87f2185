"""The sender's view is honest: figures add up, and files that nobody can open are told."""

from datetime import timedelta

import pytest

from foundation.filewords.collecting import LOCKED, NO_WORDS
from gatekeeping.changes.refused import with_refused_files
from gatekeeping.models import State, SubmissionVersion
from gatekeeping.views.followed import how_fast, in_short
from notifications.following.figures import Figures, figures
from notifications.following.lines import Choice, list_lines
from notifications.following.places import places
from notifications.following.times import Compared, course
from notifications.models import Attention, DeliveryState
from notifications.models_documents import Document, DocumentState
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, SchoolFactory
from tests.factories.gatekeeping import make_submission, version_of
from tests.factories.notifications import (
    DeliveryFactory,
    NoticeAttachmentFactory,
    NoticeFactory,
)

UNREAD, READ, DONE, CLOSED = DeliveryState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def delivered(notice, *states, **values):
    """Deliver to one school with a reader for each state; True beside it: opened before."""
    school = SchoolFactory()
    for state, was_opened in states:
        DeliveryFactory.to(
            MembershipFactory(school=school),
            notice=notice,
            state=state,
            read_at=NOON + HOUR if was_opened else None,
            done_at=NOON + HOUR if state is DONE else None,
            **values,
        )


def test_opened_not_opened_and_closed_make_up_all_schools_and_the_list_shows_as_many(
    session, authority_id
):
    notice = NoticeFactory()
    delivered(notice, (READ, True), (UNREAD, False))  # a colleague opened it
    delivered(notice, (CLOSED, True))  # opened before a newer version took its place
    delivered(notice, (DONE, True), (CLOSED, False))
    delivered(notice, (UNREAD, False), (CLOSED, False))
    delivered(notice, (UNREAD, False))
    delivered(notice, (CLOSED, False), (CLOSED, False))
    found = figures(session, authority_id, notice.id)
    assert (found.schools, found.read, found.unread, found.closed) == (6, 3, 2, 1)
    for show, schools in (("read", 3), ("unread", 2), ("closed", 1), ("done", 1)):
        lines, _ = list_lines(session, authority_id, notice.id, Choice(show=show))
        assert len({line.urn for line in lines}) == schools, show
    assert course(session, notice, now=NOON + DAY).days[-1].read == found.read
    by_place = places(session, authority_id, notice.id)
    for each in (by_place.districts, by_place.phases):
        sums = [(place.read, place.unread, place.closed) for place in each]
        assert [sum(column) for column in zip(*sums, strict=True)] == [3, 2, 1]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ((0, 0, 0, 0, 0), "It has reached no school yet."),
        ((1, 1, 0, 0, 0), "0 of 1 school has opened it on the portal. At 1 school nobody has"),
        ((60, 61, 36, 10, 4), "36 of 60 schools have opened it on the portal; 10 of them are done"),
        ((9, 9, 4, 0, 0, 5), "At 5 schools nobody need open it any more."),
    ],
)
def test_a_sentence_says_how_far_it_has_come(totals, words):
    assert words in in_short(Figures(*totals))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("half", "before", "words"),
    [
        (None, None, "Fewer than half of the schools have opened it so far."),
        (None, DAY, "so far. Of earlier items half of the schools had after 1 day."),
        (DAY, None, "Half of the schools had opened it after 1 day."),
        (DAY, 3 * DAY, "after 1 day: sooner than earlier items (3 days)."),
        (3 * DAY, DAY, "after 3 days: later than earlier items (1 day)."),
        (DAY, DAY + HOUR, "after 1 day: about as soon as earlier items (1 day 1 hour)."),
    ],
)
def test_a_sentence_says_how_fast_it_was_beside_earlier_items(half, before, words):
    assert how_fast(half, Compared(50, before)).endswith(words)


class TestFiles:
    @pytest.fixture
    def sent(self, session, authority_id):
        """A submission with a file that was refused, one that is locked, and a picture."""
        submission = make_submission(State.LIVE, sent_at=NOON)
        notice = NoticeFactory(source_id=version_of(submission).id)
        for name, state, note in (
            ("macro.docx", DocumentState.REFUSED, "It starts a program."),
            ("locked.pdf", DocumentState.READ, LOCKED),
            ("sign.png", DocumentState.READ, NO_WORDS),
        ):
            sha256 = name[0] * 64
            NoticeAttachmentFactory(notice_id=notice.id, name=name, sha256=sha256)
            session.add(
                Document(
                    authority_id=authority_id,
                    sha256=sha256,
                    size=10,
                    media_type="application/pdf",
                    state=state,
                    note=note,
                    created_at=NOON,
                )
            )
        session.flush()
        session.refresh(notice)
        return submission, notice

    @pytest.mark.sqlite_only
    def test_its_sender_is_told_what_schools_cannot_open_and_what_could_not_be_read(
        self, session, client, sign_in, sent
    ):
        address, hat = f"/submissions/{sent[0].id}", sent[0].author.memberships[0]
        session.commit()
        sign_in(client, hat)
        page = client.get(f"{address}/delivered").text
        assert "Schools cannot open some of the files" in page
        assert "because it is dangerous.</strong> It starts a program." in page
        assert f"<strong>{LOCKED}</strong> Search finds it by its name only." in page
        assert f"<strong>{NO_WORDS}" not in page  # a picture is no trouble
        assert "Schools cannot open one of its files" in client.get("/submissions").text

    def test_what_was_taken_back_replaced_or_withdrawn_is_no_trouble_any_more(
        self, session, authority_id, sent
    ):
        submission, notice = sent

        def found():
            session.flush()
            return with_refused_files(session, authority_id, [submission.id])

        assert found() == {submission.id}
        refused = notice.attachments[0]
        for row, column in (
            (refused, "withdrawn_at"),
            (refused, "replaced_at"),
            (notice, "withdrawn_at"),
        ):
            setattr(row, column, NOON)
            assert found() == set()
            setattr(row, column, None)
        assert with_refused_files(session, authority_id, []) == set()


@pytest.mark.sqlite_only
def test_the_version_before_can_still_be_followed_and_its_files_taken_back(
    session, client, sign_in, authority_id
):
    submission = make_submission(State.LIVE, sent_at=NOON)
    first = version_of(submission)
    before = NoticeFactory(source_id=first.id, reference="888-2627-C-00001-Z v1")
    file = NoticeAttachmentFactory(notice_id=before.id, name="only-in-the-first.pdf")
    delivered(before, (READ, True))
    facts = {
        column.key: getattr(first, column.key)
        for column in SubmissionVersion.__mapper__.column_attrs
        if column.key not in ("id", "version")
    }
    second = SubmissionVersion(**facts, version=2)
    session.add(second)
    session.flush()
    later = NoticeFactory(
        source_id=second.id, reference="888-2627-C-00001-Z v2", sent_at=NOON + DAY
    )
    delivered(later, (UNREAD, False))
    delivered(later, (UNREAD, False))
    address, hat = f"/submissions/{submission.id}", submission.author.memberships[0]
    file_id = file.id
    session.commit()
    sign_in(client, hat)
    newest = client.get(f"{address}/delivered").text
    assert "0 of 2 schools have opened it" in newest
    assert f'href="{address}/delivered?version=1"' in newest
    older = client.get(f"{address}/delivered?version=1").text
    assert "A newer one took its place." in older
    assert "1 of 1 school has opened it" in older
    rows = client.get(f"{address}/delivered.csv?version=1").text
    assert rows.count("\n") == 2
    assert client.get(f"{address}/delivered?version=7").text.count("of 2 schools") == 1
    page = client.get(f"{address}/take-back").text
    assert f'value="{file_id}"' in page


@pytest.mark.sqlite_only
def test_where_nothing_more_goes_out_nothing_is_offered_to_be_stopped(session, client, sign_in):
    submission = make_submission(State.LIVE, sent_at=NOON)
    notice = NoticeFactory(source_id=version_of(submission).id, attention=Attention.URGENT)
    delivered(notice, (UNREAD, False))
    address, hat = f"/submissions/{submission.id}", submission.author.memberships[0]
    session.commit()
    sign_in(client, hat)
    page = client.get(f"{address}/reminders").text
    assert "It was approved without reminders" in page
    assert "Stop all further reminders" not in page
    assert "at most 0" not in page
