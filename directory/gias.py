"""The layout of GIAS ``edubasealldata`` files: from the cells of a row to the values of a school.

Columns are found by name, in any order. They come and go between the years, so that everything
but the URN, the name, the local authority, status, type and phase may be missing; what a file
does not have is left as it is. Status, type and phase may come as code, as name, or both.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from directory.addresses import clean_telephone
from directory.gias_codes import PHASES, STATUS_OF_CODE, STATUSES, TYPES, by_name, plain
from foundation.dates import day_in
from foundation.errors import BrokenFileError
from foundation.spreadsheets import BadCellError

MISSING = frozenset({"", "-", "not recorded", "not applicable"})
DIGITS = re.compile(r"[0-9]{1,12}")
LA_CODE = re.compile(r"[0-9]{1,3}")
EXCEL_NOTHING = "00/01/1900"
MOST_URN = 9_999_999
MOST_NUMBER = 2_147_483_647

Values = dict[str, Any]


@dataclass(frozen=True)
class SchoolRow:
    """One row: its school's values by column of the table, its authority, and its trust if any.

    ``trust`` is the group UID and name; None says that the row has no trust, and the layout
    without trust columns says nothing (``Layout.tells_trusts``).
    """

    urn: int
    la_code: str
    la_name: str
    values: Values
    trust: tuple[str, str] | None


@dataclass(frozen=True)
class Coded:
    """A field that GIAS gives as a code, a name, or both."""

    column: str
    width: int
    names: dict[str, str]
    codes: dict[str, str]
    open_ended: bool = False
    """New codes appear over the years: an unknown one is good when its name stands beside it."""


def _coded(column: str, width: int, names: dict[str, str], *, open_ended: bool = False) -> Coded:
    return Coded(column, width, names, by_name(names), open_ended)


STATUS = _coded("EstablishmentStatus", 1, STATUSES)
TYPE = _coded("TypeOfEstablishment", 2, TYPES, open_ended=True)
PHASE = _coded("PhaseOfEducation", 1, PHASES)

TEXTS = {
    "EstablishmentTypeGroup (code)": ("type_group_code", 3),
    "Gender (name)": ("gender", 40),
    "ReligiousCharacter (name)": ("religious_character", 100),
    "NurseryProvision (name)": ("nursery_provision", 60),
    "OfficialSixthForm (name)": ("sixth_form", 60),
    "Federations (code)": ("federation_code", 40),
    "Federations (name)": ("federation_name", 200),
    "DistrictAdministrative (code)": ("district_code", 12),
    "DistrictAdministrative (name)": ("district", 100),
    "Street": ("street", 200),
    "Locality": ("locality", 200),
    "Address3": ("address_line", 200),
    "Town": ("town", 100),
    "County (name)": ("county", 100),
    "Postcode": ("postcode", 10),
    "SchoolWebsite": ("website", 300),
    "HeadTitle (name)": ("head_title", 40),
    "HeadFirstName": ("head_first_name", 100),
    "HeadLastName": ("head_last_name", 100),
    "HeadPreferredJobTitle": ("head_job_title", 120),
}
NUMBERS = {
    "UKPRN": "ukprn",
    "EstablishmentNumber": "establishment_number",
    "StatutoryLowAge": "low_age",
    "StatutoryHighAge": "high_age",
    "NumberOfPupils": "pupils",
    "SchoolCapacity": "capacity",
    "Easting": "easting",
    "Northing": "northing",
}
DATES = {
    "OpenDate": "opened_on",
    "CloseDate": "closed_on",
    "LastChangedDate": "changed_in_gias_on",
}
Read = Callable[[str, str], Any]


class Layout:
    """What one file's heading offers. Made once a file, used for every row."""

    def __init__(self, columns: Iterable[str]) -> None:
        """Find the columns; raises BrokenFileError naming every indispensable one that lacks."""
        self._place = {_key(column): column for column in reversed(list(columns))}
        lacking = [
            name for name in ("URN", "EstablishmentName", "LA (code)") if not self._has(name)
        ]
        lacking += [
            f"{coded.column} (code)"
            for coded in (STATUS, TYPE, PHASE)
            if not self._has(f"{coded.column} (code)") and not self._has(f"{coded.column} (name)")
        ]
        if lacking:
            listed = ", ".join(f"“{name}”" for name in lacking)
            plural = "s" if len(lacking) > 1 else ""
            raise BrokenFileError(
                f"This is not a list of schools from GIAS: it lacks the column{plural} {listed}. "
                "Its first line must name the columns."
            )
        self.tells_trusts = self._has("Trusts (code)") or self._has("Trusts (name)")
        self._plain = [
            (self._place[_key(name)], name, field, _text(most))
            for name, (field, most) in TEXTS.items()
            if self._has(name)
        ]
        for table, read in ((NUMBERS, _number), (DATES, _date)):
            self._plain += [
                (self._place[_key(name)], name, field, read)
                for name, field in table.items()
                if self._has(name)
            ]

    def read(self, cells: Mapping[str, str]) -> SchoolRow:
        """Return a row's school; raises BadCellError at the first cell that cannot be used."""
        urn = self.urn(cells)
        la_code = _la_code(self._cell(cells, "LA (code)"))
        status, _ = self._coded(cells, STATUS)
        type_code, type_name = self._coded(cells, TYPE)
        phase_code, phase_name = self._coded(cells, PHASE)
        values: Values = {
            "urn": urn,
            "la_code": la_code,
            "name": _name(self._cell(cells, "EstablishmentName")),
            "status": STATUS_OF_CODE[status],
            "type_code": type_code,
            "type_name": type_name[:100],
            "phase_code": phase_code,
            "phase_name": phase_name[:60],
        }
        for place, column, field, read in self._plain:
            text = cells.get(place, "")
            values[field] = read(column, "" if _is_missing(text) else text)
        if self._has("TelephoneNum"):
            values["telephone"] = _telephone(self._cell(cells, "TelephoneNum"))
        la_name = _folded(self._cell(cells, "LA (name)"))
        return SchoolRow(urn, la_code, la_name, values, self._trust(cells))

    def urn(self, cells: Mapping[str, str]) -> int:
        """Return the row's URN alone; raises BadCellError when it is none."""
        text = self._cell(cells, "URN").strip()
        if not DIGITS.fullmatch(text) or not 0 < int(text) <= MOST_URN:
            raise BadCellError("URN", f"“{text[:20]}” is not a URN (a number of six digits)")
        return int(text)

    def _has(self, name: str) -> bool:
        return _key(name) in self._place

    def _cell(self, cells: Mapping[str, str], name: str) -> str:
        place = self._place.get(_key(name))
        return cells.get(place, "") if place is not None else ""

    def _coded(self, cells: Mapping[str, str], coded: Coded) -> tuple[str, str]:
        code = self._cell(cells, f"{coded.column} (code)").strip()
        name = _folded(self._cell(cells, f"{coded.column} (name)"))
        column = f"{coded.column} (code)" if code else f"{coded.column} (name)"
        if code:
            code = code.lstrip("0").zfill(coded.width) if code.isdigit() else code
            if code in coded.names:
                return code, name or coded.names[code]
            if coded.open_ended and name and code.isdigit() and len(code) <= coded.width:
                return code, name
            raise BadCellError(column, f"the code “{code[:20]}” is unknown")
        found = coded.codes.get(plain(name))
        if found is None:
            raise BadCellError(column, f"“{name[:60]}” is unknown" if name else "it is empty")
        return found, name

    def _trust(self, cells: Mapping[str, str]) -> tuple[str, str] | None:
        code, name = self._cell(cells, "Trusts (code)"), self._cell(cells, "Trusts (name)")
        code = "" if _is_missing(code) else code.strip()
        name = "" if _is_missing(name) else _folded(name)
        if not code and not name:
            return None
        return (code or plain(name))[:40], (name or f"Trust {code}")[:200]


def _key(column: str) -> str:
    return "".join(column.casefold().split())


def _is_missing(text: str) -> bool:
    return text.strip().casefold() in MISSING


def _folded(text: str) -> str:
    return " ".join(text.split())


def _name(text: str) -> str:
    name = _folded(text)
    if not name:
        raise BadCellError("EstablishmentName", "the school has no name")
    return str(_text(200)("EstablishmentName", name))


def _la_code(text: str) -> str:
    code = text.strip()
    if not LA_CODE.fullmatch(code) or int(code) == 0:
        raise BadCellError("LA (code)", f"“{code[:20]}” is not the code of a local authority")
    return code.zfill(3)


def _text(most: int) -> Read:
    def read(column: str, text: str) -> str:
        folded = _folded(text)
        if len(folded) > most:
            raise BadCellError(column, f"it is longer than {most} characters")
        return folded

    return read


def _number(column: str, text: str) -> int | None:
    bare = text.strip().replace(",", "").removesuffix(".0")
    if not bare:
        return None
    if not DIGITS.fullmatch(bare) or int(bare) > MOST_NUMBER:
        raise BadCellError(column, f"“{text.strip()[:20]}” is not a whole number")
    return int(bare)


@lru_cache(maxsize=4096)  # a file holds the same few days many times over
def _date(column: str, text: str) -> date | None:
    bare = text.strip().replace("T", " ").split(" ")[0]
    if not bare or bare == EXCEL_NOTHING:
        return None
    found = day_in(bare)
    if found is None:
        shown = text.strip()[:20]
        raise BadCellError(column, f"“{shown}” is not a date (write it like 01-09-2018)")
    return found


def _telephone(text: str) -> str:
    number = "" if _is_missing(text) else clean_telephone(text)
    return str(_text(40)("TelephoneNum", number))
