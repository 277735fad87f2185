"""Two years of past communications: each written, judged, decided, sent, and mostly read."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import current_ids
from categories.routing.reasons import Reason
from directory.audience import Audience, count_schools
from directory.models import OPEN_STATUSES as OPEN
from directory.models import Membership, Organisation, Person, Role, School, Team
from foundation import audit, clock
from foundation.audit import AuditEntry
from foundation.bulk import refresh_statistics
from foundation.progress import Progress, silent
from gatekeeping.deadlines.expiry import valid_until
from gatekeeping.deciding.recording import Outcome, newest_version, store_decision
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import (
    Decision,
    Kind,
    LetterState,
    Message,
    State,
    StoredMeaning,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)
from gatekeeping.moves import move
from gatekeeping.protocol import DEFAULT
from portal.demonstration import council
from portal.demonstration.heavy import submit_endorsed, support
from portal.demonstration.letters import AUDIENCES, Letter, Places, compose
from portal.demonstration.planning import Plan, planned, weekday
from portal.demonstration.reading import send
from portal.demonstration.remarks import ANSWERS, CONDITIONS, QUESTIONS, REASONS

ASKED_BACK = 0.15
LETTERS = 10
REFRESHED_AFTER = 40


@dataclass
class Past:
    """Writes the past in the order of time."""

    session: Session
    authority_id: int
    random: Random
    at: datetime
    authors: dict[str, list[Membership]] = field(init=False)
    gatekeepers: list[Person] = field(init=False)
    places: Places = field(init=False)
    numbers: dict[int, str] = field(default_factory=dict)
    category_ids: dict[str, int] = field(init=False)
    made: int = 0
    ended: int = 0

    def __post_init__(self) -> None:
        self.authors = _authors(self.session, self.authority_id)
        self.gatekeepers = _gatekeepers(self.session, self.authority_id)
        self.places = places_of(self.session, self.authority_id)
        self.category_ids = current_ids(self.session, self.authority_id)

    def write(self, how_many: int, progress: Progress = silent) -> int:
        """Write so many communications; return how many deliveries were made.

        Their lives run side by side, as they did: whatever happens next is written next.
        """
        plans = planned(self.random, clock.local_date(self.at), how_many)
        lives = [self._life(plan) for plan in plans]
        waiting = [(next(life), turn) for turn, life in enumerate(lives)]
        heapify(waiting)
        while waiting:
            at, turn = heappop(waiting)
            following = next(lives[turn], None)
            if following is None:
                progress(1)
                self._refresh_statistics()
            else:
                heappush(waiting, (max(at, following), turn))
        self._leave_letters([plan.send_on for plan in plans])
        return self.made

    def _refresh_statistics(self) -> None:
        self.ended += 1
        if self.ended % REFRESHED_AFTER == 1:
            refresh_statistics(
                self.session, Submission, SubmissionVersion, StoredMeaning, AuditEntry
            )

    def _life(self, plan: Plan) -> Iterator[datetime]:
        """Live one communication, from draft to expiry; yields the moment of each next step."""
        author = self._author(plan.letter)
        begun = self._moment(plan.send_on - timedelta(days=self.random.randrange(14, 28)))
        submitted = begun + timedelta(minutes=self.random.randrange(20, 300))
        yield submitted
        submission = self._draft(plan, author, begun)
        submit_endorsed(self.session, submission, by=author.person, at=submitted)
        if submission.state is not State.TRIAGE:
            return  # it came back by itself
        self.numbers[plan.letter.key] = str(submission.number)
        version = newest_version(self.session, submission)
        looked = self._moment(weekday(clock.local_date(submitted) + timedelta(days=2)))
        yield looked
        gatekeeper = self.random.choice(self.gatekeepers)
        move(self.session, submission, to=State.IN_REVIEW, by=gatekeeper.id, at=looked)
        if self.random.random() < ASKED_BACK:
            looked = yield from self._asked_back(submission, gatekeeper, author, looked)
        approved = looked + timedelta(minutes=self.random.randrange(8, 55))
        yield approved
        self._approve(submission, version, gatekeeper, approved)
        sent = self._moment(plan.send_on, hour=7)
        yield sent
        self._send(submission, version, sent)
        yield from self._age(submission)

    def _approve(
        self, submission: Submission, version: SubmissionVersion, by: Person, at: datetime
    ) -> None:
        if version.track is Track.HIGH:
            support(self.session, submission, version, self.gatekeepers, by=by, at=at)
        outcome = Outcome(Verb.APPROVE, self.random.choice(REASONS), self.random.choice(CONDITIONS))
        store_decision(self.session, submission, outcome, by=by, at=at)
        submission.expires_on = valid_until(submission, version, clock.local_date(at), DEFAULT)
        submission.decided_at = at
        move(self.session, submission, to=State.APPROVED, by=by.id, at=at)
        move(self.session, submission, to=State.SCHEDULED, by=None, at=at)

    def _draft(self, plan: Plan, author: Membership, at: datetime) -> Submission:
        renewed = self.numbers.get(plan.letter.key, "") if plan.letter.more.get("recurring") else ""
        document = SubmissionDocument.read(
            compose(
                plan.letter,
                topic=plan.topic,
                send_on=plan.send_on,
                places=self.places,
                author=author.person.email,
                renews=renewed,
                random=self.random,
            )
        )
        submission = Submission(
            authority_id=self.authority_id,
            author_id=author.person_id,
            team_id=author.team_id,
            organisation_id=author.organisation_id,
            kind=Kind(document.kind),
            title=document.title,
            document=document.as_json(),
            send_on=document.send_on,
            due_on=document.due_on,
            created_at=at,
            updated_at=at,
        )
        self.session.add(submission)
        self.session.flush()
        return submission

    def _asked_back(
        self, submission: Submission, gatekeeper: Person, author: Membership, at: datetime
    ) -> Generator[datetime, None, datetime]:
        """Let the gatekeeper ask and the officer answer; return when it was looked at again."""
        question, answer = self.random.choice(QUESTIONS), self.random.choice(ANSWERS)
        outcome = Outcome(Verb.CHALLENGE, question)
        store_decision(self.session, submission, outcome, by=gatekeeper, at=at)
        self._say(submission, gatekeeper, question, at, is_answer=False)
        move(self.session, submission, to=State.CHALLENGED, by=gatekeeper.id, at=at)
        answered = at + timedelta(hours=self.random.randrange(2, 30))
        yield answered
        self._say(submission, author.person, answer, answered, is_answer=True)
        move(self.session, submission, to=State.IN_REVIEW, by=author.person_id, at=answered)
        return answered + timedelta(hours=self.random.randrange(1, 20))

    def _say(
        self, submission: Submission, by: Person, text: str, at: datetime, *, is_answer: bool
    ) -> None:
        self.session.add(
            Message(
                authority_id=self.authority_id,
                submission_id=submission.id,
                version=submission.version,
                is_answer=is_answer,
                by_id=by.id,
                at=at,
                text=text,
            )
        )

    def _send(self, submission: Submission, version: SubmissionVersion, at: datetime) -> None:
        counts = send(
            self.session, version, self.category_ids, random=self.random, at=at, now=self.at
        )
        self.made += sum(counts.values())
        submission.sent_at = at
        move(self.session, submission, to=State.LIVE, by=None, at=at)
        audit.record(
            self.session,
            authority_id=self.authority_id,
            action="notice.sent",
            subject="submission",
            subject_id=submission.id,
            by=None,
            at=at,
            detail={reason.value: counts.get(reason, 0) for reason in Reason},
        )

    def _age(self, submission: Submission) -> Iterator[datetime]:
        """Close and expire what is over, as time would have done."""
        today = clock.local_date(self.at)
        for end, state in (
            (submission.due_on, State.CLOSED),
            (submission.expires_on, State.EXPIRED),
        ):
            if end is not None and end < today:
                at = self._moment(end + timedelta(days=1), hour=0)
                yield at
                move(self.session, submission, to=state, by=None, at=at)

    def _leave_letters(self, sent: Sequence[date]) -> None:
        """Ask only for the newest letters: hundreds would keep a worker busy for minutes."""
        newest = sorted(sent)[-LETTERS:][0]
        old = sa.select(Submission.id).where(
            Submission.authority_id == self.authority_id, Submission.send_on < newest
        )
        self.session.flush()
        self.session.execute(
            sa.update(Decision)
            .where(Decision.authority_id == self.authority_id, Decision.submission_id.in_(old))
            .values(letter_state=LetterState.NONE)
            .execution_options(synchronize_session=False)
        )

    def _author(self, letter: Letter) -> Membership:
        authors = self.authors[letter.team]
        known = [one for one in authors if one.person.email in COMMON_AUTHORS]
        if known and self.random.random() < COMMON_SHARE:
            return known[0]
        return self.random.choice(authors)

    def _moment(self, day: date, hour: int | None = None) -> datetime:
        """Return a moment of a working day: at the hour given, or some time in it."""
        minutes = (9 + self.random.randrange(7)) * 60 if hour is None else hour * 60
        local = datetime.combine(day, time(minutes // 60, self.random.randrange(60)), clock.LOCAL)
        return local.astimezone(self.at.tzinfo)


COMMON_AUTHORS = frozenset({council.OFFICER, council.PARTNER_OFFICER})
COMMON_SHARE = 0.4


def places_of(session: Session, authority_id: int) -> Places:
    """Return the districts and open schools from which audiences are chosen."""
    rows = session.execute(
        sa.select(School.urn, School.district)
        .where(School.authority_id == authority_id, School.status.in_(OPEN))
        .order_by(School.urn)
    ).all()
    kinds = {
        kind
        for kind, words in AUDIENCES.items()
        if count_schools(session, authority_id, Audience(**words))
    }
    districts = sorted({row.district for row in rows if row.district})
    return Places(districts, [row.urn for row in rows], frozenset(kinds))


def _authors(session: Session, authority_id: int) -> dict[str, list[Membership]]:
    """Return the officers of each team, of the authority and of its partners."""
    rows = session.scalars(
        sa.select(Membership)
        .join(Team, Team.id == Membership.team_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.authority_id == authority_id, Membership.role == Role.OFFICER)
        .order_by(Membership.id)
    )
    teams: dict[str, list[Membership]] = {}
    for membership in rows:
        if membership.team is not None:
            teams.setdefault(membership.team.name, []).append(membership)
    return teams


def _gatekeepers(session: Session, authority_id: int) -> list[Person]:
    return list(
        session.scalars(
            sa.select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.authority_id == authority_id, Membership.role == Role.GATEKEEPER)
            .order_by(Person.id)
        )
    )
