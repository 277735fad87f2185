"""Reading a list of people as somebody pastes it: from a spreadsheet, a mail, or typed."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from directory.addresses import AddressError, clean_address

MOST_LINES = 200
MOST_TEXT = 40_000
MOST_NAME, MOST_JOB_TITLE = 200, 120
CELLS = 4
_SHARED_WORDS = """
absence accounts admin administration administrator admissions attendance bursar business
caretaker catering chair clerk contact data dsl enquiries enquiry exams finance general
governors head headteacher help hello hr ict info information it kitchen library mail manager
office officeadmin parents post premises principal reception recruitment safeguarding sbm
school schooladmin schooloffice secretary senco send sendco site staff support
"""
SHARED = frozenset(_SHARED_WORDS.split())
"""What the part before the @ says when an address belongs to a post and not to a person."""
IMPERSONAL = SHARED | {
    "team",
    "primary",
    "academy",
    "college",
    "shared",
    "mailbox",
    "the",
    "address",
}
HEADING = re.compile(r"\be-?mails?\b", re.IGNORECASE)
IN_BRACKETS = re.compile(r"([^<>]*)<\s*([^<>\s]+@[^<>\s]+)\s*>")
TELEPHONE = re.compile(r"[\d\s()+]+")
ONE_ADDRESS = re.compile(r"[^\s,;<>\"]+@[^\s,;<>\"]+")


@dataclass(frozen=True)
class Newcomer:
    """Somebody to bring in, as a line names them. ``mailbox``: a shared address of the school."""

    email: str
    name: str
    job_title: str
    line: int = 0
    mailbox: str = ""

    @property
    def asks_who(self) -> bool:
        """Tell whether it is a shared mailbox and nobody is named who stands behind it."""
        return is_shared(self.email) and not is_personal(self.name)


@dataclass(frozen=True)
class Problem:
    """A line that cannot be taken as it is: its number, its words, and how to mend it."""

    line: int
    text: str
    reason: str


@dataclass
class Pasted:
    """What a text holds: people to add, shared mailboxes to ask about, lines to mend."""

    people: list[Newcomer] = field(default_factory=list)
    mailboxes: list[Newcomer] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_pasted(text: str) -> Pasted:
    """Read names, addresses and job titles line by line; a bad line never loses a good one.

    Cells are parted by tabs, semicolons or commas; also “Name <address>”, several in a line. The
    same address twice counts once. A shared mailbox of somebody who has an address of their own
    in the list becomes theirs; else it is asked who stands behind it.
    """
    pasted, seen = Pasted(), set[str]()
    for number, line in _lines(text[:MOST_TEXT], pasted):
        for one in _people(line):
            found = _newcomer(number, line, one)
            if isinstance(found, Problem):
                pasted.problems.append(found)
            elif found.email not in seen:
                seen.add(found.email)
                (pasted.mailboxes if found.asks_who else pasted.people).append(found)
    pasted.people = _one_each(pasted.people)
    return pasted


def kept(people: Sequence[Newcomer]) -> str:
    """Return people as one text, for a form that asks about the rest meanwhile."""
    return json.dumps([[one.name, one.email, one.job_title, one.mailbox] for one in people])


def read_kept(text: str) -> list[Newcomer]:
    """Return the people of such a text; what was tampered with is left out."""
    try:
        rows = json.loads(text[: 2 * MOST_TEXT] or "[]")
        found = [_kept_one([str(cell) for cell in row]) for row in rows[:MOST_LINES]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    return [one for one in found if one is not None]


def _kept_one(cells: list[str]) -> Newcomer | None:
    if len(cells) != CELLS:
        return None
    name, email, job_title, mailbox = cells
    try:
        "".join(cells).encode()  # JSON can spell what no text may hold
        address, shared = clean_address(email), mailbox and clean_address(mailbox)
    except (AddressError, UnicodeEncodeError):
        return None
    if "\0" in name + job_title:
        return None
    return Newcomer(address, name[:MOST_NAME], job_title[:MOST_JOB_TITLE], 0, shared)


def is_shared(email: str) -> bool:
    """Tell whether an address is by its name one of a post or an office, not of a person."""
    words = [word for word in re.split(r"[._+\-\d]+", email.partition("@")[0].casefold()) if word]
    return bool(words) and (words[0] in SHARED or words[-1] in SHARED)


def is_personal(name: str) -> bool:
    """Tell whether a name is somebody's, not an office's."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return bool(words) and IMPERSONAL.isdisjoint(words)


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same, however they are cased and spaced."""
    return one.casefold().split() == other.casefold().split()


def _lines(text: str, pasted: Pasted) -> Iterator[tuple[int, str]]:
    count = 0
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip().strip("\u200b\ufeff").strip()
        if not words or ("@" not in words and not count and HEADING.search(words)):
            continue
        count += 1
        if count > MOST_LINES:
            reason = f"Only {MOST_LINES} people fit at a time. Paste the rest afterwards."
            pasted.problems.append(Problem(number, words, reason))
        else:
            yield number, line.strip(" \r\n\u200b\ufeff")


def _people(line: str) -> list[tuple[str, str, str]]:
    """Return each name, address and job title of a line."""
    bracketed = IN_BRACKETS.findall(line)
    if len(bracketed) > 1:  # as a mail lists its recipients
        return [(_bare(name), email, "") for name, email in bracketed]
    if bracketed:
        return [(_bare(bracketed[0][0]), bracketed[0][1], _bare(line.rpartition(">")[2]))]
    delimiter = next((each for each in "\t;," if each in line), "\t")
    cells = [_bare(cell) for cell in line.split(delimiter)]
    place = next((number for number, cell in enumerate(cells) if "@" in cell), None)
    if place is None:
        return [(line, "", "")]
    before = [cell for cell in cells[:place] if cell]
    after = [cell for cell in cells[place + 1 :] if cell]
    email = cells[place]
    if not before:  # the address first, then the name
        loose = _around(email)
        before, email = ([loose[0]], loose[1]) if loose else (after[:1], email)
        after = after if loose else after[1:]
    titles = [cell for cell in after if "@" not in cell and not TELEPHONE.fullmatch(cell)]
    return [(_in_order(before, email), email, ", ".join(titles))]


def _around(cell: str) -> tuple[str, str] | None:
    """Return a name and an address that stand in one cell, parted by spaces alone."""
    found = ONE_ADDRESS.search(cell)
    if found is None or found.group() == cell:
        return None
    return " ".join((cell[: found.start()] + cell[found.end() :]).split()), found.group()


def _in_order(names: list[str], email: str) -> str:
    """Join a name that came in two cells, the first name first where the address shows it."""
    if len(names) > 1 and email.casefold().startswith(names[1].casefold()):
        names = [names[1], names[0], *names[2:]]
    return " ".join(names)


def _newcomer(number: int, line: str, one: tuple[str, str, str]) -> Newcomer | Problem:
    name, email, job_title = one
    if not email:
        return Problem(number, line, "There is no e-mail address on this line.")
    if email.count("@") > 1 and "@@" not in email:
        return Problem(number, line, "Put one person on each line.")
    try:
        address = clean_address(email)
    except AddressError:
        reason = f"“{email}” is not an e-mail address. Write it like name@school.example."
        return Problem(number, line, reason)
    name = " ".join(name.split())[:MOST_NAME] or _name_in(address)
    if not name and not is_shared(address):
        return Problem(number, line, "Write the person’s name in front of the address.")
    return Newcomer(address, name, " ".join(job_title.split())[:MOST_JOB_TITLE], number)


def _name_in(address: str) -> str:
    """Return the name that an address spells out: jane.smith@ is Jane Smith's."""
    words = re.split(r"[._]+", re.sub(r"\d", "", address.partition("@")[0]))
    spelt = len(words) > 1 and not is_shared(address) and all(len(word) > 1 for word in words)
    return " ".join(word.title() for word in words) if spelt else ""


def _one_each(people: list[Newcomer]) -> list[Newcomer]:
    """Join somebody's shared mailbox with the line of their own address."""
    kept = [one for one in people if not is_shared(one.email)]
    for one in people:
        if not is_shared(one.email):
            continue
        own = next((each for each in kept if same_name(each.name, one.name)), None)
        if own is None or own.mailbox:
            kept.append(one)
        else:
            title = own.job_title or one.job_title
            kept[kept.index(own)] = replace(own, mailbox=one.email, job_title=title)
    return sorted(kept, key=lambda one: one.line)


def _bare(cell: str) -> str:
    return cell.strip().strip("\"'").removeprefix("mailto:").strip(" \t,;<>")
