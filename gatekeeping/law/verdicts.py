"""The overall verdict of the law on one submission: for letters, register, verify page, expiry."""

from dataclasses import asdict, dataclass
from typing import Any

from gatekeeping.claims import claim_spans
from gatekeeping.documents import SubmissionDocument
from gatekeeping.law.naming import in_words
from gatekeeping.law.papers import CONTRACTS, papers_as_reason
from gatekeeping.law.said import Cited, LawFacts
from gatekeeping.law.words import VERDICT_NAMES, LegalVerdict

_ORDER = (
    LegalVerdict.DUTY_ON_SCHOOL,
    LegalVerdict.DUTY_ON_SCHOOL_PARTIAL,
    LegalVerdict.POWER_TO_REQUIRE,
    LegalVerdict.CONTRACT_CONDITION,
    LegalVerdict.DUTY_ON_LA,
    LegalVerdict.DUTY_ON_OTHER,
    LegalVerdict.NOT_IN_FORCE,
    LegalVerdict.GUIDANCE_ONLY,
    LegalVerdict.VOLUNTARY,
    LegalVerdict.UNRESOLVED,
)
"""Of several citations the one that binds schools most speaks for the submission."""
_CHECKED = "Verified by a legal reviewer."
_UNCHECKED = "No legal reviewer has verified this."


@dataclass(frozen=True)
class LawVerdict:
    """What the law says of a submission's claim; ``sentence`` is fit for a school to read.

    ``provision`` and ``id`` are as in ``Citation``. An empty ``verdict`` means that no law was
    claimed at all.
    """

    verdict: str = ""
    provision: str = ""
    title: str = ""
    id: str = ""
    verified: bool = False
    sentence: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it for ``SubmissionVersion.law``; empty when no law was claimed."""
        return asdict(self) if self.verdict else {}


NO_CLAIM = LawVerdict()


def verdict_of(document: SubmissionDocument, law: LawFacts) -> LawVerdict:
    """Return the verdict on a document's claim from what is known of its citations."""
    cited = [one for one in law.claimed if one.citation.kind in {"law", "bill"}]
    if cited:
        return _of_citation(min(cited, key=_weight))
    papers = papers_as_reason(document)
    if papers:
        is_contract = papers[0].kind == CONTRACTS
        verdict = LegalVerdict.CONTRACT_CONDITION if is_contract else LegalVerdict.GUIDANCE_ONLY
        name = VERDICT_NAMES[verdict].lower()
        sentence = f"“{papers[0].title}” is no law: {name}."
        return LawVerdict(verdict.value, title=papers[0].title, sentence=sentence)
    if claim_spans(document):
        sentence = "It is said to be required by law, but no provision is named."
        return LawVerdict(LegalVerdict.UNRESOLVED.value, sentence=sentence)
    return NO_CLAIM


def ruled(before: LawVerdict, verdict: LegalVerdict, why: str) -> LawVerdict:
    """Return the verdict after a legal reviewer has ruled on this one claim."""
    about = f"{before.title}. " if before.title else ""
    sentence = f"{about}{VERDICT_NAMES[verdict]}: {why.strip().rstrip('.')}. {_CHECKED}"
    return LawVerdict(
        verdict.value, before.provision, before.title, before.id, verified=True, sentence=sentence
    )


def _weight(one: Cited) -> tuple[int, bool, int]:
    return (_ORDER.index(one.opinion.verdict), not one.opinion.verified, one.citation.start)


def _of_citation(one: Cited) -> LawVerdict:
    verdict = one.opinion.verdict
    name = in_words(one.citation)
    says = VERDICT_NAMES[verdict][:1].lower() + VERDICT_NAMES[verdict][1:]
    checked = _CHECKED if one.opinion.verified else _UNCHECKED
    return LawVerdict(
        verdict.value,
        one.citation.provision,
        one.citation.title,
        one.citation.id,
        verified=one.opinion.verified,
        sentence=f"{name[:1].upper()}{name[1:]}: {says}. {checked}",
    )
