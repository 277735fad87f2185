"""What the checks are told of the law: plain values (the field ``law`` of the context)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gatekeeping.law.citations import Citation
from gatekeeping.law.opinions import Opinion
from gatekeeping.law.words import ON_SCHOOL


@dataclass(frozen=True)
class Cited:
    """One citation in one field of the document, with what is known of it.

    ``claims``: it stands there as a reason why schools must answer, not for another purpose and
    not denied. ``meant`` is what the register says of a suggestion.
    """

    field: str
    citation: Citation
    opinion: Opinion
    claims: bool
    meant: Opinion | None = None


@dataclass(frozen=True)
class LawFacts:
    """Everything cited, in order, and how many of the asked schools are of which GIAS codes.

    ``asked`` counts open schools by type code and phase code; it is empty when nothing was cited.
    """

    cited: tuple[Cited, ...] = ()
    asked: Mapping[tuple[str, str], int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def claimed(self) -> tuple[Cited, ...]:
        """Return what is cited as a reason."""
        return tuple(one for one in self.cited if one.claims)


NO_LAW = LawFacts()


def real_duties(law: LawFacts) -> list[Cited]:
    """Return what is cited as a reason and is a duty on at least some of the schools asked."""
    return [
        one
        for one in law.claimed
        if one.citation.id and one.citation.provision and one.opinion.verdict in ON_SCHOOL
    ]
