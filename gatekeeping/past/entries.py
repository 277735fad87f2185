"""Reading one line of an earlier register: a document with its number, its day and its state.

Other registers are kept otherwise, so much is taken as it comes: numbers of any shape, schools in
words, names of items alone. What cannot be read is refused with the reason.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from foundation.errors import Refusal
from gatekeeping.alike.meaning import Meaning, meaning_of
from gatekeeping.documents import EARLIEST, LATEST, AudienceWords, DocumentError, SubmissionDocument
from gatekeeping.models import Kind, State
from gatekeeping.registry.numbers import parse_number

LONGEST_NUMBER = 30
LONGEST_TITLE = 300
LONGEST_WORDS = 2_000
LONGEST_LINE = 5_000_000
_UK_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_DATES = ("send_on", "due_on", "as_at")
_KEPT = frozenset(
    {
        State.LIVE,
        State.CLOSED,
        State.EXPIRED,
        State.SUSPENDED,
        State.REDIRECTED,
        State.MERGED,
        State.REFUSED,
        State.WITHDRAWN,
        State.LAPSED,
        State.RATIFIED,
        State.RATIFIED_WITH_LESSONS,
        State.NOT_RATIFIED,
    }
)
_TAKEN_AS = {
    State.APPROVED: State.LIVE,
    State.SCHEDULED: State.LIVE,
    State.EMERGENCY_RELEASED: State.CLOSED,
    State.AFTER_REVIEW: State.CLOSED,
    State.APPEAL: State.REFUSED,
}
"""States in which this portal would act. It sends nothing and decides nothing of another's."""


@dataclass(frozen=True)
class PastEntry:
    """An entry of an earlier register, ready to be stored."""

    line: int
    number: str
    version: int
    sent_on: date | None
    given: State
    document: SubmissionDocument
    meaning: Meaning

    @property
    def state(self) -> State:
        """Return the state that it has here: what was never decided there has lapsed."""
        if self.given in _KEPT:
            return self.given
        return _TAKEN_AS.get(self.given, State.LAPSED)


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be read, and why."""

    line: int
    column: str | None
    reason: str


def read_lines(lines: Iterable[tuple[int, bytes]]) -> list[PastEntry | BadLine]:
    """Read lines with their numbers; the work of one process, so everything can be pickled."""
    return [read_line(number, line) for number, line in lines]


def read_line(place: int, line: bytes) -> PastEntry | BadLine:
    """Read one line; whatever is wrong with it is told, never raised."""
    try:
        return _read(place, line)
    except DocumentError as fault:
        column, reason = fault.problems[0]
        return BadLine(place, column or None, reason)
    except _WrongError as fault:
        return BadLine(place, fault.column, str(fault))
    except (ValueError, RecursionError) as fault:
        return BadLine(place, None, f"This line cannot be read: {fault}.")


class _WrongError(Refusal):
    """One key of a line is wrong."""

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def _read(place: int, line: bytes) -> PastEntry:
    given = _json(line)
    number, version = _number(given.get("number"))
    sent_on = _day("sent_on", given.get("sent_on"))
    state = _state(given.get("state"))
    document = _document(given, sent_on)
    return PastEntry(place, number, version, sent_on, state, document, meaning_of(document))


def _json(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise _WrongError(None, f"The line is longer than {LONGEST_LINE:,} characters.")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("cp1252", errors="replace")  # as older Windows programs write
    try:
        given = json.loads(text)
    except json.JSONDecodeError as fault:
        raise _WrongError(None, f"This is not JSON: {fault}.") from fault
    if not isinstance(given, dict):
        raise _WrongError(None, "This is not a JSON object.")
    return given


def _number(given: object) -> tuple[str, int]:
    """Return the number and the version that it names; a number of another shape stays as it is."""
    text = " ".join(str(given).replace("\x00", "").split()) if _is_plain(given) else ""
    if not text:
        raise _WrongError(
            "number", "The number is missing: without it an entry is not known again."
        )
    known = parse_number(text)
    if known is not None and known.is_valid:
        return str(known), min(known.version or 1, 9_999)
    if len(text) > LONGEST_NUMBER:
        reason = f"The number is longer than {LONGEST_NUMBER} characters."
        raise _WrongError("number", reason)
    return text, 1


def _state(given: object) -> State:
    if given is None or given == "":
        return State.CLOSED
    name = re.sub(r"[\s-]+", "_", str(given).strip().upper())
    if name == State.DRAFT:
        raise _WrongError("state", "A draft is no entry of a register.")
    try:
        return State(name)
    except ValueError:
        known = ", ".join(sorted(state for state in State if state is not State.DRAFT))
        raise _WrongError("state", f"“{given}” is not a state; use one of {known}.") from None


def _day(column: str, given: object) -> date | None:
    if given is None or given == "":
        return None
    text = str(given).strip()
    try:
        if (uk := _UK_DAY.fullmatch(text)) is not None:
            found = date(int(uk[3]), int(uk[2]), int(uk[1]))
        else:
            found = date.fromisoformat(text[:10])
    except ValueError:
        found = date.min
    if not EARLIEST <= found <= LATEST:
        raise _WrongError(column, f"“{text[:40]}” is not a date such as 2026-11-30.")
    return found


def _document(given: dict[str, Any], sent_on: date | None) -> SubmissionDocument:
    """Read the document as far as another register tells it."""
    words = {key: value for key, value in given.items() if value is not None}
    words["number"] = ""  # a document's own number is one that it is sent under
    if not str(words.get("title", "")).strip() and not str(words.get("body", "")).strip():
        raise _WrongError("title", "There is neither a title nor a text.")
    words["title"] = " ".join(str(words.get("title", "")).split())[:LONGEST_TITLE]
    for column in _DATES:
        if column in words:
            words[column] = _day(column, words[column])
    words["send_on"] = words.get("send_on") or sent_on
    if isinstance(words.get("items"), list):
        words["items"] = [{"name": one} if isinstance(one, str) else one for one in words["items"]]
    if not words.get("kind"):
        words["kind"] = Kind.DATA_REQUEST if words.get("items") else Kind.COMMUNICATION
    audience, told = _audience(words.get("audience"))
    words["audience"] = audience
    words["audience_text"] = (str(words.get("audience_text", "")) or told)[:LONGEST_WORDS]
    return SubmissionDocument.read(words)


def _audience(given: object) -> tuple[object, str]:
    """Return the audience, or the words for it where it is not one that the directory knows."""
    if given is None:
        return {}, ""
    try:
        AudienceWords.model_validate(given)
    except ValueError:
        return {}, _in_words(given)
    return given, ""


def _in_words(given: object) -> str:
    if isinstance(given, dict):
        return ", ".join(filter(None, (_in_words(one) for one in given.values())))
    if isinstance(given, (list, tuple)):
        return ", ".join(filter(None, map(_in_words, given)))
    return "" if isinstance(given, bool) else str(given)


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)
