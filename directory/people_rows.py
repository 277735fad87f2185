"""Reading the rows of a file of people: each is checked by itself and against those before it."""

from dataclasses import dataclass, field
from functools import lru_cache

from directory.addresses import AddressError, clean_address, clean_telephone
from directory.models import RECIPIENTS, Role
from directory.roster import MOST_JOB_TITLE, MOST_NAME, MOST_TELEPHONE
from foundation.progress import ImportReport
from foundation.spreadsheets import BadCellError, Row, as_written

OFFICE = "office"
ROLES = {role.value: role.value for role in RECIPIENTS} | {
    "": Role.STAFF.value,
    "clerk to governors": Role.CLERK.value,
    "early years": Role.EARLY_YEARS.value,
    "early years provider": Role.EARLY_YEARS.value,
    "headteacher": Role.HEAD.value,
    "principal": Role.HEAD.value,
    OFFICE: OFFICE,
}
MOST_DIGITS = 9
LENGTHS = {"name": MOST_NAME, "telephone": MOST_TELEPHONE, "job_title": MOST_JOB_TITLE}

address = lru_cache(maxsize=100_000)(clean_address)  # a file names the same people many times


@dataclass(frozen=True)
class Entry:
    """One person at one school in one role, or (role ``office``) the school's own mailbox."""

    line: int
    school_id: int
    email: str
    name: str
    role: str
    job_title: str
    telephone: str
    office_email: str


@dataclass
class Reader:
    """Reads row after row, and remembers what earlier rows said."""

    report: ImportReport
    schools: dict[int, int]
    rows: dict[tuple[int, str, str], int] = field(default_factory=dict)
    names: dict[str, tuple[int, str]] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    mailboxes: dict[int, tuple[int, str]] = field(default_factory=dict)

    def read(self, row: Row) -> Entry | None:
        """Return the row's entry, or None after noting in the report why it cannot be used."""
        try:
            if row.problem:
                self.report.reject(row.line, None, row.problem)
                return None
            entry = self._entry(row)
            self._check_against_earlier(entry)
        except BadCellError as fault:
            self.report.reject(row.line, fault.column, str(fault))
            return None
        return entry

    def _entry(self, row: Row) -> Entry:
        cells = row.cells
        role = ROLES.get(cells.get("role", "").strip().casefold())
        if role is None:
            raise BadCellError("role", "use head, staff, governor, clerk, early_years or office")
        email = email_in(cells, "email")
        texts = {name: text_in(cells, name, most) for name, most in LENGTHS.items()}
        office_email = (
            email_in(cells, "office_email") if cells.get("office_email", "").strip() else ""
        )
        return Entry(
            line=row.line,
            school_id=school_in(cells, self.schools),
            email=email,
            role=role,
            office_email=email if role == OFFICE else office_email,
            **texts,
        )

    def _check_against_earlier(self, entry: Entry) -> None:
        first = self.rows.setdefault((entry.school_id, entry.email, entry.role), entry.line)
        if first != entry.line:
            raise BadCellError("email", f"line {first} gives the same person, school and role")
        if entry.office_email:
            line, mailbox = self.mailboxes.setdefault(
                entry.school_id, (entry.line, entry.office_email)
            )
            if mailbox != entry.office_email:
                raise BadCellError(
                    "office_email", f"line {line} gives another mailbox for this school"
                )
        if entry.role == OFFICE:
            return
        if entry.name:
            check_name(self.names, entry.line, entry.email, entry.name)
        if entry.role == Role.HEAD:
            other = self.heads.setdefault(entry.school_id, entry.line)
            if other != entry.line:
                raise BadCellError("role", f"line {other} gives another head for this school")


def check_name(names: dict[str, tuple[int, str]], line: int, email: str, name: str) -> None:
    """Refuse a second name for one address in the same file: it may be two people."""
    first, known = names.setdefault(email, (line, name))
    if known != name:
        raise BadCellError(
            "name", f"line {first} gives this e-mail address another name; correct one of them"
        )


def school_in(cells: dict[str, str], schools: dict[int, int]) -> int:
    """Return the id of the school of the row; raises BadCellError."""
    text = cells.get("urn", "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        raise BadCellError("urn", f"“{text[:20]}” is not a URN (a number of six digits)")
    school_id = schools.get(int(text))
    if school_id is None:
        raise BadCellError("urn", f"there is no school with URN {text}; import schools first")
    return school_id


def email_in(cells: dict[str, str], column: str) -> str:
    """Return the address in a cell, in lower case; raises BadCellError."""
    try:
        return address(as_written(cells.get(column, "")))
    except AddressError as fault:
        raise BadCellError(column, str(fault)) from fault


def text_in(cells: dict[str, str], column: str, most: int) -> str:
    """Return the text in a cell with single spaces; raises BadCellError when it is too long."""
    text = " ".join(as_written(cells.get(column, "").strip()).split())
    if column == "telephone":
        text = clean_telephone(text)
    if len(text) > most:
        raise BadCellError(column, f"it is longer than {most} characters")
    return text
