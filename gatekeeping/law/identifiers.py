"""Identifiers of legislation.gov.uk: from type, year, number and provision, and back (5.2)."""

import re
from dataclasses import dataclass

ROOT = "http://www.legislation.gov.uk/id/"

_ACTS = "ukpga ukla ukppa ukcm asc anaw mwa asp nia apni mnia aosp aep aip apgb gbla gbppa"
_ORDERS = "uksi ukdsi uksro wsi wdsi ssi sdsi nisr nisro nisi nidsr ukmo ukci"
_EUROPE = "eur eudn eudr eut"
TYPES = tuple(f"{_ACTS} {_ORDERS} {_EUROPE}".split())
SECONDARY = frozenset(_ORDERS.split())


@dataclass(frozen=True)
class Identity:
    """Which instrument: its type, year (or regnal years: ``Geo6/7-8``) and number."""

    type: str
    year: int | str
    number: int

    @property
    def uri(self) -> str:
        """Return the identifier of the instrument as a whole."""
        return f"{ROOT}{self.type}/{self.year}/{self.number}"


def uri(identity: Identity, provision: str = "") -> str:
    """Return the identifier of a provision (``section/537A/1``), or of the whole instrument."""
    return f"{identity.uri}/{provision}" if provision else identity.uri


def si_type(year: int, letters: str, title: str = "") -> str:
    """Return the type of a statutory instrument from how its series is written and its title.

    A Welsh instrument that is cited in the United Kingdom's series is filed as ``wsi`` and one
    of the Northern Ireland Orders as ``nisi`` (5.2).
    """
    letters = letters.upper().replace(".", "").replace(" ", "")
    if letters.startswith("SS"):
        return "ssi"
    if letters.startswith(("WS", "OS")):
        return "wsi"
    if letters.startswith("SR"):
        return "nisr" if letters == "SR" else "uksro"
    title = title.casefold()
    if "wales)" in title and "england" not in title and year >= 1999:  # noqa: PLR2004 - devolution
        return "wsi"
    if "(northern ireland) order" in title:
        return "nisi"
    return "uksi"


_REIGNS = {
    "geo": ("Geo", (3, 4, 5, 6)),
    "edw": ("Edw", (7, 8)),
    "eliz": ("Eliz", (2,)),
    "will": ("Will", (3, 4)),
    "vict": ("Vict", ()),
}
REGNAL = re.compile(
    r"\b(\d{1,2})(?:\s?(?:&|and|-)\s?(\d{1,2}))?\s(Geo|Edw|Eliz|Will|Vict)[a-z]*\.?,?\s?"
    r"([2-8]|VI{0,3}|I[IVX]|III)?\.?,?\s?c(?:h|ap)?\.?\s?(\d{1,3})\b",
    re.IGNORECASE,
)
_ROMAN = {"II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8}


def regnal(match: re.Match[str]) -> Identity | None:
    """Return the Act of a match of ``REGNAL``: "7 & 8 Geo. 6 c. 31" is ``Geo6/7-8``."""
    first, second, reign, which, number = match.groups()
    name, numbers = _REIGNS[reign.casefold()]
    count = _ROMAN.get((which or "").upper(), 0) or int(which or 0)
    if numbers and count not in numbers:
        return None
    years = f"{first}-{second}" if second else first
    return Identity("ukpga", f"{name}{count or ''}/{years}", int(number))


def roman(text: str) -> int | None:
    """Return the number of a local Act's chapter in roman numerals ("xiv"), None for other text."""
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    numbers = [values[char] for char in text.casefold() if char in values]
    if not numbers or len(numbers) != len(text):
        return None
    after = [*numbers[1:], 0]
    return sum(-one if one < nxt else one for one, nxt in zip(numbers, after, strict=True))
