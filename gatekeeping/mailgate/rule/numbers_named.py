"""The register numbers that a message names, and whether one of them covers it."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import names_school
from directory.mail_directory.reached import Correspondent
from directory.models import AuthorityProfile, Membership, School, Team
from foundation import clock
from foundation.bulk import batches
from foundation.dates import day
from gatekeeping.changes.since_frozen import approval_reaches
from gatekeeping.documents import SubmissionDocument
from gatekeeping.mailgate.policy import NumberFound
from gatekeeping.models import IS_NEWEST, Interest, Stake, Submission, SubmissionVersion
from gatekeeping.registry.numbers import DASHES, LETTERS, Number, parse_number
from gatekeeping.registry.reliance import GOOD, WHY, Standing, standing_of

MOST_NUMBERS: Final = 5
MOST_TEXT: Final = 2_000
INSIDE: Final = re.compile(
    r"(?<![A-Z0-9])[0-9]{3}[-\s]?[0-9]{4}[-\s]?[A-Z][-\s]?(?:[0-9]{5}|[1-9][0-9]{5,8})[-\s]?[A-Z]"
    r"(?:[-\s]*V\s*[0-9]{1,4})?(?![A-Z0-9])"
)
LIKE_ONE: Final = re.compile(
    r"(?<![A-Z0-9-])[0-9O]{2,4}-[0-9OIL]{3,5}-[A-Z0-9]-[0-9OIL]{3,9}-[A-Z0-9](?![A-Z0-9-])"
)
"""What somebody meant as a number and did not type as one."""
OWNERS: Final = (Stake.AUTHOR, Stake.DRAFTED)

NO_NUMBER: Final = "It is not formed as a number: one looks like 888-2627-D-00417-X."
WRONG_CHECK: Final = (
    "Its last letter does not fit the rest: compare it with the letter of approval, character by "
    "character."
)
UNKNOWN: Final = "The register does not hold it."
ELSEWHERE: Final = "It is a number of another authority."
OTHERS: Final = "It belongs to another team."


@dataclass(frozen=True)
class Named:
    """A number as a message writes it: read, or None where it cannot be."""

    text: str
    number: Number | None


def numbers_in(subject: str, headers: Sequence[str]) -> tuple[Named, ...]:
    """Return the numbers in a subject and in the headers for numbers, each once, headers first.

    What looks like a number and is none is given, too, so that a person can be told.
    """
    found: dict[str, Named] = {}
    for text in (*headers[:MOST_NUMBERS], subject):
        for named in _numbers_in(text[:MOST_TEXT]):
            found.setdefault(named.text, named)
    for text in headers[:MOST_NUMBERS]:
        bare = " ".join(text.split())
        if bare and not _numbers_in(text[:MOST_TEXT]):
            found.setdefault(bare[:40], Named(bare[:40], None))
    return tuple(found.values())[:MOST_NUMBERS]


def _numbers_in(text: str) -> list[Named]:
    plain = text.translate(DASHES).upper()
    found = []
    for match in INSIDE.finditer(plain):
        number = parse_number(match[0])
        if number is not None:
            version = f" v{number.version}" if number.version is not None else ""
            found.append(Named(f"{number}{version}", number))
    return found or [Named(match[0], None) for match in LIKE_ONE.finditer(plain)]


def find_numbers(
    session: Session,
    authority_id: int,
    named: Collection[Named],
    *,
    sender: Correspondent,
    urns: frozenset[int],
    at: datetime,
) -> tuple[NumberFound, ...]:
    """Return how each number stands for a message of this sender to these schools.

    At most two statements and three for each number that is formed as one; none without any.
    """
    good = {str(each.number) for each in named if each.number and each.number.is_valid}
    known = _known(session, authority_id, good) if good else {}
    la_code = (
        session.scalar(
            sa.select(AuthorityProfile.la_code).where(AuthorityProfile.authority_id == authority_id)
        )
        if good - known.keys()
        else ""
    )
    found = []
    for each in named:
        fault = _fault_of_form(each)
        if not fault and each.number is not None:
            entry = known.get(str(each.number))
            if entry is None:
                fault = UNKNOWN if each.number.la_code == la_code else ELSEWHERE
            else:
                case = _Case(session, entry, each.number, sender, urns, clock.local_date(at))
                fault = case.fault()
        found.append(NumberFound(each.text, fault))
    return tuple(found)


def _fault_of_form(named: Named) -> str:
    if named.number is None or named.number.letter not in LETTERS:
        return NO_NUMBER
    return "" if named.number.is_valid else WRONG_CHECK


Entry = tuple[Submission, SubmissionVersion, str]
"""A submission, its newest version, and its team's name."""


def _known(session: Session, authority_id: int, numbers: Iterable[str]) -> dict[str, Entry]:
    rows = session.execute(
        sa.select(Submission, SubmissionVersion, sa.func.coalesce(Team.name, ""))
        .join(SubmissionVersion, IS_NEWEST)
        .outerjoin(Team, Team.id == Submission.team_id)
        .where(Submission.authority_id == authority_id, Submission.number.in_(sorted(numbers)))
        .order_by(Submission.id)
        .limit(MOST_NUMBERS)
    )
    return {
        submission.number or "": (submission, version, team) for submission, version, team in rows
    }


@dataclass(frozen=True)
class _Case:
    """One number, looked at for one message."""

    session: Session
    entry: Entry
    number: Number
    sender: Correspondent
    urns: frozenset[int]
    on: date

    def fault(self) -> str:
        """Return why the number does not cover the message; empty where it does."""
        return self._standing() or self._version() or self._owner() or self._audience()

    def _standing(self) -> str:
        submission = self.entry[0]
        standing = standing_of(submission, self.on)
        if standing in GOOD:
            return ""
        if standing is Standing.EXPIRED:
            over = submission.expires_on
            return f"It ran out on {day(over)}." if over else "It has run out."
        return WHY[standing]

    def _version(self) -> str:
        submission, newest, _ = self.entry
        asked = self.number.version
        if asked in (None, newest.version):
            return ""
        if asked < newest.version and approval_reaches(self.session, submission, asked):
            return ""
        return f"Version {asked} is not the approved one. That is version {newest.version}."

    def _owner(self) -> str:
        submission, _, team = self.entry
        who = self.sender
        if who.team and who.team.casefold() == team.casefold():
            return ""
        if submission.team_id is not None and who.team_id == submission.team_id:
            return ""
        if who.person_id is None:
            return OTHERS
        if who.person_id == submission.author_id or self._has_part(who.person_id):
            return ""
        return OTHERS

    def _has_part(self, person_id: int) -> bool:
        """Tell whether somebody wrote on it, or has a place in its team beside their first."""
        submission = self.entry[0]
        wrote = sa.exists().where(
            Interest.authority_id == submission.authority_id,
            Interest.submission_id == submission.id,
            Interest.person_id == person_id,
            Interest.why.in_(OWNERS),
        )
        in_team = sa.exists().where(
            Membership.authority_id == submission.authority_id,
            Membership.person_id == person_id,
            Membership.team_id == submission.team_id,
            Membership.ended_at.is_(None),
        )
        return self.session.scalar(sa.select(sa.or_(wrote, in_team))) is True

    def _audience(self) -> str:
        submission, newest, _ = self.entry
        words = SubmissionDocument.read(newest.document).audience
        audience, inside = words.as_audience(), set(words.urns)
        for some in batches(sorted(self.urns - inside)):
            inside |= set(
                self.session.scalars(
                    sa.select(School.urn)
                    .where(
                        School.authority_id == submission.authority_id,
                        School.urn.in_(some),
                        names_school(submission.authority_id, audience),
                    )
                    .order_by(School.urn)
                )
            )
        outside = len(self.urns - inside)
        if not outside:
            return ""
        return f"It does not cover {outside} of these {len(self.urns)} schools."
