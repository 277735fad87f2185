"""The sender's view: where it does not arrive, by place, over time, beside earlier items."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.routing.reasons import Reason
from directory.models import Role
from gatekeeping.authors import NotYourSubmissionError
from gatekeeping.changes.taking_back import NoFileError, NoReasonError, take_back
from gatekeeping.models import Move, State
from notifications.documents.told import files_gone
from notifications.following.figures import figures
from notifications.following.lines import Choice, list_lines
from notifications.following.places import places
from notifications.following.times import compared, course
from notifications.following.wording import lasted
from notifications.models import DeliveryState
from notifications.models_mail import Mail, MailState, Occasion
from tests.factories.base import NOON
from tests.factories.directory import (
    GatekeeperFactory,
    MembershipFactory,
    OfficerFactory,
    SchoolFactory,
)
from tests.factories.gatekeeping import make_submission, version_of
from tests.factories.notifications import (
    DeliveryFactory,
    NoticeAttachmentFactory,
    NoticeFactory,
)

UNREAD, READ, DONE, CLOSED = DeliveryState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "It names a pupil by mistake."


def opened(notice, after, *, state=READ, district="Preston", **values):
    """Deliver to a school of its own that opened it so long after; None: not yet."""
    school = SchoolFactory(district=district)
    return DeliveryFactory.to(
        MembershipFactory(school=school),
        notice=notice,
        state=UNREAD if after is None else state,
        read_at=None if after is None else notice.sent_at + after,
        done_at=notice.sent_at + after if state is DONE and after else None,
        **values,
    )


def test_each_figure_counts_schools(session, authority_id):
    notice = NoticeFactory()
    opened(notice, HOUR, acknowledged_at=NOON)
    returned = opened(notice, None)
    failing = opened(notice, HOUR, state=DONE)
    failing.person.mail_failing_since = NOON
    opened(notice, None, reason=Reason.FORWARDED)
    session.add(
        Mail(
            authority_id=authority_id,
            delivery_id=returned.id,
            occasion=Occasion.ITEM,
            address="gone@school.example",
            state=MailState.RETURNED,
            created_at=NOON,
            send_after=NOON,
        )
    )
    session.flush()
    found = figures(session, authority_id, notice.id)
    assert (found.schools, found.read, found.done) == (4, 2, 1)
    assert (found.acknowledged, found.bounced, found.forwarded) == (1, 2, 1)
    for show, count in (("acknowledged", 1), ("bounced", 2), ("forwarded", 1)):
        lines, total = list_lines(session, authority_id, notice.id, Choice(show=show))
        assert len(lines) == total == count
    assert all(
        line.bounced
        for line in list_lines(session, authority_id, notice.id, Choice(show="bounced"))[0]
    )


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["A", "B", "C"]),
        ("-school", ["C", "B", "A"]),
        ("district", ["B", "C", "A"]),
        ("-district", ["A", "C", "B"]),
        ("state", ["B", "A", "C"]),
        ("read", ["C", "A", "B"]),
        ("-read", ["A", "C", "B"]),  # who has not opened it stands last in either direction
        ("; drop table", ["A", "B", "C"]),
    ],
)
@pytest.mark.sqlite_only
def test_the_list_is_sorted_as_asked(session, authority_id, sort, expected):
    notice = NoticeFactory()
    for name, after, state, district in (
        ("A", 2 * HOUR, READ, "Wyre"),
        ("B", None, UNREAD, "Burnley"),
        ("C", HOUR, DONE, "Preston"),
    ):
        opened(notice, after, state=state, district=district).school.name = name
    session.flush()
    lines, _ = list_lines(session, authority_id, notice.id, Choice(sort=sort))
    assert [line.school for line in lines] == expected


def test_districts_and_phases_count_the_same_schools(session, authority_id):
    notice = NoticeFactory()
    opened(notice, HOUR)
    opened(notice, None)
    opened(notice, None, state=CLOSED).state = CLOSED
    opened(notice, HOUR, state=DONE, district="")
    session.flush()
    found = places(session, authority_id, notice.id)
    assert [(each.name, each.schools, each.read, each.unread) for each in found.districts] == [
        ("Preston", 3, 1, 1),
        ("No district", 1, 1, 0),
    ]
    assert sum(each.schools for each in found.phases) == 4
    assert found.districts[0].percent_read == 33


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([], (None, None, None)),
        ([HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR], (HOUR, 2 * HOUR, 3 * HOUR)),
        ([HOUR, None, None, None], (HOUR, None, None)),
        ([HOUR, 2 * HOUR, None], (HOUR, 2 * HOUR, None)),
        ([None, None], (None, None, None)),
        ([DAY], (DAY, DAY, DAY)),
    ],
)
def test_quarters_are_of_all_schools_that_were_asked(session, after, expected):
    notice = NoticeFactory()
    for each in after:
        opened(notice, each)
    opened(notice, None).state = CLOSED  # nobody need open it there
    session.flush()
    assert course(session, notice, now=NOON + 9 * DAY).quarters == expected


@pytest.mark.sqlite_only
def test_days_add_up_until_the_last_thing_happened(session):
    notice = NoticeFactory()
    for after, state in ((HOUR, READ), (2 * DAY, DONE), (None, READ)):
        opened(notice, after, state=state)
    days = course(session, notice, now=NOON + 9 * DAY).days
    assert [(each.on.day, each.read, each.done) for each in days] == [
        (23, 1, 0),
        (24, 1, 0),
        (25, 2, 1),
    ]


def test_it_is_compared_with_what_was_sent_before_and_never_opened_counts_as_longest(session):
    halves = [[HOUR, 3 * HOUR], [2 * HOUR, None], [None, None]]
    earlier = []
    for number, after in enumerate(halves):
        notice = NoticeFactory(sent_at=NOON - (number + 1) * DAY)
        earlier.append(notice)
        for each in after:
            opened(notice, each)
    notice = NoticeFactory()
    opened(notice, DAY)
    opened(NoticeFactory(sent_at=NOON + DAY), DAY)  # later: not compared with
    found = compared(session, notice)
    assert (found.items, found.half) == (3, 2 * HOUR)
    one = compared(session, notice, sa.select(sa.literal(earlier[2].source_id)))
    assert (one.items, one.half) == (1, None)
    assert course(session, notice, now=NOON + DAY).quarters == (DAY, DAY, DAY)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (None, ""),
        (timedelta(seconds=20), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (HOUR, "1 hour"),
        (DAY + 3 * HOUR, "1 day 3 hours"),
        (8 * DAY + 3 * HOUR, "8 days"),
    ],
)
def test_how_long_it_took_is_said_in_words(time, words):
    assert lasted(time) == words


class TestTakingBack:
    @pytest.fixture
    def sent(self, session):
        submission = make_submission(State.LIVE, sent_at=NOON, author=OfficerFactory())
        notice = NoticeFactory(source_id=version_of(submission).id)
        file = NoticeAttachmentFactory(notice_id=notice.id, name="Names.pdf")
        opened(notice, HOUR)
        return submission, notice, file

    def test_the_team_or_a_gatekeeper_may_and_it_says_so_in_the_history(self, session, sent):
        submission, notice, file = sent
        call = {"why": WHY, "at": NOON}
        with pytest.raises(NotYourSubmissionError):
            take_back(session, submission, file.id, by=OfficerFactory().person, **call)
        gatekeeper = GatekeeperFactory().person
        assert take_back(session, submission, file.id, by=gatekeeper, of_the_gate=True, **call)
        take_back(session, submission, file.id, by=submission.author, **call)  # again: nothing
        assert (file.withdrawn_at, file.withdrawn_why) == (NOON, WHY)
        moves = session.query(Move).filter_by(submission_id=submission.id).all()
        assert [move.note for move in moves] == ["A file was taken back from schools."]
        [line] = files_gone(session, [notice.id])[notice.id]
        assert "please delete or destroy it" in line

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("of_another", "why", "refusal"),
        [(False, "no", NoReasonError), (False, "x" * 251, NoReasonError), (True, WHY, NoFileError)],
    )
    def test_it_asks_for_a_file_and_a_reason(self, session, sent, of_another, why, refusal):
        submission, _, file = sent
        other = NoticeAttachmentFactory(notice_id=NoticeFactory(source_id=99_999).id)
        with pytest.raises(refusal):
            take_back(
                session,
                submission,
                other.id if of_another else file.id,
                why=why,
                by=submission.author,
                at=NOON,
            )
        assert file.withdrawn_at is None

    @pytest.mark.sqlite_only
    def test_the_page_says_what_follows_and_does_it(self, session, client, sign_in, sent):
        submission, _, file = sent
        hat = submission.author.memberships[0]
        session.commit()
        sign_in(client, hat)
        address = f"/submissions/{submission.id}/take-back"
        page = client.post(address, data={"why": WHY}).text
        assert "Choose the file to take back." in page
        page = client.post(address, data={"file": str(file.id), "why": "no"}).text
        assert "Say why in 10 to 250 characters." in page
        data = {"file": str(file.id), "why": WHY}
        page = client.post(address, data=data, follow_redirects=True).text
        assert "No school can open it any more." in page
        assert WHY in page

    @pytest.mark.sqlite_only
    def test_a_partner_of_another_team_does_not_find_it(self, session, client, sign_in, sent):
        hat = OfficerFactory()
        auditor = GatekeeperFactory(role=Role.AUDITOR)
        session.commit()
        for other, status in ((hat, 404), (auditor, 403)):
            sign_in(client, other)
            assert client.get(f"/submissions/{sent[0].id}/take-back").status_code == status
