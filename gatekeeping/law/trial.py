"""Citations on trial: what the checks of the law (K03 to K08) look at, and how they speak."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gatekeeping.claims import claims_duty
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span
from gatekeeping.law.citations import Citation
from gatekeeping.law.naming import in_words, place_in_words
from gatekeeping.law.opinions import Opinion
from gatekeeping.law.reasons import is_put_on_schools
from gatekeeping.law.said import Cited, real_duties
from gatekeeping.law.words import LegalVerdict
from gatekeeping.models import Severity

_UNVERIFIED = " No legal reviewer has verified this reading yet."
MOST_FINDINGS = 5
"""A document that cites fifty wrong provisions is not helped by fifty findings."""


@dataclass(frozen=True)
class SpokenOf:
    """A citation with its opinion, its name in words, and how it was read if not plainly."""

    cited: Cited
    opinion: Opinion
    name: str
    reading: str = ""

    @property
    def citation(self) -> Citation:
        """Return the citation itself."""
        return self.cited.citation

    @property
    def id(self) -> str:
        """Return the identifier, of what was probably meant where that is all there is."""
        return self.citation.id or self.citation.suggestion_id


def on_trial(
    document: SubmissionDocument, context: Context, *, suggested: bool = True
) -> Iterator[SpokenOf]:
    """Yield what is cited as a reason, in order; nothing when the document claims no duty.

    A bare well-known section ("s.251") is judged as what it is usually taken for, and says so;
    not with ``suggested=False``. Outside ``legal_claim`` the council's own duty may be named
    beside a real one on schools without being challenged.
    """
    if document.voluntary and not claims_duty(document) and not _says_must(document, context):
        return
    real = bool(real_duties(context.law))
    for one in context.law.claimed:
        if one.citation.kind not in {"law", "bill"}:
            continue
        if real and one.field != "legal_claim" and one.citation.id:
            continue
        if one.citation.id or one.citation.kind == "bill" or not suggested:
            yield SpokenOf(one, one.opinion, _name(one.citation))
        elif not one.citation.named and one.meant is not None:
            yield _as_meant(one, one.meant)


def _says_must(document: SubmissionDocument, context: Context) -> bool:
    return any(
        is_put_on_schools(str(getattr(document, one.field)), one.citation)
        for one in context.law.claimed
    )


def _as_meant(one: Cited, meant: Opinion) -> SpokenOf:
    place = place_in_words(one.citation.provision)
    name = f"{place.capitalize()} of the {one.citation.suggestion}"
    text = " ".join(one.citation.text.split())
    return SpokenOf(one, meant, name, f"We read “{text}” so, though you name no Act. ")


def _name(citation: Citation) -> str:
    name = in_words(citation)
    return name[:1].upper() + name[1:]


def distinct(found: Iterable[SpokenOf]) -> list[SpokenOf]:
    """Return the first of each provision, at most ``MOST_FINDINGS``."""
    first: dict[str, SpokenOf] = {}
    for one in found:
        first.setdefault(one.id or one.citation.text.casefold(), one)
    return list(first.values())[:MOST_FINDINGS]


def challenge(
    rule: tuple[str, int, str], says: str, one: SpokenOf, context: Context, **more: Any
) -> Finding:
    """Return a finding about a citation, with every place in which the same is cited.

    ``rule`` is its id, version and title.
    """
    evidence = tuple(
        Span(other.field, other.citation.start, other.citation.end, other.citation.text)
        for other in context.law.claimed
        if other.citation is one.citation
        or (one.citation.id and other.citation.id == one.citation.id)
    )[:20]
    detail = {
        "id": one.citation.id,
        "verdict": one.opinion.verdict.value,
        "verified": one.opinion.verified,
        "status": one.opinion.status,
        "bearer": one.opinion.bearer,
        "replaced_by": one.opinion.replaced_by,
        "provision": one.citation.provision,
        "title": one.citation.title,
        **more,
    }
    if not one.citation.id and one.citation.suggestion_id:
        detail |= {"suggestion_id": one.citation.suggestion_id}
    judged = one.opinion.verdict is not LegalVerdict.UNRESOLVED and one.citation.kind == "law"
    label = _UNVERIFIED if judged and not one.opinion.verified else ""
    return Finding(rule[0], rule[1], Severity.CHALLENGE, rule[2], says + label, evidence, detail)
