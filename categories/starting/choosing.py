"""One choice for each category, as a page shows it and as it comes back."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from categories.owning.overview import Line
from categories.starting.suggesting import Suggestion
from foundation.keys import key_in

MOST_NAMED = 4


@dataclass(frozen=True)
class Row:
    """A category with whoever is set, and whom the page shows as chosen (None: nobody)."""

    line: Line
    chosen: int | None
    why: str

    @property
    def id(self) -> int:
        """The category's id."""
        return self.line.at.category_id

    @property
    def current(self) -> int | None:
        """Whoever is set and can receive."""
        return self.line.at.owner_id if self.line.is_set else None

    @property
    def is_proposed(self) -> bool:
        """Tell whether what is shown was not saved yet."""
        return self.chosen != self.current


class Group(NamedTuple):
    """The rows of one group, and in a few words who gets how many of them."""

    slug: str
    heading: str
    rows: list[Row]
    summary: str


def rows(lines: Iterable[Line], suggestions: Mapping[int, Suggestion]) -> list[Row]:
    """Return each category with whoever is set; where nobody is, with whom we would choose."""
    found = []
    for line in lines:
        suggestion = suggestions.get(line.at.category_id, Suggestion(None, ""))
        if line.is_set:
            found.append(Row(line, line.at.owner_id, ""))
        else:
            found.append(Row(line, suggestion.person_id, suggestion.why))
    return found


def in_groups(rows: Sequence[Row], names: Mapping[int, str]) -> list[Group]:
    """Return the rows by group, in the categories' order; ``names`` gives each person's."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.line.at.group, []).append(row)
    return [
        Group(slug, members[0].line.at.group_heading, members, _summary(members, names))
        for slug, members in groups.items()
    ]


def _summary(rows: Sequence[Row], names: Mapping[int, str]) -> str:
    """Return who gets how many, whoever gets most first; what has nobody comes first of all."""
    counts = Counter(row.chosen for row in rows)
    nobody = counts.pop(None, 0)
    words = [f"{nobody} open"] if nobody else []
    words += [
        f"{count} to {names.get(number or 0, 'somebody who has left')}"
        for number, count in counts.most_common(MOST_NAMED)
    ]
    others = len(counts) - MOST_NAMED
    return (
        ", ".join(words)
        + (f" and {others} more people" if others > 1 else "")
        + (" and 1 more person" if others == 1 else "")
    )


def shown(rows: Iterable[Row]) -> str:
    """Return what the page shows as set, as one text that comes back with the form."""
    return ",".join(f"{row.id}:{row.line.at.owner_id or ''}" for row in rows)


def read_shown(text: str | None) -> dict[int, int | None] | None:
    """Return what the page showed as set: for each category's id the person's; None: nothing."""
    if not text:
        return None
    before: dict[int, int | None] = {}
    for pair in text.split(",")[:2000]:
        category, parted, person = pair.partition(":")
        key, lead = key_in(category), key_in(person)
        if parted and key is not None and (lead is not None or not person):
            before[key] = lead
    return before


def changes(
    rows: Iterable[Row], answers: Mapping[str, str], people: Iterable[int]
) -> tuple[dict[int, int | None], list[Row]]:
    """Return what was chosen otherwise than it is set, and the rows whose choice is no person.

    ``answers`` gives ``owner-<category>`` the person's id as text, empty for nobody. What does
    not come back is left as it is.
    """
    known = {str(person): person for person in people}
    chosen: dict[int, int | None] = {}
    wrong = []
    for row in rows:
        answer = answers.get(f"owner-{row.id}")
        if answer is None:
            continue
        person = known.get(answer)
        if person is None and answer:
            wrong.append(row)
        elif person != row.current:
            chosen[row.id] = person
    return chosen, wrong


def kept(rows: Iterable[Row], answers: Mapping[str, str]) -> list[Row]:
    """Return the rows with what came back chosen, so that a page shown again loses nothing."""
    found = []
    for row in rows:
        answer = answers.get(f"owner-{row.id}")
        person = key_in(answer)
        if answer is None or (answer and person is None):
            found.append(row)
        else:
            found.append(Row(row.line, person, row.why))
    return found
