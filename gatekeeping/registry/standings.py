"""What anybody may ask about a number: how it stands, and whether a school must answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import AuthorityProfile
from foundation.dates import day
from gatekeeping.burden import round_half_up
from gatekeeping.changes.since_frozen import approval_reaches
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import IS_NEWEST, Kind, State, Submission, SubmissionVersion
from gatekeeping.moves import CURRENT
from gatekeeping.registry.masking import is_withheld, masked, public_title
from gatekeeping.registry.numbers import LETTERS, Number, parse_number
from gatekeeping.registry.reliance import GOOD, WHY, Standing, standing_of
from gatekeeping.wording import frequency_in_words

LONGEST_QUERY = 200
SENT = CURRENT - {State.APPROVED, State.SCHEDULED} | {
    State.EXPIRED,
    State.SUSPENDED,
    State.NOT_RATIFIED,
}
"""States in which something may have reached schools; when it did stands in ``sent_at``."""


@dataclass(frozen=True)
class Published:
    """What the public may know of an approved submission; never who wrote or decided it."""

    title: str
    owner: str
    asks: bool
    must: str
    """Whether schools must answer, in a sentence with the law that says so, if any."""
    is_duty: bool
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
        return self.standing in GOOD

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


def look_up(session: Session, text: str, *, on: date, open_only: bool = True) -> Answer:
    """Return what may be known of the number in ``text`` as on that day.

    ``open_only`` is what anybody may: titles are withheld and masked as in the public register.
    Three statements at most. A submission that was not approved tells its state, not its title.
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
    older = number.version is not None and number.version < version.version
    reaches = older and approval_reaches(session, submission, number.version or 0)
    return _judged(number, submission, version, on, reaches=reaches, open_only=open_only)


def _find(session: Session, number: Number) -> tuple[Submission, SubmissionVersion] | None:
    row = session.execute(
        sa.select(Submission, SubmissionVersion)
        .join(AuthorityProfile, AuthorityProfile.authority_id == Submission.authority_id)
        .join(
            SubmissionVersion,
            IS_NEWEST,
        )
        .where(AuthorityProfile.la_code == number.la_code, Submission.number == str(number))
        .options(
            joinedload(Submission.team),
            joinedload(Submission.organisation),
            joinedload(Submission.author),
        )
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def _judged(
    number: Number,
    submission: Submission,
    version: SubmissionVersion,
    on: date,
    *,
    reaches: bool = False,
    open_only: bool,
) -> Answer:
    text = str(number) if number.version is None else f"{number} v{number.version}"
    state, standing = submission.state, standing_of(submission, on)
    if standing in {Standing.WAITING, Standing.REFUSED, Standing.JOINED}:
        return Answer(text, standing, state, WHY[standing])
    published = _published(submission, version, open_only=open_only)
    why = WHY.get(standing) or f"It is valid to {day(submission.expires_on)}."
    if standing is Standing.EMERGENCY:
        why = f"It was sent under the emergency route and is being reviewed. {why}"
    if standing is Standing.EXPIRED:
        why = f"It was valid to {day(submission.expires_on)}."
    elif reaches and standing in GOOD:
        why = f"{why} Version {version.version} asks no more than this one."
    elif number.version is not None and number.version != version.version and standing in GOOD:
        standing = Standing.OTHER_VERSION
        why = (
            f"Version {number.version} is not the approved one. That is version {version.version}."
        )
    return Answer(text, standing, state, why, published)


def _published(submission: Submission, version: SubmissionVersion, *, open_only: bool) -> Published:
    document = SubmissionDocument.read(version.document)
    organisation = submission.organisation.name
    if open_only and is_withheld(submission) and document.legal_claim:
        document = document.model_copy(update={"legal_claim": "a law that is withheld here"})
    must, is_duty = must_answer(document, version.law)
    if open_only:
        must = masked(must, [submission.author.name])
    return Published(
        title=public_title(submission) if open_only else document.title,
        owner=f"{submission.team.name}, {organisation}" if submission.team else organisation,
        asks=document.kind is Kind.DATA_REQUEST,
        must=must,
        is_duty=is_duty,
        frequency=frequency_in_words(document.frequency),
        minutes_per_school=minutes_per_school(version),
        expires_on=submission.expires_on,
        version=version.version,
        sent_on=submission.sent_at if submission.state in SENT else None,
    )


def must_answer(document: SubmissionDocument, law: Mapping[str, Any]) -> tuple[str, bool]:
    """Say whether schools must answer, and whether that is a duty which a lawyer confirmed.

    ``law`` is what ``gatekeeping.law`` stored with the version; a claim that nobody verified is
    called just that (gatekeeping 5.1).
    """
    if document.kind is not Kind.DATA_REQUEST:
        return "No, it is for information.", False
    if document.voluntary:
        return "No, it is voluntary.", False
    claim = law.get("provision_words") or document.legal_claim.strip()
    verdict, verified = str(law.get("verdict", "")), bool(law.get("verified"))
    if verdict in DUTIES and verified:
        return f"Yes. The law puts this on schools: {claim}.", True
    if verdict in DUTIES or (claim and verdict in {"", "UNRESOLVED"}):
        return (
            f"The team says so, under: {claim}. The council’s legal reviewer has not confirmed it.",
            False,
        )
    return "No duty on schools has been shown, so you may choose.", False


DUTIES = frozenset({"DUTY_ON_SCHOOL", "DUTY_ON_SCHOOL_PARTIAL"})


def minutes_per_school(version: SubmissionVersion) -> int:
    """Return the minutes of a year at one school, rounded half up once."""
    minutes = sum(version.burden.get("minutes", {}).values())
    return round_half_up(Fraction(minutes, version.schools)) if version.schools else 0
