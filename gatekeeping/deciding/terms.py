"""Reading the conditions of an approval from plain JSON."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gatekeeping.deciding.recording import LONGEST, MissingTextError, Term
from gatekeeping.models import ConditionKind

MOST_TERMS = 20


def read_terms(rows: Sequence[Mapping[str, Any]], *, today: date) -> tuple[Term, ...]:
    """Return conditions; MissingTextError, naming ``conditions.<place>.<part>``, for what lacks.

    A row has ``kind`` (a ConditionKind), ``text``, ``due_on`` (ISO, not past) and
    ``before_sending``. Results are given back after sending, whatever the row says.
    """
    if not rows:
        raise MissingTextError("Enter at least one condition.", field="conditions")
    if len(rows) > MOST_TERMS:
        raise MissingTextError(f"Give {MOST_TERMS} conditions at most.", field="conditions")
    return tuple(_term(place, row, today) for place, row in enumerate(rows))


def _term(place: int, row: Mapping[str, Any], today: date) -> Term:
    kind, text = str(row.get("kind", "")), str(row.get("text", "")).strip()
    if kind not in set(ConditionKind):
        raise MissingTextError("Choose what kind of condition it is.", field=_part(place, "kind"))
    if not text or len(text) > LONGEST:
        raise MissingTextError(
            "Enter what the officer must do."
            if not text
            else f"Use {LONGEST:,} characters at most.",
            field=_part(place, "text"),
        )
    try:
        due_on = date.fromisoformat(str(row.get("due_on") or ""))
    except ValueError:
        raise MissingTextError(
            "Enter the date by which it must be met.", field=_part(place, "due_on")
        ) from None
    if due_on < today:
        raise MissingTextError("Enter today or a later date.", field=_part(place, "due_on"))
    before = kind != ConditionKind.RESULTS_BACK and bool(row.get("before_sending", True))
    return Term(ConditionKind(kind), text, due_on, before)


def _part(place: int, name: str) -> str:
    return f"conditions.{place}.{name}"
