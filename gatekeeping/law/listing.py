"""The register of duties as a list to search: shipped and own rows, with the verdicts set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.law.duties import Duty, rows_of, shipped
from gatekeeping.law.identifiers import ROOT
from gatekeeping.law.models import LawDuty, ProvisionVerdict
from gatekeeping.law.naming import place_in_words
from gatekeeping.law.opinions import Precedent
from gatekeeping.law.rulings import MOST_OWN_DUTIES, as_precedent
from gatekeeping.law.words import LegalVerdict

PAGE = 25
MOST_RULED = 2_000
LONGEST_QUERY = 200
STATUSES = ("in force", "unsure", "repealed", "not in force yet")


@dataclass(frozen=True)
class Entry:
    """One provision of the register with everything that is known of it.

    ``key`` names it in addresses, "" for what is no legislation (a handbook, a scheme). ``ruled``
    is the newest verdict of a legal reviewer; ``verdict`` is that, else what the portal proposes.
    """

    key: str
    title: str
    place: str
    duty: Duty
    collections: tuple[str, ...]
    sources: tuple[str, ...]
    ruled: Precedent | None = None
    verified: bool = False

    @property
    def id(self) -> str:
        """Return the identifier of legislation.gov.uk, "" for what is no legislation."""
        return f"{ROOT}{self.key}" if self.key else ""

    @property
    def name(self) -> str:
        """Return what people call it."""
        return f"{self.title}, {self.place}" if self.place else self.title

    @property
    def verdict(self) -> LegalVerdict:
        """Return the reviewer's verdict, the portal's proposal where there is none."""
        return self.ruled.verdict if self.ruled else self.duty.verdict

    @property
    def standing(self) -> str:
        """Return in two or three words whether a lawyer stands behind the verdict."""
        if self.ruled is None:
            return "Not verified"
        return "Verified" if self.verified else "To be reviewed"


@dataclass(frozen=True)
class Choice:
    """What somebody looks for: words, a status, a standing ("Verified" ...); empty is all."""

    q: str = ""
    status: str = ""
    standing: str = ""


def list_entries(
    session: Session, authority_id: int, choice: Choice, *, on: date, page: int = 1
) -> tuple[Sequence[Entry], int]:
    """Return one page of the register in the order of titles, and how many match: two statements.

    The register is a table of a few hundred rows, most of them shipped, so it is searched here.
    """
    words = choice.q.casefold()[:LONGEST_QUERY].split()
    found = [
        entry
        for entry in _entries(session, authority_id, on)
        if (not choice.status or entry.duty.status == choice.status)
        and (not choice.standing or entry.standing == choice.standing)
        and all(word in _searched(entry) for word in words)
    ]
    return found[(page - 1) * PAGE : page * PAGE], len(found)


def find_entry(session: Session, authority_id: int, key: str, *, on: date) -> Entry | None:
    """Return the entry of a provision, None when the register does not hold it."""
    return next((one for one in _entries(session, authority_id, on) if one.key == key), None)


def _searched(entry: Entry) -> str:
    parts = (entry.name, entry.duty.bearer, entry.duty.says, *entry.collections, entry.key)
    return " ".join(parts).casefold()


def _entries(session: Session, authority_id: int, on: date) -> list[Entry]:
    own = session.scalars(
        sa.select(LawDuty.row)
        .where(LawDuty.authority_id == authority_id)
        .order_by(LawDuty.id)
        .limit(MOST_OWN_DUTIES)
    ).all()
    ruled = _ruled(session, authority_id)
    together: dict[str, list[Duty]] = {}
    for duty in (*rows_of(own), *shipped().rows):
        together.setdefault(duty.key if duty.placed and duty.key else duty.title, []).append(duty)
    made = [_entry(duties, ruled, on) for duties in together.values()]
    return sorted(made, key=lambda entry: (entry.title.casefold(), _natural(entry.key)))


def _ruled(session: Session, authority_id: int) -> dict[str, Precedent]:
    newest = (
        sa.select(sa.func.max(ProvisionVerdict.id))
        .where(ProvisionVerdict.authority_id == authority_id)
        .group_by(ProvisionVerdict.key)
    )
    rows = session.scalars(
        sa.select(ProvisionVerdict)
        .where(ProvisionVerdict.authority_id == authority_id, ProvisionVerdict.id.in_(newest))
        .order_by(ProvisionVerdict.id)
        .limit(MOST_RULED)
    )
    return {row.key: as_precedent(row) for row in rows}


def _entry(duties: Sequence[Duty], ruled: dict[str, Precedent], on: date) -> Entry:
    first = duties[0]
    key = first.key if first.placed else ""
    precedent = ruled.get(key)
    place = place_in_words(first.provision)
    return Entry(
        key,
        first.title.strip("()"),
        place,
        first,
        _distinct(duty.collection for duty in duties),
        _distinct(source for duty in duties for source in duty.source.split(" ; ")),
        precedent,
        verified=precedent is not None and precedent.holds(on),
    )


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def _natural(key: str) -> list[tuple[int, str]]:
    return [
        (int("".join(char for char in part if char.isdigit()) or 0), part)
        for part in key.split("/")
    ]
