"""What is known of a citation: the register's proposal, or a legal reviewer's verdict (5.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from foundation.dates import day
from gatekeeping.law.citations import Citation
from gatekeeping.law.duties import Duty, Register, shipped
from gatekeeping.law.guidance import PAPERS
from gatekeeping.law.identifiers import ROOT, Identity
from gatekeeping.law.instruments import Instrument, known, titled
from gatekeeping.law.words import VERDICT_NAMES, LegalVerdict

COUNTRIES = {"W": "Wales", "S": "Scotland", "NI": "Northern Ireland"}
_TYPES_OF_COUNTRY = {"wsi": "W", "asc": "W", "anaw": "W", "mwa": "W", "asp": "S", "ssi": "S"}
_TYPES_OF_COUNTRY |= {"nisr": "NI", "nisi": "NI", "nia": "NI"}
_PAPERS = {paper.title: paper for _, paper in PAPERS}
_OF_PAPER = {
    "contract": LegalVerdict.CONTRACT_CONDITION,
    "bill": LegalVerdict.NOT_IN_FORCE,
}
DEAD = frozenset({"repealed", "revoked"})
DRAFTS = frozenset({"ukdsi", "sdsi", "nidsr"})


@dataclass(frozen=True)
class Precedent:
    """A legal reviewer's verdict on a provision, used again until its review date."""

    verdict: LegalVerdict
    why: str
    set_on: date
    review_on: date

    def holds(self, on: date) -> bool:
        """Tell whether it still counts as verified."""
        return on <= self.review_on


@dataclass(frozen=True)
class Opinion:
    """What the portal knows of one citation, verified or only proposed."""

    verdict: LegalVerdict
    verified: bool
    label: str
    status: str
    bearer: str = ""
    says: str = ""
    replaced_by: str = ""
    country: str = ""
    duty: Duty | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it with the keys that ``portal cite`` and the details of findings carry."""
        return {
            "verdict": self.verdict.value,
            "verified": self.verified,
            "label": self.label,
            "status": self.status,
            "bearer": self.bearer,
            "says": self.says,
            "replaced_by": self.replaced_by,
        }


def opinion(
    citation: Citation,
    *,
    register: Register | None = None,
    precedents: Mapping[str, Precedent] | None = None,
    on: date | None = None,
) -> Opinion:
    """Return what is known of a citation. ``precedents`` are found by identifier."""
    if citation.kind != "law":
        return _of_paper(citation)
    identity = identity_of(citation)
    if identity is None:
        return Opinion(LegalVerdict.UNRESOLVED, verified=False, label=_UNVERIFIED, status="unknown")
    proposed = _proposed(identity, citation.provision, register or shipped())
    precedent = _precedent(citation.id, precedents or {})
    if precedent is None:
        return proposed
    return _verified(proposed, precedent, on)


_UNVERIFIED = "Not verified: proposed by the portal, no legal reviewer has looked at it yet."


def identity_of(citation: Citation) -> Identity | None:
    """Return which instrument a citation that resolved names."""
    if not citation.id or citation.year is None or citation.number is None:
        return None
    return Identity(citation.type, citation.year, citation.number)


def _proposed(identity: Identity, place: str, register: Register) -> Opinion:
    row = known(identity)
    duty = register.find(identity, place)
    country = row.extent if row and row.extent in COUNTRIES else ""
    country = country or _TYPES_OF_COUNTRY.get(identity.type, "")
    if row is not None and row.status in DEAD:
        return _dead(row, duty)
    if identity.type in DRAFTS:
        return Opinion(
            LegalVerdict.NOT_IN_FORCE,
            verified=False,
            label=_UNVERIFIED,
            status="not in force yet",
            says="a draft is not law until it is made and in force",
        )
    if country:
        return Opinion(
            LegalVerdict.NOT_IN_FORCE,
            verified=False,
            label=_UNVERIFIED,
            status=f"law of {COUNTRIES[country]}",
            country=COUNTRIES[country],
            duty=duty,
        )
    if duty is None:
        return Opinion(
            LegalVerdict.UNRESOLVED,
            verified=False,
            label=_UNVERIFIED,
            status=row.status if row else "unknown",
        )
    return Opinion(
        duty.verdict,
        verified=False,
        label=_UNVERIFIED,
        status=duty.status,
        bearer=duty.bearer,
        says=duty.says,
        replaced_by=duty.replaced_by,
        duty=duty,
    )


def _dead(row: Instrument, duty: Duty | None) -> Opinion:
    return Opinion(
        LegalVerdict.NOT_IN_FORCE,
        verified=False,
        label=_UNVERIFIED,
        status=row.status,
        bearer=duty.bearer if duty else "",
        says=duty.says if duty else "",
        replaced_by=row.replaced_by,
        duty=duty,
    )


def _precedent(identifier: str, precedents: Mapping[str, Precedent]) -> Precedent | None:
    """Return the verdict on the provision itself, else on what holds it."""
    while identifier.startswith(ROOT):
        if identifier in precedents:
            return precedents[identifier]
        identifier = identifier.rpartition("/")[0]
    return None


def _verified(proposed: Opinion, precedent: Precedent, on: date | None) -> Opinion:
    holds = on is None or precedent.holds(on)
    if holds:
        label = f"Verified by a legal reviewer on {day(precedent.set_on)}."
    else:
        label = (
            f"To be reviewed: a legal reviewer judged it on {day(precedent.set_on)}, but the "
            f"verdict was due for review on {day(precedent.review_on)}."
        )
    return Opinion(
        precedent.verdict,
        verified=holds,
        label=label,
        status=proposed.status,
        bearer=proposed.bearer,
        says=precedent.why or proposed.says,
        replaced_by=proposed.replaced_by,
        country=proposed.country,
        duty=proposed.duty,
    )


def _of_paper(citation: Citation) -> Opinion:
    paper = _PAPERS.get(citation.title)
    verdict = _OF_PAPER.get(citation.kind, LegalVerdict.GUIDANCE_ONLY)
    says = paper.binding if paper else ""
    if citation.kind == "bill":
        says = "a Bill is not law until it is passed and in force"
    return Opinion(
        verdict,
        verified=False,
        label=_UNVERIFIED,
        status="not in force yet" if citation.kind == "bill" else citation.kind,
        says=says,
    )


def suggested_opinion(citation: Citation, register: Register | None = None) -> Opinion | None:
    """Return what the register says of what a citation probably means, None if it says nothing."""
    row = titled(citation.suggestion) if citation.suggestion else None
    if row is None or row.identity is None:
        return None
    return _proposed(row.identity, citation.provision, register or shipped())


def name_of(verdict: LegalVerdict) -> str:
    """Return a verdict in words."""
    return VERDICT_NAMES[verdict]
