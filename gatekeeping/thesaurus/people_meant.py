"""Whom a thing is about: an absence of staff is no absence of pupils."""

from collections.abc import Mapping

from gatekeeping.thesaurus.naming import stems

PEOPLE: Mapping[str, frozenset[str]] = {
    "pupil": frozenset(stems("pupil boy girl cla")),
    "staff": frozenset(stems("staff teacher ta headteacher caretaker")),
    "governor": frozenset(stems("governor trustee")),
    "parent": frozenset(stems("parent carer guardian")),
    "visitor": frozenset(stems("visitor volunteer contractor supplier")),
}
"""The stems that tell whom something is about, by the people of an `Entry`."""


def are_same_people(ours: str, name: frozenset[str], asked: frozenset[str]) -> bool:
    """Tell whether what is asked of is of the people whom the thing is about."""
    if ours not in PEOPLE:
        return True
    others = any((asked - name) & words for people, words in PEOPLE.items() if people != ours)
    return not others or bool(asked & PEOPLE[ours])
