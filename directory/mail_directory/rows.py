"""Reading the rows of a mail directory: each is checked by itself, and none spoils another."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from directory.addresses import AddressError, clean_address
from directory.mail_directory.spelling import PROVIDERS, spell
from directory.models_mail import OWN_MAIL, SCHOOLS_MAIL, MailEntryKind
from foundation.spreadsheets import BadCellError, Row, as_written

REQUIRED = ("address", "kind")
KNOWN = ("urns", "urn", "members", "team", "status")
LONGEST_CELL = 130_000
"""A list of all schools, written out in one cell; csv reads no longer one."""
MOST_URNS = 30_000
MOST_MEMBERS = 30_000
MOST_TEAM = 120
MOST_DIGITS = 9
PARTS = re.compile(r"[\s;,|]+")
WHOLE = re.compile(r"([0-9]+)(?:\.0+)?")
KINDS: Mapping[str, MailEntryKind] = {kind.value: kind for kind in MailEntryKind} | {
    **dict.fromkeys(
        ("school", "school mailbox", "schools", "mail box", "shared mailbox", "person", "address"),
        MailEntryKind.MAILBOX,
    ),
    **dict.fromkeys(("school domain", "domains"), MailEntryKind.DOMAIN),
    **dict.fromkeys(("federation mailbox", "federated"), MailEntryKind.FEDERATION),
    **dict.fromkeys(
        ("mat", "sat", "academy trust", "multi academy trust", "trust mailbox", "trusts"),
        MailEntryKind.TRUST,
    ),
    **dict.fromkeys(
        ("distribution list", "mailing list", "distribution group", "group", "dl", "lists"),
        MailEntryKind.LIST,
    ),
    **dict.fromkeys(("officers", "staff", "employee", "council officer"), MailEntryKind.OFFICER),
    **dict.fromkeys(("partners", "partner officer"), MailEntryKind.PARTNER),
}
STATUSES: Mapping[str, bool] = {
    **dict.fromkeys(("", "open", "active", "current", "live"), False),
    **dict.fromkeys(("closed", "left", "inactive", "ended", "disabled", "leaver"), True),
}
"""Whether nobody reads it any more."""

address = lru_cache(maxsize=100_000)(clean_address)  # lists name the same mailboxes many times


@dataclass(frozen=True)
class Entry:
    """One line of the mail directory as a file gives it, and what to say of it."""

    line: int
    address: str
    kind: MailEntryKind
    urns: tuple[int, ...] = ()
    members: tuple[str, ...] = ()
    team: str = ""
    is_closed: bool = False
    doubts: tuple[tuple[str, str], ...] = ()
    """Column and sentence of what was passed over, though the row is used."""

    @property
    def values(self) -> dict[str, object]:
        """Return the columns of the table that the file tells."""
        return {
            "address": self.address,
            "kind": self.kind,
            "urns": list(self.urns),
            "members": list(self.members),
            "team": self.team,
            "is_closed": self.is_closed,
        }


def read_entry(row: Row) -> Entry:
    """Return the entry in a row; raises BadCellError with the column and how to mend it."""
    if row.problem:
        raise BadCellError("", row.problem)
    cells = row.cells
    kind = _kind(cells.get("kind", ""))
    where, kind = address_in(cells.get("address", ""), kind)
    urns = _urns(cells.get("urns", "") or cells.get("urn", ""))
    if kind in SCHOOLS_MAIL and not urns:
        raise BadCellError("urns", "enter the URN of each school that it stands for")
    doubts: list[tuple[str, str]] = []
    members: tuple[str, ...] = ()
    if kind is MailEntryKind.LIST:
        members, more = _members(cells.get("members", ""), doubts)
        urns = tuple(dict.fromkeys((*urns, *more)))
        if not members and not urns:
            doubts.append(("members", "the list has no members, so it stands for no school"))
    return Entry(
        line=row.line,
        address=where,
        kind=kind,
        urns=() if kind in OWN_MAIL else tuple(sorted(urns)),
        members=members,
        team=_team(cells.get("team", "")),
        is_closed=_is_closed(cells.get("status", "")),
        doubts=tuple(doubts),
    )


def address_in(cell: str, kind: MailEntryKind) -> tuple[str, MailEntryKind]:
    """Return the address in a cell as the directory spells it; a domain without an @.

    A domain may be written with ``@`` or ``*@`` before it; under the kind of a mailbox it makes
    the entry one of a domain. Raises BadCellError.
    """
    text = as_written(cell.strip()).strip()
    bare = text.removeprefix("*").removeprefix("@").removeprefix("*.")
    if kind is MailEntryKind.DOMAIN or (text.startswith(("@", "*@")) and bare):
        if kind is MailEntryKind.LIST:
            raise BadCellError("address", "a list has an address of its own, not a whole domain")
        return _domain(bare), MailEntryKind.DOMAIN if kind is MailEntryKind.MAILBOX else kind
    return spell(_address("address", text)), kind


def _domain(bare: str) -> str:
    bare = bare.rstrip(".")
    if "@" in bare:
        raise BadCellError("address", "this is a mailbox; write the domain alone: school.example")
    domain = spell(_address("address", f"name@{bare}")).partition("@")[2]
    if domain in PROVIDERS:
        raise BadCellError("address", f"anybody may have a mailbox under {domain}")
    return domain


def _address(column: str, text: str) -> str:
    try:
        return address(text)
    except AddressError as fault:
        raise BadCellError(column, str(fault)) from fault


def _kind(cell: str) -> MailEntryKind:
    words = " ".join(re.split(r"[\s_-]+", cell.strip().casefold()))
    kind = KINDS.get(words)
    if kind is None:
        raise BadCellError("kind", f"use one of {', '.join(MailEntryKind)}")
    return kind


def _is_closed(cell: str) -> bool:
    found = STATUSES.get(cell.strip().casefold())
    if found is None:
        raise BadCellError("status", "use open or closed")
    return found


def _urns(cell: str) -> tuple[int, ...]:
    found: dict[int, None] = {}
    for part in PARTS.split(as_written(cell.strip())):
        if part:
            found[_urn(part)] = None
    if len(found) > MOST_URNS:
        raise BadCellError("urns", f"it names more than {MOST_URNS:,} schools")
    return tuple(sorted(found))


def _urn(part: str) -> int:
    match = WHOLE.fullmatch(part)
    if match is None or len(match[1]) > MOST_DIGITS or not int(match[1]):
        raise BadCellError("urns", f"“{part[:20]}” is not a URN (a number of six digits)")
    return int(match[1])


def _members(cell: str, doubts: list[tuple[str, str]]) -> tuple[tuple[str, ...], Collection[int]]:
    """Return the addresses in a list, and the schools that it names by URN."""
    found: dict[str, None] = {}
    urns: dict[int, None] = {}
    wrong: list[str] = []
    for part in PARTS.split(as_written(cell.strip())):
        bare = part.strip("<>\"'")
        if WHOLE.fullmatch(bare) and len(bare) <= MOST_DIGITS:
            urns[_urn(bare)] = None
        elif bare:
            try:
                found[_member(bare)] = None
            except BadCellError:
                wrong.append(bare)
    if len(found) > MOST_MEMBERS:
        raise BadCellError("members", f"the list has more than {MOST_MEMBERS:,} members")
    if wrong:
        doubts.append(("members", _passed_over(wrong)))
    return tuple(found), urns


def _member(text: str) -> str:
    if text.startswith(("@", "*@")):
        return "@" + _domain(text.removeprefix("*").removeprefix("@"))
    return spell(_address("members", text))


def _passed_over(wrong: list[str]) -> str:
    first = f"“{wrong[0][:60]}”"
    if len(wrong) == 1:
        return f"{first} is no e-mail address and was passed over"
    return f"{first} and {len(wrong) - 1} more are no e-mail addresses and were passed over"


def _team(cell: str) -> str:
    text = " ".join(as_written(cell.strip()).split())
    if len(text) > MOST_TEAM:
        raise BadCellError("team", f"it is longer than {MOST_TEAM} characters")
    return text
