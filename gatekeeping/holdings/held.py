"""What a document asks that the authority holds already, with how fresh it is (K11, K12)."""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gatekeeping.asked import AttachedText
from gatekeeping.attached.attached_asks import MOST_FILES, InFile, asked_in, place_in
from gatekeeping.documents import Frequency, SubmissionDocument
from gatekeeping.facts.school_types import OfTypes, codes_covered, covers_everyone
from gatekeeping.findings import Context, Span, tidy
from gatekeeping.holdings.catalogue import Catalogue
from gatekeeping.holdings.freshness import GRACE, TERMLY, as_at_on, freshness, serves
from gatekeeping.holdings.items import HeldItem, Holding
from gatekeeping.holdings.national import named_by_code
from gatekeeping.holdings.refreshed import FRESH, rhythm
from gatekeeping.periods import period_end
from gatekeeping.requested import Requested, requested
from gatekeeping.spans import named_files
from gatekeeping.thesaurus.national import concept_of_code, in_words

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
_LONGEST_QUOTE = 160
_SENTENCE, _CLAUSE = 2, 3
"""So many stems a vague name needs in a sentence, and in a clause of one."""


class Propose(enum.StrEnum):
    """What could be done instead of asking all schools for what is held."""

    REDIRECT = "redirect"
    PREFILL = "prefill"
    ASK_UNCOVERED = "ask_uncovered"


@dataclass(frozen=True)
class Held:
    """One data set that has what is asked.

    ``as_at`` is its last refresh that serves, never a later day than the truth. ``next_on`` is the
    refresh that comes before the date asked about, if there is one; ``missed`` one that was due
    and of which the owner says nothing. ``outside`` counts the asked schools that it does not
    cover by their type, None where its words name no types; ``uncovered`` are the first of them.
    ``coarse`` tells that some of what is asked is finer or more frequent than it has.
    """

    holding: Holding
    items: tuple[str, ...]
    evidence: tuple[Span, ...]
    as_at: date | None
    wanted: date | None
    next_on: date | None
    outside: int | None
    uncovered: tuple[tuple[int, str], ...] = ()
    missed: date | None = None
    always: bool = False
    coarse: bool = False
    propose: Propose = Propose.REDIRECT
    files: tuple[InFile, ...] = ()
    """Where attachments ask for it; ``evidence`` is where the document itself does."""


def held(document: SubmissionDocument, context: Context, *, from_schools: bool) -> list[Held]:
    """Return the data sets, in the order of the catalogue, of one of the two kinds.

    What is too coarse, too old, or covers none of the asked schools is left out.
    """
    wanted = document.as_at or period_end(document.period)
    found: dict[Holding, list[tuple[HeldItem, Span | InFile]]] = {}
    coarse: set[Holding] = set()
    for asked, attached in _everything_asked(document, context):
        for item, span in _known(asked, context.catalogue):
            holding = item.holding
            if holding.is_from_schools != from_schools or not _covers_any(holding, context):
                continue
            if not serves(holding, context.today, wanted):
                continue
            if _is_fine_enough(holding, asked, document.frequency):
                where = _in_file(attached, span) if attached else span
                found.setdefault(holding, []).append((item, where))
            else:
                coarse.add(holding)
    return [
        _held(holding, pairs, document, context, coarse=holding in coarse)
        for holding, pairs in sorted(found.items(), key=_by_key)
    ]


def _everything_asked(
    document: SubmissionDocument, context: Context
) -> Iterator[tuple[Requested, AttachedText | None]]:
    """Yield what the document asks, then what its attachments ask, each with its file."""
    yield from ((asked, None) for asked in requested(document))
    for attached in context.attachments[:MOST_FILES]:
        yield from ((asked, attached) for asked in asked_in(attached))


def _in_file(attached: AttachedText, span: Span) -> InFile:
    words = " ".join(span.text.split())[:_LONGEST_QUOTE]
    return InFile(attached.name, place_in(attached, span.start), words)


def _by_key(entry: tuple[Holding, object]) -> str:
    return entry[0].key


def _known(asked: Requested, catalogue: Catalogue) -> list[tuple[HeldItem, Span]]:
    """Return the items that are meant: by the words first, else by what its code means."""
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
    concept = concept_of_code(asked.code)
    found = catalogue.of_concept(concept) if concept else catalogue.meant_by(in_words(named[0]))
    return [(item, asked.span) for item in found]


def _is_fine_enough(holding: Holding, asked: Requested, frequency: Frequency) -> bool:
    """Tell whether the data set knows what is asked person by person, and as often."""
    if _EACH.search(asked.words) and not holding.tells_each:
        return False
    how = rhythm(holding.refreshed)
    if how is None:
        return _times(frequency) <= 1
    words = asked.words.casefold()
    often = max((times for times, found in _OFTEN.items() if re.search(found, words)), default=0)
    if max(often, _times(frequency)) > how.a_year:
        return False
    return how.a_year >= FRESH or not _NOW.search(asked.words)


def _times(frequency: Frequency) -> int:
    return 1 if frequency.per == "once" else frequency.times_a_year


def _covers_any(holding: Holding, context: Context) -> bool:
    outside = _outside(holding, context.types)
    return not context.types.counts or outside is None or outside < context.types.total


def _outside(holding: Holding, types: OfTypes) -> int | None:
    codes = codes_covered(holding.covers, holding.types)
    return None if codes is None else types.count_outside(codes)


def _held(
    holding: Holding,
    pairs: list[tuple[HeldItem, Span | InFile]],
    document: SubmissionDocument,
    context: Context,
    *,
    coarse: bool,
) -> Held:
    today, wanted = context.today, document.as_at or period_end(document.period)
    now = freshness(holding, today)
    codes = codes_covered(holding.covers, holding.types)
    comes = wanted is not None and now.next_on is not None and today < now.next_on <= wanted
    due = now.missed is not None and (wanted is None or now.missed <= wanted)
    found = Held(
        holding,
        tuple(dict.fromkeys(item.name for item, _ in pairs)),
        _evidence(document, [where for _, where in pairs]),
        as_at=as_at_on(holding, min(today, wanted or today)),
        wanted=wanted,
        next_on=now.next_on if comes and now.missed is None else None,
        outside=_outside(holding, context.types),
        uncovered=() if codes is None else context.types.outside(codes),
        missed=now.missed if due else None,
        always=now.always,
        coarse=coarse,
        files=tuple(dict.fromkeys(where for _, where in pairs if isinstance(where, InFile))),
    )
    return replace(found, propose=_proposed(found, document, context))


def _evidence(document: SubmissionDocument, found: list[Span | InFile]) -> tuple[Span, ...]:
    files = (where.name for where in found if isinstance(where, InFile))
    own = [where for where in found if isinstance(where, Span)]
    return tidy([*own, *named_files(document.attachments, files)])


def _proposed(found: Held, document: SubmissionDocument, context: Context) -> Propose:
    """Return what to do: never to rely on what is old, in part too coarse, or in part not there."""
    if found.outside:
        return Propose.ASK_UNCOVERED
    known = found.outside == 0 or covers_everyone(found.holding.covers)
    if not known or found.coarse or found.missed is not None or found.as_at is None:
        return Propose.PREFILL
    if found.always or found.next_on is not None:
        return Propose.REDIRECT
    if document.as_at is not None:
        return Propose.PREFILL if document.as_at - found.as_at > GRACE else Propose.REDIRECT
    how = rhythm(found.holding.refreshed)
    if found.wanted is not None or how is None or how.a_year > TERMLY:
        return Propose.REDIRECT
    oldest = timedelta(days=how.days * context.protocol.prefill_from)
    return Propose.PREFILL if context.today - found.as_at > oldest else Propose.REDIRECT
