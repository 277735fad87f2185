"""The register of numbers: what anybody may ask about one, and the list for the authority."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import AuthorityProfile, Organisation, Team
from foundation.dates import day
from gatekeeping.burden import round_half_up
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind, State, Submission, SubmissionVersion
from gatekeeping.moves import CURRENT, WAITING
from gatekeeping.numbers import LETTERS, Number, parse_number
from gatekeeping.paging import MOST_COUNTED
from gatekeeping.wording import frequency_in_words

PAGE = 25
LONGEST_QUERY = 200
SENT = frozenset({State.LIVE, State.CLOSED, State.EXPIRED})


class Standing(enum.StrEnum):
    """The answer about a number in one word."""

    UNREADABLE = "unreadable"
    WRONG_CHECK = "wrong_check"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    REFUSED = "refused"
    OTHER_VERSION = "other_version"
    EXPIRED = "expired"
    CURRENT = "current"


@dataclass(frozen=True)
class Published:
    """What the public may know of an approved submission; never who wrote or decided it."""

    title: str
    owner: str
    asks: bool
    mandatory: str
    frequency: str
    minutes_per_school: int
    expires_on: date | None
    version: int
    sent_on: datetime | None


@dataclass(frozen=True)
class Answer:
    """What is known of a number: ``published`` only once its submission was approved."""

    number: str
    standing: Standing
    state: State | None
    why: str
    published: Published | None = None

    @property
    def is_valid(self) -> bool:
        """Tell whether it is formed as a number is, check character included."""
        return self.standing not in {Standing.UNREADABLE, Standing.WRONG_CHECK}

    @property
    def is_current(self) -> bool:
        """Tell whether schools may rely on it today."""
        return self.standing is Standing.CURRENT

    def as_json(self) -> dict[str, Any]:
        """Return the answer with the keys of ``portal number verify --json``."""
        expires_on = self.published.expires_on if self.published else None
        return {
            "number": self.number,
            "valid": self.is_valid,
            "known": self.state is not None,
            "current": self.is_current,
            "state": self.state.value if self.state else None,
            "title": self.published.title if self.published else None,
            "expires_on": expires_on.isoformat() if expires_on else None,
            "why": self.why,
        }


def look_up(session: Session, text: str, *, on: date) -> Answer:
    """Return what anybody may know of the number in ``text`` as on that day.

    Two statements at most. A submission that was not approved tells its state, not its title.
    """
    text = " ".join(text.split())[:LONGEST_QUERY]
    number = parse_number(text)
    if number is None or number.letter not in LETTERS:
        return Answer(
            text,
            Standing.UNREADABLE,
            None,
            "This is not a number of the register. A number looks like 888-2627-D-00417-X.",
        )
    if not number.is_valid:
        return Answer(
            str(number),
            Standing.WRONG_CHECK,
            None,
            "At least one character is wrong: the last letter does not fit the rest. Compare it "
            "with the paper or e-mail, character by character.",
        )
    found = _find(session, number)
    if found is None:
        return Answer(
            str(number), Standing.UNKNOWN, None, "The register does not hold this number."
        )
    submission, version = found
    return _judged(number, submission, version, on)


def _find(session: Session, number: Number) -> tuple[Submission, SubmissionVersion] | None:
    row = session.execute(
        sa.select(Submission, SubmissionVersion)
        .join(AuthorityProfile, AuthorityProfile.authority_id == Submission.authority_id)
        .join(
            SubmissionVersion,
            sa.and_(
                SubmissionVersion.submission_id == Submission.id,
                SubmissionVersion.version == Submission.version,
            ),
        )
        .where(AuthorityProfile.la_code == number.la_code, Submission.number == str(number))
        .options(joinedload(Submission.team), joinedload(Submission.organisation))
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def _judged(number: Number, submission: Submission, version: SubmissionVersion, on: date) -> Answer:
    text = str(number) if number.version is None else f"{number} v{number.version}"
    state = submission.state
    if state in WAITING or state is State.DRAFT:
        why = "The gate has not approved this yet, so it has not been sent to schools."
        return Answer(text, Standing.WAITING, state, why)
    if state not in {*CURRENT, State.EXPIRED}:
        return Answer(text, Standing.REFUSED, state, "This was not approved.")
    published = _published(submission, version)
    standing, why = Standing.CURRENT, f"It is valid to {day(submission.expires_on)}."
    if number.version is not None and number.version != version.version:
        standing = Standing.OTHER_VERSION
        why = (
            f"Version {number.version} is not the approved one. That is version {version.version}."
        )
    elif state is State.EXPIRED or (submission.expires_on and submission.expires_on < on):
        standing, why = Standing.EXPIRED, f"It was valid to {day(submission.expires_on)}."
    return Answer(text, standing, state, why, published)


def _published(submission: Submission, version: SubmissionVersion) -> Published:
    document = SubmissionDocument.read(version.document)
    asks = document.kind is Kind.DATA_REQUEST
    organisation = submission.organisation.name
    return Published(
        title=document.title,
        owner=f"{submission.team.name}, {organisation}" if submission.team else organisation,
        asks=asks,
        mandatory=document.legal_claim if asks and not document.voluntary else "",
        frequency=frequency_in_words(document.frequency),
        minutes_per_school=minutes_per_school(version),
        expires_on=submission.expires_on,
        version=version.version,
        sent_on=submission.sent_at if submission.state in SENT else None,
    )


def minutes_per_school(version: SubmissionVersion) -> int:
    """Return the minutes of a year at one school, rounded half up once."""
    minutes = sum(version.burden.get("minutes", {}).values())
    return round_half_up(Fraction(minutes, version.schools)) if version.schools else 0


@dataclass(frozen=True)
class Listed:
    """One page of the register and how many entries match (no further than MOST_COUNTED + 1)."""

    rows: Sequence[Submission]
    total: int


def list_register(
    session: Session,
    authority_id: int,
    *,
    query: str = "",
    state: State | None = None,
    team_id: int | None = None,
    page: int = 1,
) -> Listed:
    """Return one page of all submissions that have a number, newest first: two statements.

    ``query`` is a number (as people type it) or words of the title.
    """
    conditions = [Submission.authority_id == authority_id, Submission.number.is_not(None)]
    if state is not None:
        conditions.append(Submission.state == state)
    if team_id is not None:
        conditions.append(Submission.team_id == team_id)
    query = " ".join(query.split())[:LONGEST_QUERY]
    number = parse_number(query)
    if number is not None:
        conditions.append(Submission.number == str(number))
    elif query:
        conditions += [
            sa.or_(
                Submission.title.icontains(word, autoescape=True),
                Submission.number.icontains(word, autoescape=True),
            )
            for word in query.split()[:10]
        ]
    counted = sa.select(Submission.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(counted))
    rows = session.scalars(
        sa.select(Submission)
        .where(*conditions)
        .options(joinedload(Submission.team), joinedload(Submission.organisation))
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return Listed(rows, total or 0)


def teams(session: Session, authority_id: int) -> list[tuple[int, str]]:
    """Return the teams that may have submissions, by name: id and name with its organisation."""
    rows = session.execute(
        sa.select(Team.id, Team.name, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Team.organisation_id)
        .where(Team.authority_id == authority_id)
        .order_by(Team.name, Organisation.name, Team.id)
        .limit(500)
    ).all()
    return [(row.id, f"{row.name}, {row.organisation}") for row in rows]
