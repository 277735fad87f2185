"""Reading what the law says of a document's citations, for the checks and the verdict."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from directory.audience import count_by_kind
from gatekeeping.asked import Asked
from gatekeeping.documents import SubmissionDocument
from gatekeeping.law.citations import Citation, read
from gatekeeping.law.duties import Register
from gatekeeping.law.opinions import Precedent, opinion, suggested_opinion
from gatekeeping.law.reasons import cites_as_reason
from gatekeeping.law.rulings import precedents_for, register_for
from gatekeeping.law.said import NO_LAW, Cited, LawFacts

FIELDS = ("legal_claim", "title", "purpose", "body")
MOST_CITED = 200
"""More citations than this of one document would say nothing new."""


def facts(session: Session, asked: Asked) -> LawFacts:
    """Return what is cited and known: at most three statements, none when nothing is cited."""
    found = citations_of(asked.document)
    if not found:
        return NO_LAW
    every = [citation for _, _, citation in found]
    precedents = precedents_for(session, asked.authority_id, every)
    register = register_for(session, asked.authority_id, every)
    kinds: Mapping[tuple[str, str], int] = {}
    if any(citation.id for citation in every):
        kinds = count_by_kind(session, asked.authority_id, asked.audience)
    return judged(asked.document, register, precedents, kinds, asked.today)


def citations_of(document: SubmissionDocument) -> list[tuple[str, str, Citation]]:
    """Return each citation with the name and the text of its field, in the order of ``FIELDS``."""
    return [
        (name, text, citation)
        for name in FIELDS
        if (text := str(getattr(document, name)))
        for citation in read(text)
    ][:MOST_CITED]


def judged(
    document: SubmissionDocument,
    register: Register,
    precedents: Mapping[str, Precedent],
    kinds: Mapping[tuple[str, str], int],
    on: date,
) -> LawFacts:
    """Return the facts from what was read: a pure function."""
    cited = [
        Cited(
            name,
            citation,
            opinion(citation, register=register, precedents=precedents, on=on),
            claims=cites_as_reason(name, text, citation),
            meant=suggested_opinion(citation, register),
        )
        for name, text, citation in citations_of(document)
    ]
    return LawFacts(tuple(cited), kinds)
