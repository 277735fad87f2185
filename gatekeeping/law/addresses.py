"""Pasted addresses of legislation.gov.uk, whole or from the type on (5.2, 5.3)."""

import re
from dataclasses import dataclass

from gatekeeping.law.identifiers import TYPES, Identity
from gatekeeping.law.instruments import word_list

_REGNAL = r"[A-Z][a-z]{2,4}\d?/\d{1,2}(?:-\d{1,2}){0,2}"
ADDRESS = re.compile(
    rf"(?<![\w/.@-])(?:(?:https?://)?(?:www\.)?legislation(?:\.data)?\.gov\.uk\.?/)?"
    rf"(?:(?:id|cy|en)/){{0,2}}(?P<type>{'|'.join(TYPES)})/"
    rf"(?P<year>(?:1[2-9]|20)\d\d|{_REGNAL})/(?P<number>\d{{13}}|\d{{1,4}})(?![\w-])"
    r"(?P<rest>(?:/[\w.:-]{1,60}){0,14}/?)(?P<query>\?[^\s#<>\"')]{0,300})?(?P<mark>#[\w.:-]{0,120})?",
    re.IGNORECASE,
)
_DIVISIONS = word_list("divisions")
_VERSION = re.compile(r"\d{4}-\d\d-\d\d$|enacted$|made$|created$|adopted$|prospective$|current$")
_LANGUAGE = frozenset({"english", "welsh"})
_ELSEWHERE = word_list("elsewhere")
_EXTENTS = frozenset({"england", "wales", "scotland", "ni", "uk", "england+wales"})
_DATA = re.compile(r"data\.(?:xml|htm|html|xht|rdf|akn|pdf|csv|feed)$|data$")
_ANCHOR = re.compile(r"(?:section|regulation|article|rule|schedule|part|paragraph)-[\w-]+$")


@dataclass(frozen=True)
class Address:
    """What an address says."""

    identity: Identity
    provision: str
    version: str
    language: str
    notes: bool


def address(match: re.Match[str]) -> tuple[Address, int]:
    """Return what a match of ``ADDRESS`` says, and where it ends (without a sentence's dot)."""
    rest, end = _trimmed(match)
    divisions, version, language, notes = _parts(rest)
    if "/cy/" in match.group().casefold()[: match.start("year") - match.start()]:
        language = "welsh"
    if not divisions and match["mark"]:
        divisions = _from_mark(match["mark"])
    year = match["year"]
    identity = Identity(
        match["type"].casefold(), int(year) if year.isdigit() else year, int(match["number"])
    )
    return Address(identity, "/".join(divisions), version, language, notes), end


def _trimmed(match: re.Match[str]) -> tuple[str, int]:
    """Return the path behind the number without the dot of a sentence, and where all ends."""
    last = match["mark"] or match["query"] or match["rest"]
    dots = len(last) - len(last.rstrip(".,:"))
    rest = match["rest"] if match["mark"] or match["query"] else last.rstrip(".,:")
    return rest, match.end() - dots


def _parts(rest: str) -> tuple[list[str], str, str, bool]:
    provision: list[str] = []
    version = language = ""
    for part in filter(None, rest.split("/")):
        lower = part.casefold()
        if _VERSION.match(lower):
            version = lower
        elif lower in _LANGUAGE:
            language = lower
        elif lower in {"note", "notes"}:
            return provision, version, language, True
        elif _is_provision(lower, provision, version):
            provision.append(lower if lower in _DIVISIONS else part)
    return provision, version, language, False


def _is_provision(part: str, before: list[str], version: str) -> bool:
    """Tell whether a part of an address names a provision: no view, no extent, no format."""
    if version or _DATA.match(part) or part in _ELSEWHERE or part in _EXTENTS:
        return False
    return bool(before) or part in _DIVISIONS


def _from_mark(mark: str) -> list[str]:
    """Read ``#section-537A-1``, the mark that the site's own pages carry."""
    found = mark[1:].rstrip(".,:")
    return found.split("-") if _ANCHOR.match(found) else []
