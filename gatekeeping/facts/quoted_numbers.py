"""The register numbers that a document quotes as its own, and how each stands (K80)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person, Team
from gatekeeping.asked import Asked
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import IS_NEWEST, Submission, SubmissionVersion
from gatekeeping.reading.plain import plain
from gatekeeping.registry.numbers import Number, parse_number
from gatekeeping.registry.reliance import Standing, standing_of
from gatekeeping.thesaurus.naming import stems

FIELDS = ("number", "title", "body")
MOST_QUOTED = 20

_NUMBER = re.compile(
    r"(?<![\w-])[0-9]{3}[- ]{0,3}[0-9]{4}[- ]{0,3}[A-Z][- ]{0,3}[0-9]{5,9}[- ]{0,3}[A-Z]"
    r"(?:[- ]{0,3}v ?[0-9]{1,4})?(?![\w])(?!-\w)",
    re.IGNORECASE,
)
_LIKE_ONE = re.compile(
    # one sign of the right length is a letter for a digit or the reverse: "888-2627-D-OO417-X"
    r"(?<![\w-])(?=[\w-]*\d{3})\w{2,4}-\w{3,5}-\w-\w{4,6}-\w(?:[- ]{0,3}v ?[0-9]{1,4})?(?![\w-])",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"\b(?:replac\w+|supersed\w+|renew\w*|follow(?:s|ing)? (?:up|on)(?: from| to)?|earlier"
    r"|previous(?:ly)?|last (?:year|term|time)\w*(?:'s)?|former\w*|instead of|withdrawn|unlike"
    r"|see also|refers? to|in addition to|separate from|already (?:sent|asked|answered)(?: under)?"
    r"|example|e\.g\.)[\s\w,:('\".]{0,40}$",
    re.IGNORECASE,
)
_NEAR = 80


@dataclass(frozen=True)
class Quote:
    """A number as it stands in a field; ``number`` is None when it cannot be read."""

    field: str
    start: int
    end: int
    text: str
    number: Number | None


@dataclass(frozen=True)
class Registered:
    """What the register knows of a number on the day.

    ``own`` tells whether it belongs to the same submission, author or team, ``same_form`` whether
    what it was approved for asks at least as much.
    """

    submission_id: int
    standing: Standing
    version: int
    expires_on: date | None
    own: bool
    same_form: bool


def quotes(document: SubmissionDocument) -> list[Quote]:
    """Return the numbers that a document is sent under, in the order of its fields.

    What it renews, replaces or refers to is another's number and no claim.
    """
    return list(_quotes(document))[:MOST_QUOTED]


def facts(session: Session, asked: Asked) -> Mapping[str, Registered]:
    """Return what the register knows of the numbers that are quoted: one statement, or none."""
    wanted = {str(quote.number) for quote in quotes(asked.document) if quote.number is not None}
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(Submission, SubmissionVersion.document, Person.email, Team.name.label("team"))
        .join(Person, Person.id == Submission.author_id)
        .outerjoin(Team, Team.id == Submission.team_id)
        .outerjoin(
            SubmissionVersion,
            IS_NEWEST,
        )
        .where(Submission.authority_id == asked.authority_id, Submission.number.in_(sorted(wanted)))
        .order_by(Submission.number)
        .limit(MOST_QUOTED)
    ).all()
    return {
        row.Submission.number: Registered(
            row.Submission.id,
            standing_of(row.Submission, asked.today),
            row.Submission.version,
            row.Submission.expires_on,
            _is_own(asked, row.Submission.id, row.email, row.team or ""),
            _is_same_form(asked.document, row.document),
        )
        for row in rows
    }


def _quotes(document: SubmissionDocument) -> Iterator[Quote]:
    renewed = parse_number(document.renews)
    for field in FIELDS:
        text = getattr(document, field)
        shown = plain(text)
        found = [*_NUMBER.finditer(shown), *_LIKE_ONE.finditer(shown)]
        ends = 0
        for match in sorted(found, key=lambda match: (match.start(), -match.end())):
            before = shown[max(0, match.start() - _NEAR) : match.start()]
            number = parse_number(match.group())
            if match.start() < ends or (renewed and number and str(number) == str(renewed)):
                continue
            ends = match.end()
            if field == "number" or not _OF_ANOTHER.search(before):
                place = slice(match.start(), match.end())
                yield Quote(field, match.start(), match.end(), text[place], number)
        if field == "number" and text.strip() and not found:
            yield Quote(field, 0, len(text), text, None)


def _is_own(asked: Asked, submission_id: int, email: str, team: str) -> bool:
    """Tell whether it is the asker's; who says neither author nor team is believed."""
    if submission_id == asked.submission_id:
        return True
    author, theirs = asked.document.author.strip(), asked.document.team.strip()
    if not author and not theirs:
        return True
    same_team = bool(theirs) and theirs.casefold() == team.casefold()
    return same_team or (bool(author) and author.casefold() == email.casefold())


def _is_same_form(document: SubmissionDocument, approved: dict[str, object] | None) -> bool:
    """Tell whether nothing is asked that the approved form does not ask."""
    if approved is None or not document.items:
        return True
    then = SubmissionDocument.read(approved)
    known = {frozenset(stems(item.name)) for item in then.items}
    return all(frozenset(stems(item.name)) in known for item in document.items)
