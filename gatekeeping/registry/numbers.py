"""Public register numbers with their check character (gatekeeping 4.10).

``888-2627-D-00417-X v2``: LA code, school year, type letter, sequence, check character, version.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.models import NumberSequence

ALPHABET = "ABCDEFGHJKLMNPQRSTVWXYZ"
LETTERS = "CDER"  # communication, data request, emergency, renewal
# A sequence has five digits, more only once those are used up: so none of six or more begins with
# 0, and a swap that would make one so cannot pass for a shorter number.
PATTERN = re.compile(
    r"\s*([0-9]{3})[-\s]?([0-9]{4})[-\s]?([A-Z])[-\s]?([0-9]{5}|[1-9][0-9]{5,8})[-\s]?([A-Z])"
    r"(?:[-\s]*V\s*([0-9]{1,4}))?\s*",
)
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


@dataclass(frozen=True)
class Number:
    """A register number read from text; ``version`` is None when the text gave none."""

    la_code: str
    school_year: str
    letter: str
    sequence: int
    check: str
    version: int | None = None

    def __str__(self) -> str:
        """Write the number without its version, as the register stores it."""
        return f"{self.la_code}-{self.school_year}-{self.letter}-{self.sequence:05d}-{self.check}"

    @property
    def is_valid(self) -> bool:
        """Tell whether the check character fits (for what it catches see docs/decisions/0005)."""
        expected = check_character(self.la_code, self.school_year, self.letter, self.sequence)
        return self.letter in LETTERS and self.check == expected


def check_character(la_code: str, school_year: str, letter: str, sequence: int) -> str:
    """Return the check character: the digits, the letter as two digits (A is 01), modulo 23."""
    place = ord(letter) - ord("A") + 1
    return ALPHABET[int(f"{la_code}{school_year}{place:02d}{sequence:05d}") % 23]


def parse_number(text: str) -> Number | None:
    """Read a number as people type it (case, spaces and dashes do not matter), else None.

    It may still be invalid: ask ``is_valid``.
    """
    match = PATTERN.fullmatch(text.translate(DASHES).upper())
    if match is None:
        return None
    la_code, year, letter, sequence, check, version = match.groups()
    return Number(la_code, year, letter, int(sequence), check, int(version) if version else None)


def school_year(day: date) -> str:
    """Return the school year of a day as four digits: 2627 from September 2026 to August 2027."""
    start = day.year if day.month >= 9 else day.year - 1  # noqa: PLR2004 - September
    return f"{start % 100:02d}{(start + 1) % 100:02d}"


def reserve(session: Session, authority_id: int, *, la_code: str, letter: str, on: date) -> str:
    """Take the next number of this kind; no sequence is ever given out twice or given back.

    The counter's row stays locked until the caller commits, so two submissions never share one.
    """
    year = school_year(on)
    key = {"authority_id": authority_id, "school_year": year, "letter": letter}
    conditions = [getattr(NumberSequence, name) == value for name, value in key.items()]
    take = (
        sa.update(NumberSequence)
        .where(*conditions)
        .values(last=NumberSequence.last + 1)
        .returning(NumberSequence.last)
    )
    sequence = session.scalar(take)
    if sequence is None:
        _begin_counting(session, key)
        sequence = session.scalar(take)
    if sequence is None:
        message = "the counter of numbers could not be made"
        raise RuntimeError(message)
    check = check_character(la_code, year, letter, sequence)
    return str(Number(la_code, year, letter, sequence, check))


def _begin_counting(session: Session, key: Mapping[str, object]) -> None:
    # Two first submissions of a year may arrive at once: one of the inserts does nothing.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    session.execute(insert(NumberSequence).values(**key, last=0).on_conflict_do_nothing())
