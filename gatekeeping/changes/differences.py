"""What a changed submission asks more, less or the same of, field by field (gatekeeping 4.2).

The table of ``docs/decisions/0008-what-voids-an-approval.md`` in code: fewer is free, more is a
change. A field that nobody thought of counts as more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.dates import day
from gatekeeping.burden import at_the_busiest
from gatekeeping.changes.texts_apart import Apart, apart, is_slight
from gatekeeping.changes.weighing import Change, Weight, by_size, counted, short
from gatekeeping.documents import Item, SubmissionDocument
from gatekeeping.wording import frequency_in_words

LESS, SAME, MORE = Weight


@dataclass(frozen=True)
class Reach:
    """How many open schools the new audience adds to the old one, and leaves out of it."""

    added: int = 0
    dropped: int = 0


File = tuple[str, str]
"""An attachment's name and the hash of its content."""


def changes(
    before: SubmissionDocument,
    after: SubmissionDocument,
    *,
    reach: Reach = Reach(),
    files: tuple[Sequence[File], Sequence[File]] = ((), ()),
    valid_to: date | None = None,
) -> list[Change]:
    """Return every difference, in the order of the form.

    ``valid_to`` is the day to which the number was approved: a due date beyond it is more.
    """
    found = [
        *_texts(before, after),
        *_items(before.items, after.items),
        *_schools(before, after, reach),
        *_categories(before.categories, after.categories),
        *_dates(before, after, valid_to),
        *_plain(before, after),
        *_files(*files),
    ]
    return [*found, *_forgotten(before, after, found)]


FIELDS: Final[Mapping[str, str]] = {
    "title": "Title",
    "body": "Text for schools",
    "purpose": "Why it is needed",
    "decision_maker": "Who decides with it",
    "legal_claim": "Legal claim",
    "results_back": "How schools see the outcome",
    "period": "The time it is about",
    "retention": "How long answers are kept",
    "dpia": "Data protection assessment",
    "used_before": "What the last answers changed",
    "if_not": "What happens if it is not collected",
    "asked_elsewhere": "Who else was asked",
    "audience_text": "Schools, in words",
}
SHORTENED: Final = frozenset({"body", "legal_claim"})
"""Texts of which whole sentences may go: schools then read, or are told they must do, less."""
FREE: Final = frozenset({"decision_maker", "used_before", "if_not", "asked_elsewhere", "dpia"})
"""Explanations for the gate: they ask nothing of schools. An assessment must not vanish."""
IGNORED: Final = frozenset({"author", "team", "attachments", "audience", "audience_text"})
"""Who writes, and what is compared in another way."""


MOST_RIVALS: Final = 50
"""Earlier items with which a new one is compared before it counts as new."""


def _texts(before: SubmissionDocument, after: SubmissionDocument) -> Iterator[Change]:
    for name, words in FIELDS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old == new or name in IGNORED:
            continue
        how = apart(old, new)
        if how is Apart.CONTACT:
            yield Change(name, f"{words}: only whom to reach changed", SAME)
        elif how in {Apart.SAME, Apart.TYPO}:
            yield Change(name, f"{words}: spelling or layout mended", SAME)
        elif name in FREE and new.strip():
            yield Change(name, f"{words}: said anew", SAME)
        elif name in SHORTENED and (how is Apart.SHORTER or (name == "legal_claim" and not new)):
            yield Change(name, f"{words}: shortened", LESS)
        elif not old.strip() and name == "results_back":
            yield Change(name, f"{words}: now said", SAME)
        else:
            yield Change(name, f"{words}: changed", MORE)


def _items(before: Sequence[Item], after: Sequence[Item]) -> Iterator[Change]:
    left, fresh = _unnamed(before), list[Item]()
    for item in _unnamed(after):  # exact ones first: five hundred are not compared letter by letter
        if item in left:
            left.remove(item)
        else:
            fresh.append(item)
    for item in fresh:
        match = next((old for old in left[:MOST_RIVALS] if _is_same_item(old, item)), None)
        if match is None:
            yield Change("items", f"“{short(item.name)}” is asked as well, or otherwise", MORE)
        else:
            left.remove(match)
            words = f"“{short(item.name)}”: only its wording or reason changed"
            yield Change("items", words, SAME)
    if not fresh and not left and list(before) != list(after):
        yield Change("items", "Only the order of the items, or for whom each is asked", SAME)
    for item in left:
        kind = " (personal data)" if item.personal else ""
        yield Change("items", f"“{short(item.name)}”{kind} is left out or replaced", LESS)


def _unnamed(items: Sequence[Item]) -> list[Item]:
    """Return the items without the numbers for which they are asked, which ask nothing."""
    return [item.model_copy(update={"asked_by": ""}) if item.asked_by else item for item in items]


def _is_same_item(old: Item, new: Item) -> bool:
    if old.personal != new.personal:
        return False
    if (old.name, old.definition) == (new.name, new.definition):
        return True
    return is_slight(old.name, new.name) and is_slight(old.definition, new.definition)


def _schools(
    before: SubmissionDocument, after: SubmissionDocument, reach: Reach
) -> Iterator[Change]:
    if reach.added:
        yield Change("audience", f"{counted(reach.added, 'school')} more", MORE)
    if reach.dropped:
        yield Change("audience", f"{counted(reach.dropped, 'school')} fewer", LESS)
    if before.audience != after.audience and not (reach.added or reach.dropped):
        if after.audience.all:
            yield Change("audience", "All schools, also those that open later", MORE)
        else:
            yield Change("audience", "The same schools, named in another way", SAME)


def _categories(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    added, gone = set(after) - set(before), set(before) - set(after)
    if added:
        yield Change("categories", "It goes to the owners of another category", MORE)
    elif gone and not after:
        yield Change("categories", "It goes to headteachers, not to owners", MORE)
    elif gone:
        yield Change("categories", "It goes to the owners of fewer categories", LESS)


def _dates(
    before: SubmissionDocument, after: SubmissionDocument, valid_to: date | None
) -> Iterator[Change]:
    if before.due_on != after.due_on:
        yield Change("due_on", *_due(before, after, valid_to))
    if before.send_on != after.send_on:
        yield Change("send_on", *_sent(before, after))
    if before.as_at != after.as_at:
        yield Change("as_at", "The answers are about another day", MORE)
    if before.frequency != after.frequency:
        times, new = before.frequency.times_a_year, after.frequency.times_a_year
        words = f"How often: {frequency_in_words(after.frequency).lower()}"
        yield Change("frequency", words, by_size(times, new))


def _due(
    before: SubmissionDocument, after: SubmissionDocument, valid_to: date | None
) -> tuple[str, Weight]:
    if after.due_on is None:
        return ("Nothing is due any more", LESS if after.kind == "communication" else MORE)
    if before.due_on is None or after.due_on < before.due_on:
        return (f"Due earlier, on {day(after.due_on)}", MORE)
    if valid_to is not None and after.due_on > valid_to:
        return (f"Due on {day(after.due_on)}, when the number is no longer valid", MORE)
    return (f"Due later, on {day(after.due_on)}", LESS)


def _sent(before: SubmissionDocument, after: SubmissionDocument) -> tuple[str, Weight]:
    if after.send_on is None or before.send_on is None or after.send_on < before.send_on:
        return ("Sent earlier", MORE)
    words = f"Sent later, on {day(after.send_on)}"
    if before.due_on is None and after.due_on is None:
        return (words, LESS)
    if before.due_on is None or after.due_on is None:
        return (words, MORE)
    shorter = after.due_on - after.send_on < before.due_on - before.send_on
    return (
        f"{words}, which leaves less time to answer" if shorter else words,
        MORE if shorter else LESS,
    )


LADDERS: Final[Mapping[str, tuple[str, Sequence[str]]]] = {
    "signature": ("Signature", ("none", "login", "ink", "deed")),
    "reply_by": ("How schools answer", ("none", "portal", "email", "post")),
}
"""Choices from the lightest to the heaviest."""


def _plain(before: SubmissionDocument, after: SubmissionDocument) -> Iterator[Change]:
    for name, (words, ladder) in LADDERS.items():
        old, new = ladder.index(getattr(before, name)), ladder.index(getattr(after, name))
        if old != new:
            yield Change(
                name, f"{words}: {'less' if new < old else 'more'} than before", by_size(old, new)
            )
    if before.personal_data != after.personal_data:
        levels = {"none": 0, "names": 1, "special": 2, "children_at_scale": 2}
        lighter = levels[after.personal_data] < levels[before.personal_data]
        yield Change("personal_data", "Personal data", LESS if lighter else MORE)
    yield from _effort(before, after)
    if before.voluntary != after.voluntary:
        words = "Schools may choose to answer" if after.voluntary else "Schools must answer"
        yield Change("voluntary", words, LESS if after.voluntary else MORE)
    if before.expected_response != after.expected_response:
        yield Change("expected_response", "How many schools are expected to answer", SAME)


def _effort(before: SubmissionDocument, after: SubmissionDocument) -> Iterator[Change]:
    if before.effort != after.effort:
        old, new = _minutes(before), _minutes(after)
        grown = [role for role in new if new[role] > old.get(role, 0)]
        same = not grown and old == new
        words = "More minutes of schools' time" if grown else "No more minutes than before"
        yield Change("effort", words, MORE if grown else SAME if same else LESS)
    if before.costs_pence != after.costs_pence:
        pairs = [(value, getattr(after.costs_pence, name)) for name, value in before.costs_pence]
        grown_cost = any(new > old for old, new in pairs)
        words = "Costs in pounds have grown" if grown_cost else "Costs in pounds are lower"
        yield Change("costs_pence", words, MORE if grown_cost else LESS)
    for name, words in (("reminders", "Reminders"), ("chase_minutes", "Minutes of each reminder")):
        first, second = getattr(before, name), getattr(after, name)
        if first != second:
            yield Change(name, f"{words}: {second}, not {first}", by_size(first, second))


def _minutes(document: SubmissionDocument) -> dict[str, int]:
    total: dict[str, int] = {}
    for effort in at_the_busiest(document.effort):
        total[effort.role] = total.get(effort.role, 0) + effort.people * effort.minutes.total
    return {role: minutes for role, minutes in total.items() if minutes}


def _files(before: Sequence[File], after: Sequence[File]) -> Iterator[Change]:
    known = {content for _, content in before}
    kept = {content for _, content in after}
    for name, content in after:
        if content not in known:
            yield Change("attachments", f"“{short(name)}” is added or replaced", MORE)
    for name, content in before:
        if content not in kept:
            yield Change("attachments", f"“{short(name)}” is taken away", LESS)


def _forgotten(
    before: SubmissionDocument, after: SubmissionDocument, found: Sequence[Change]
) -> Iterator[Change]:
    """Yield what no rule above speaks of: it counts as more."""
    told = {change.field for change in found} | IGNORED
    for name in SubmissionDocument.model_fields:
        if name not in told and getattr(before, name) != getattr(after, name):
            yield Change(name, NAMES.get(name, name.replace("_", " ").capitalize()), MORE)


NAMES: Final[Mapping[str, str]] = {
    "kind": "Telling has become asking, or asking telling",
    "origin": "Where it comes from",
    "renews": "Which earlier round it renews",
    "number": "The number that it is sent under",
    "emergency": "Whether it is an emergency",
    "emergency_grounds": "The grounds of the emergency",
    "budget_owner": "Whose budget gains",
}
