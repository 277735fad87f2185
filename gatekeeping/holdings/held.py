"""What a document asks that the authority holds already, with how fresh it is (K11, K12)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gatekeeping.documents import Frequency, SubmissionDocument
from gatekeeping.findings import Context, Span, tidy
from gatekeeping.holdings.catalogue import Catalogue
from gatekeeping.holdings.items import HeldItem, Holding
from gatekeeping.holdings.national import named_by_code
from gatekeeping.holdings.refreshed import FRESH, last_refresh, next_refresh, rhythm
from gatekeeping.periods import period_end
from gatekeeping.requested import Requested, requested
from gatekeeping.school_types import codes_covered

_EACH = re.compile(
    r"\b(?:list|names?|details) of (?:all |the |any |your |each |every )*"
    r"(?:pupils|children|students|staff|teachers|governors|families)\b"
    r"|\b(?:each|every|per) (?:individual |named )?(?:pupil|child|student|learner|family)\b"
    r"|\b(?:pupil|child|student)[- ]level\b|\bby name\b"
    r"|\b(?:named|individual|which) (?:pupils|children|students)\b",
    re.IGNORECASE,
)
_OFTEN = {
    190: r"\b(?:daily|(?:each|every|per) (?:day|lesson|morning|session))\b",
    39: r"\b(?:weekly|(?:each|every|per|this|last) week)\b",
    11: r"\b(?:monthly|(?:each|every|per) month)\b",
    6: r"\b(?:half[- ]termly|(?:each|every|per) half[- ]term)\b",
    3: r"\b(?:termly|(?:each|every|per) term)\b",
}
"""How often in a year the words want it."""
_NOW = re.compile(
    r"\b(?:as (?:at|of) (?:today|now|this morning)|right now|at this moment|live figures?"
    r"|real[- ]time)\b",
    re.IGNORECASE,
)
_GRACE_DAYS = 7
_SENTENCE, _CLAUSE = 2, 3
"""So many stems a vague name needs in a sentence, and in a clause of one."""


@dataclass(frozen=True)
class Held:
    """One data set that has what is asked.

    ``as_at`` is its last refresh that serves, never a later day than the truth. ``next_on`` is the
    refresh that comes before the date asked about, if there is one. ``outside`` counts the asked
    schools that it does not cover by their type, None where its words name no types.
    """

    holding: Holding
    items: tuple[str, ...]
    evidence: tuple[Span, ...]
    as_at: date | None
    wanted: date | None
    next_on: date | None
    outside: int | None


def held(document: SubmissionDocument, context: Context, *, from_schools: bool) -> list[Held]:
    """Return the data sets, in the order of the catalogue, of one of the two kinds.

    What is too coarse, too old, or covers none of the asked schools is left out.
    """
    wanted = document.as_at or period_end(document.period)
    found: dict[Holding, list[tuple[HeldItem, Span]]] = {}
    for asked in requested(document):
        for item, span in _known(asked, context.catalogue):
            holding = item.holding
            if holding.is_from_schools == from_schools and _serves(
                holding, asked, document.frequency, context, wanted
            ):
                found.setdefault(holding, []).append((item, span))
    return [
        _held(holding, pairs, context, wanted)
        for holding, pairs in sorted(found.items(), key=_by_key)
    ]


def _by_key(entry: tuple[Holding, object]) -> str:
    return entry[0].key


def _known(asked: Requested, catalogue: Catalogue) -> list[tuple[HeldItem, Span]]:
    """Return the items that are meant: by the words first, else by the code's national name."""
    for wording in asked.wordings:
        whole, piece = (_SENTENCE, _CLAUSE) if wording.is_sentence else (1, 1)
        found = catalogue.meant_by(wording.whole, vague_from=whole) or list(
            dict.fromkeys(
                item
                for part in wording.pieces
                for item in catalogue.meant_by(part, about=wording.whole, vague_from=piece)
            )
        )
        if found:
            return [(item, wording.span) for item in found]
    named = named_by_code(asked.code)
    if named is None:
        return []
    return [(item, asked.span) for item in catalogue.meant_by(_words_of(named[0]))]


def _words_of(name: str) -> str:
    """Write a name of a national collection in words: "FSMeligible" and "SC_Home_Postcode"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_.]", " ", name)
    return re.sub(r"^(?:KS\d|SC|NCCIS|CIN)\s", "", spaced)


def _serves(
    holding: Holding,
    asked: Requested,
    frequency: Frequency,
    context: Context,
    wanted: date | None,
) -> bool:
    """Tell whether the data set is fine enough, fresh enough, and about any of these schools."""
    if _EACH.search(asked.words) and not holding.tells_each:
        return False
    how = rhythm(holding.refreshed)
    if how is not None:
        words = asked.words.casefold()
        often = max(
            (times for times, found in _OFTEN.items() if re.search(found, words)), default=0
        )
        if max(often, _times(frequency)) > how.a_year:
            return False
        if _NOW.search(asked.words) and how.a_year < FRESH:
            return False
    if not _fresh(holding.refreshed, context.today, wanted):
        return False
    outside = _outside(holding, context.types)
    return outside is None or not context.types or outside < sum(context.types.values())


def _times(frequency: Frequency) -> int:
    return 1 if frequency.per == "once" else frequency.times_a_year


def _fresh(refreshed: str, today: date, wanted: date | None) -> bool:
    how = rhythm(refreshed)
    as_at = last_refresh(refreshed, min(today, wanted or today))
    if how is None or as_at is None:
        return False
    coming = next_refresh(refreshed, today)
    if wanted and wanted > today and (how.a_year > 3 or (coming and coming <= wanted)):  # noqa: PLR2004 - termly
        return True
    return (wanted or today) - as_at <= timedelta(days=how.days + _GRACE_DAYS)


def _outside(holding: Holding, types: Mapping[str, int]) -> int | None:
    codes = codes_covered(holding.covers)
    if codes is None:
        return None
    return sum(count for code, count in types.items() if code not in codes)


def _held(
    holding: Holding, pairs: list[tuple[HeldItem, Span]], context: Context, wanted: date | None
) -> Held:
    coming = next_refresh(holding.refreshed, context.today)
    return Held(
        holding,
        tuple(dict.fromkeys(item.name for item, _ in pairs)),
        tidy(span for _, span in pairs),
        last_refresh(holding.refreshed, min(context.today, wanted or context.today)),
        wanted,
        coming if wanted and coming and context.today < coming <= wanted else None,
        _outside(holding, context.types),
    )
