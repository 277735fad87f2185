"""The register of duties as shipped: who must give what under which provision (5.1, 5.4).

Rows come from ``provisions.csv`` (curated, they come first) and ``school_data_duties.csv``. A
verdict here is the portal's own proposal; only a legal reviewer's is verified.
"""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from directory.kinds import PHASES, TYPES
from gatekeeping.law.composing import compose, provision
from gatekeeping.law.identifiers import Identity, uri
from gatekeeping.law.instruments import DATA, form_of, known
from gatekeeping.law.pinpoints import groups
from gatekeeping.law.words import LegalVerdict

NARROW = {"nursery": frozenset({"15"}), "pru": frozenset({"14"})}
"""Kinds of school that some duties leave out, beside the types of ``directory.kinds``."""


@dataclass(frozen=True)
class Duty:
    """One provision of one instrument and what it asks of whom.

    ``types`` are words of ``directory.kinds`` with ``nursery`` and ``pru``, a hyphen before those
    left out; none: every type. ``items`` names a list of ``items.toml``. ``status`` is "in force",
    "unsure", "repealed" or "not in force yet".
    """

    identity: Identity | None
    provision: str
    title: str
    verdict: LegalVerdict
    bearer: str
    says: str
    status: str
    source: str = ""
    collection: str = ""
    types: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    items: str = ""
    replaced_by: str = ""
    curated: bool = False
    placed: bool = True
    """False when the source names no provision: it is listed, but answers for none."""

    @property
    def id(self) -> str:
        """Return the identifier of the provision, "" for what is no legislation."""
        return uri(self.identity, self.provision) if self.identity else ""

    @property
    def key(self) -> str:
        """Return what addresses name it by: "ukpga/1996/56/section/537A"."""
        return self.id.partition("/id/")[2]

    def covers(self, type_code: str, phase_code: str) -> bool:
        """Tell whether it reaches schools of these GIAS codes."""
        if self.types and not _in_types(self.types, type_code):
            return False
        return not self.phases or any(phase_code in PHASES[phase] for phase in self.phases)


def _in_types(words: Sequence[str], code: str) -> bool:
    codes = TYPES | NARROW
    taken = [word for word in words if not word.startswith("-")]
    left_out = [word[1:] for word in words if word.startswith("-")]
    if any(code in codes[word] for word in left_out):
        return False
    return not taken or any(code in codes[word] for word in taken)


@dataclass(frozen=True)
class Register:
    """Duties found by instrument and provision."""

    rows: tuple[Duty, ...]
    by_instrument: Mapping[Identity, tuple[Duty, ...]] = field(default_factory=dict)

    def find(self, identity: Identity, place: str) -> Duty | None:
        """Return the duty on a provision: itself, else what holds it, else what lies in it."""
        place = _without_parts(place)
        ranked = [
            (rank, -len(duty.provision), not duty.curated, number, duty)
            for number, duty in enumerate(self.by_instrument.get(identity, ()))
            if (rank := _rank(_without_parts(duty.provision), place)) is not None
        ]
        if not ranked:
            return None
        best, *others = [row[4] for row in sorted(ranked, key=lambda row: row[:4])]
        return _completed(best, [one for one in others if one.curated and one.items])


def _completed(duty: Duty, curated: Sequence[Duty]) -> Duty:
    """Give a part of a provision the list of items of the whole: "regulation 13(1)" that of 13."""
    whole = next((one for one in curated if _rank(one.provision, duty.provision) in {0, 1}), None)
    return replace(duty, items=whole.items) if whole and not duty.items else duty


def _rank(row: str, place: str) -> int | None:
    if row == place:
        return 0
    if not place:
        return None
    if row and place.startswith(f"{row}/"):
        return 1
    if row.startswith(f"{place}/"):
        return 2
    return None if row else 3


def _without_parts(place: str) -> str:
    return re.sub(r"^(schedule/[^/]+)/part/[^/]+(?=/)", r"\1", place)


def register_of(rows: Iterable[Duty]) -> Register:
    """Return a register of these rows, in which those named first win a tie."""
    found: dict[Identity, list[Duty]] = {}
    rows = tuple(rows)
    for row in rows:
        if row.identity is not None and row.placed:
            found.setdefault(row.identity, []).append(row)
    return Register(rows, {identity: tuple(duties) for identity, duties in found.items()})


@lru_cache(maxsize=1)
def shipped() -> Register:
    """Return the register as shipped; it is read at the first use."""
    return register_of([*_curated(), *rows_of(_lines("school_data_duties.csv"))])


@lru_cache(maxsize=1)
def item_lists() -> Mapping[str, re.Pattern[str]]:
    """Return for each list of items the pattern that an item on it carries."""
    with (DATA / "items.toml").open("rb") as stream:
        lists = tomllib.load(stream)
    return {
        name: re.compile(rf"\b(?:{words.replace(chr(10), '')})", re.IGNORECASE)
        for name, words in lists.items()
    }


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _curated() -> Iterator[Duty]:
    for row in _lines("provisions.csv"):
        identity = Identity(row["type"], int(row["year"]), int(row["number"]))
        instrument = known(identity)
        verdict = LegalVerdict(row["verdict"])
        later = verdict is LegalVerdict.NOT_IN_FORCE and "not commenced" in row["says"]
        status = "in force"
        if verdict is LegalVerdict.NOT_IN_FORCE:
            status = "not in force yet" if later else "repealed"
        yield Duty(
            identity,
            row["provision"],
            instrument.title if instrument else "",
            verdict,
            row["bearer"],
            row["says"],
            status,
            types=tuple(row["types"].split()),
            phases=tuple(row["phases"].split()),
            items=row["items"],
            replaced_by=row["replaced_by"],
            curated=True,
        )


def rows_of(lines: Iterable[Mapping[str, str]]) -> Iterator[Duty]:
    """Return the duties of lines with the columns of the shipped file: one for each provision."""
    for row in lines:
        unplaced = row["provision"].startswith("(") and "whole" not in row["provision"]
        for place in places_of(row["provision"], row["act_title"], row["type"]):
            yield _duty(row, place, placed=not unplaced)


def places_of(words: str, title: str, kind: str) -> list[str]:
    """Return the provisions that a cell names ("regs.3-5, Sch.1 Pt.1"), [""] for the whole."""
    plainly = re.sub(r"\([^)]*[A-Za-z]{3}[^)]*\)", " ", words)
    form = form_of(title, kind)
    found = [provision(one.steps, form, one.word) for one in compose(plainly, groups(plainly))]
    return list(dict.fromkeys(found)) or [""]


def _duty(row: Mapping[str, str], place: str, *, placed: bool) -> Duty:
    identity = None
    if row["year"].isdigit() and row["number"].isdigit():
        identity = Identity(row["type"], int(row["year"]), int(row["number"]))
    status = _status(row["status"])
    return Duty(
        identity,
        place,
        row["act_title"],
        _proposed(row, status),
        row["duty_bearer"],
        row["duty"],
        status,
        source=row["source_url_or_repo"],
        collection=row["collection"],
        types=_types(row["duty_bearer"]),
        phases=_phases(row["collection"]),
        replaced_by=_replacement(row["status"]),
        placed=placed,
    )


def _status(words: str) -> str:
    words = words.casefold()
    if words.startswith(("repealed", "replaced", "revoked")):
        return "repealed"
    if "not commenced" in words:
        return "not in force yet"
    return "in force" if words.startswith("in force") else "unsure"


def _replacement(words: str) -> str:
    found = re.search(r"(?:placed by|seded by|\(by|omitted by|of) (SI \d{4}/\d+[^;)]*)", words)
    return found.group(1).strip() if found else ""


_SCHOOL = re.compile(
    r"governing b|head teacher|proprietor|principal|teacher in charge|school|provider|trust|"
    r"institution|dutyholder|employer of|appropriate person",
    re.IGNORECASE,
)


def _proposed(row: Mapping[str, str], status: str) -> LegalVerdict:
    """Propose a verdict from who bears the duty and what it is (5.1)."""
    bearer, duty = row["duty_bearer"].casefold(), row["duty"].casefold()
    if status in {"repealed", "not in force yet"}:
        return LegalVerdict.NOT_IN_FORCE
    if row["type"] in {"contract", "scheme"}:
        return LegalVerdict.CONTRACT_CONDITION
    if "definition" in bearer:
        return LegalVerdict.VOLUNTARY
    if bearer.startswith("admission authority"):
        return LegalVerdict.DUTY_ON_SCHOOL_PARTIAL
    if not _SCHOOL.search(bearer) or bearer.startswith("secretary of state"):
        la = "local authority" in bearer or bearer.startswith("la ")
        return LegalVerdict.DUTY_ON_LA if la else LegalVerdict.DUTY_ON_OTHER
    gives = re.search(r"\b(?:give|send|tell|report|supply)\b[^;]*\b(?:la|local authority)\b", duty)
    return LegalVerdict.DUTY_ON_SCHOOL if gives else LegalVerdict.DUTY_ON_SCHOOL_PARTIAL


def _types(bearer: str) -> tuple[str, ...]:
    """Return which types of school a bearer's words mean; none when they may mean every type."""
    bearer = bearer.casefold()
    if "not nursery schools or prus" in bearer:
        return ("maintained", "-nursery", "-pru")
    if "academy" in bearer and "governing" not in bearer and "independent" not in bearer:
        return ("-nursery",) if "maintained" in bearer else ("academy",)
    if bearer.startswith("teacher in charge of pru"):
        return ("pru",)
    if bearer.startswith("proprietor of independent"):
        return ("independent",)
    if bearer.startswith(("governing body of maintained", "head teacher of maintained")):
        return ("maintained",)
    return ("maintained",) if bearer == "governing body" else ()


_PHASES = (
    (r"ks1|ks2|phonics|multiplication", ("primary",)),
    (r"eyfs profile", ("nursery", "primary")),
    (r"ks3|ks4", ("secondary",)),
    (r"16-18|participation", ("secondary", "sixteen_plus")),
)


def _phases(collection: str) -> tuple[str, ...]:
    return next(
        (phases for words, phases in _PHASES if re.search(words, collection.casefold())), ()
    )
