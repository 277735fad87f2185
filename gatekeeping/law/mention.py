"""One mention of an instrument in a text."""

from dataclasses import dataclass

from gatekeeping.law.identifiers import Identity
from gatekeeping.law.instruments import Instrument


@dataclass(frozen=True)
class Mention:
    """An instrument as a text names it; if not ``exact``, ``near`` may say what was meant."""

    start: int
    end: int
    title: str
    year: int | str | None
    form: str
    identity: Identity | None = None
    row: Instrument | None = None
    exact: bool = False
    near: Instrument | None = None
    score: float = 0.0
    weak: bool = False
    """Only counts when a provision stands right beside it ("XYZ 2009 s 12", "1996 c.56 s 3")."""
    back: bool = False
    candidates: tuple[Instrument, ...] = ()
    number: int | None = None

    @property
    def kind(self) -> str:
        """Return the type of the instrument, or what its form lets one say ("" if nothing)."""
        return self.identity.type if self.identity else ""


def of_row(start: int, end: int, row: Instrument) -> Mention:
    """Return the mention of an instrument that is known."""
    return Mention(
        start,
        end,
        row.title,
        row.identity.year if row.identity else row.year,
        row.form,
        identity=row.identity,
        row=row,
        exact=row.identity is not None,
        number=row.identity.number if row.identity else None,
    )
