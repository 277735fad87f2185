"""Reading citations of law as people write them (gatekeeping 5.2, 5.3).

``read`` never raises and never invents: each number of a provision stands in the text, except
the whole numbers between two plain ends that the text gives ("ss 13-15").
docs/decisions/0006 says why it reads as it does.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from gatekeeping.law.addresses import ADDRESS, address
from gatekeeping.law.composing import compose, provision
from gatekeeping.law.guidance import PaperFound, papers
from gatekeeping.law.identifiers import Identity, uri
from gatekeeping.law.instruments import Instrument, known, titled
from gatekeeping.law.linking import Linked, link
from gatekeeping.law.mention import Mention
from gatekeeping.law.mentions import mentions
from gatekeeping.law.normal import Plain, plain
from gatekeeping.law.pinpoints import groups

LONGEST_TEXT = 250_000
LAW = "law"
_NOTES = re.compile(
    r"\b(explanatory (?:notes?|memorandum))\s(?:to|on|for|of)\s(?:the\s)?$", re.IGNORECASE
)
_PAPER_ABOUT = re.compile(
    r"(?:\s?:|\s-|,)?\s?(?:and\sschools:?\s)?(?:(?:statutory|departmental|non-statutory|DfE)\s)?(?:guidance|advice|code\sof\spractice|guide)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Citation:
    """One thing cited: a provision or a whole instrument, or a paper that is no law.

    ``text[start:end]`` are the words. ``kind`` is "law", or what the paper is: guidance, code,
    framework, contract, policy, letter, bill, notes. ``type``, ``year`` (regnal years as the site
    writes them) and ``number`` name the instrument; ``provision`` is "" for the whole of it.
    ``id`` is the identifier of legislation.gov.uk, "" when it cannot be told. ``confidence`` is
    "exact" or "suggest"; then ``suggestion`` may name what was meant, with a ``score`` to 100.
    """

    start: int
    end: int
    text: str
    kind: str
    type: str
    year: int | str | None
    number: int | None
    title: str
    provision: str
    id: str
    confidence: str
    suggestion: str = ""
    suggestion_id: str = ""
    score: float = 0.0
    version: str = ""
    language: str = ""
    document: str = ""
    named: bool = True
    """It names its instrument in some way; a bare well-known section does not."""

    def as_json(self) -> dict[str, Any]:
        """Return it with the keys that ``design.md`` names for ``portal cite``."""
        return {
            "type": self.type,
            "year": self.year,
            "number": self.number,
            "title": self.title,
            "provision": self.provision,
            "id": self.id,
            "confidence": self.confidence,
            "kind": self.kind,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "suggestion": self.suggestion,
            "suggestion_id": self.suggestion_id,
            "score": self.score,
            "version": self.version,
            "language": self.language,
            "document": self.document,
        }


@lru_cache(maxsize=64)
def read(text: str) -> tuple[Citation, ...]:
    """Return everything that the text cites, in order of place. Never raises."""
    even = plain(text[:LONGEST_TEXT])
    found, rest = _addresses(even)
    named = mentions(rest)
    cited = [one for one in papers(rest) if not one.paper.loose]
    taken = [(one.start, one.end) for one in named]
    sure = [(one.start, one.end) for one in named if not one.weak]
    cited = [one for one in cited if not _overlaps(sure, one.start, one.end)]
    pinpoints = compose(rest, groups(rest))
    pinpoints = [one for one in pinpoints if not _overlaps(taken, *one.group)]
    linked, used = link(rest, pinpoints, named, cited)
    found += [_provision(even, one) for one in linked]
    owners = {one.mention.identity for one in linked if one.mention}
    found += [_whole(even, one) for one in named if _stands_alone(one, used, owners)]
    found += [_paper(even, one) for one in cited]
    unique = {(one.start, one.end, one.id, one.provision, one.title): one for one in found}
    return tuple(sorted(unique.values(), key=lambda one: (one.start, one.end, one.provision)))


def _stands_alone(one: Mention, used: set[Mention], linked: set[Identity | None]) -> bool:
    """Tell whether a mention is cited as a whole: not one whose provision is cited beside it."""
    if one in used or one.weak:
        return False
    return not (one.back and one.identity in linked)


def _addresses(even: Plain) -> tuple[list[Citation], str]:
    """Read the addresses, and give the text with spaces where they were."""
    found: list[Citation] = []
    rest = even.text
    for match in ADDRESS.finditer(even.text):
        said, end = address(match)
        row = known(said.identity)
        start = match.start()
        found.append(
            Citation(
                *_places(even, start, end),
                LAW,
                said.identity.type,
                said.identity.year,
                said.identity.number,
                row.title if row else "",
                said.provision,
                uri(said.identity, said.provision),
                "exact",
                version=said.version,
                language=said.language,
                document="explanatory notes" if said.notes else "",
            )
        )
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return found, rest


def _places(even: Plain, start: int, end: int) -> tuple[int, int, str]:
    first, last = even.place(start), even.end_place(end)
    return first, last, even.original[first:last]


def _provision(even: Plain, linked: Linked) -> Citation:
    pinpoint, mention = linked.pinpoint, linked.mention
    start, end = pinpoint.start, pinpoint.end
    if mention is None:
        row = titled(linked.suggestion)
        path = provision(pinpoint.steps, "Act", pinpoint.word)
        return _suggested(_places(even, start, end), path, row)
    if linked.beside:
        if mention.start >= pinpoint.group[1]:
            end = mention.end
        elif pinpoint.first:
            start = mention.start
    path = provision(pinpoint.steps, mention.form, pinpoint.word)
    return _law(even, start, end, mention, path)


def _suggested(place: tuple[int, int, str], path: str, row: Instrument | None) -> Citation:
    return Citation(
        *place,
        LAW,
        "",
        None,
        None,
        "",
        path,
        "",
        "suggest",
        suggestion=row.title if row else "",
        suggestion_id=uri(row.identity, path) if row and row.identity else "",
        score=75.0,
        named=False,
    )


def _law(even: Plain, start: int, end: int, mention: Mention, path: str) -> Citation:
    identity = mention.identity if mention.exact else None
    near = mention.near
    return Citation(
        *_places(even, start, end),
        LAW,
        identity.type if identity else "",
        mention.year,
        identity.number if identity else mention.number,
        mention.title,
        path,
        uri(identity, path) if identity else "",
        "exact" if identity else "suggest",
        suggestion=_suggestion(mention) if not identity else "",
        suggestion_id=uri(near.identity, path) if near and near.identity and not identity else "",
        score=mention.score if not identity else 0.0,
    )


def _suggestion(mention: Mention) -> str:
    """Return the title that was probably meant, or all that it may be ("Education Act")."""
    if mention.near is not None:
        return mention.near.title
    living = [row.title for row in mention.candidates if row.status == "in force"]
    return f"{', '.join(living[:-1])} or {living[-1]}" if len(living) > 1 else "".join(living)


def _whole(even: Plain, mention: Mention) -> Citation:
    citation = _law(even, mention.start, mention.end, mention, "")
    notes = _NOTES.search(even.text, max(0, mention.start - 60), mention.start)
    if notes:
        return _changed(citation, kind="notes", document="explanatory notes")
    if _PAPER_ABOUT.match(even.text, mention.end):
        return _changed(citation, kind="guidance", document="guidance")
    return citation


def _changed(citation: Citation, *, kind: str, document: str) -> Citation:
    return replace(citation, kind=kind, document=document)


def _paper(even: Plain, one: PaperFound) -> Citation:
    return Citation(
        *_places(even, one.start, one.end),
        one.paper.kind,
        "",
        one.year,
        None,
        one.paper.title,
        "",
        "",
        "exact",
    )


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether any of the sorted, separate spans shares a character with start to end."""
    place = bisect_left(spans, (end, 0))
    return place > 0 and spans[place - 1][1] > start
