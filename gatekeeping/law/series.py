"""Instruments cited by number: "SI 2013/2094", "1996 c. 56", "2001 c. ii", "7 & 8 Geo. 6 c. 31"."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from gatekeeping.law.identifiers import REGNAL, Identity, regnal, roman, si_type
from gatekeeping.law.instruments import form_of, known, titled
from gatekeeping.law.mention import Mention
from gatekeeping.law.near import likeness

SI = re.compile(
    r"(?<![A-Za-z\d])(?P<letters>W\.?\s?S\.?\s?I|S\.?\s?S\.?\s?I|(?-i:S\.?\s?I)|S\.?\s?R"
    r"|Welsh\s(?:SI|Statutory\sInstruments?)|(?:Scottish\s)?Statutory\sInstruments?)"
    r"(?:\.?\s{0,2}(?:no\.?\s{0,2})?(?P<year>(?:19|20)\d\d)\s?"
    r"(?:/|,?\s?no\.?\s{0,2}|,\s)\s?(?P<number>\d{1,4})"
    r"|\.?\s?no\.?\s?(?P<number2>\d{1,4})\s(?:of|/)\s(?P<year2>(?:19|20)\d\d))(?![\d/])"
    r"(?:\s?\(\s?(?P<series>W|C|S|L|N\.?I)\.?\s?\d{1,3}\s?\))?",
    re.IGNORECASE,
)
BARE_SI = re.compile(r"[\s,(]{0,3}(?P<year>(?:19|20)\d\d)\s?/\s?(?P<number>\d{1,4})(?![\d/])")
_ANOTHER = re.compile(
    r"\s?(?:,|;|&|\band\b|,\s?and\b)\s?(?P<year>(?:19|20)\d\d)\s?/\s?(?P<number>\d{1,4})(?![\d/])"
)
CHAPTER = re.compile(
    r"(?<![\d/])(?P<year>(?:1[89]|20)\d\d),?\s{0,2}\(?"
    r"(?P<word>c(?:h|ap|hapter)?\.?|asp|anaw|asc|nawm)\s{0,2}"
    r"(?P<number>\d{1,3}|(?-i:[ivxlc]{1,8}))(?![A-Za-z\d])\)?",
    re.IGNORECASE,
)
_SERIES = {"asp": "asp", "anaw": "anaw", "asc": "asc", "nawm": "mwa"}


def with_numbers(text: str, named: Sequence[Mention]) -> list[Mention]:
    """Read series and numbers; one that follows a title of the same year belongs to it."""
    found: list[Mention] = []
    used: set[int] = set()
    starts = [one.start for one in named]
    for match in [*SI.finditer(text), *_lists(text), *CHAPTER.finditer(text)]:
        owner = bisect_right(starts, match.start()) - 1
        if owner >= 0 and owner not in used and _belongs(text, named[owner], match):
            used.add(owner)
            found.append(_joined(named[owner], match))
        else:
            alone = _alone(text, match)
            if alone is not None:
                found.append(alone)
    for place, one in enumerate(named):
        if place in used:
            continue
        bare = BARE_SI.match(text, one.end) if one.form != "Act" else None
        found.append(_joined(one, bare) if bare else one)
    return found


def _lists(text: str) -> list[re.Match[str]]:
    """Return the further numbers of "SI 2013/2094 and 2024/208"."""
    found = []
    for match in SI.finditer(text):
        following = _ANOTHER.match(text, match.end())
        while following is not None:
            found.append(following)
            following = _ANOTHER.match(text, following.end())
    return found


def _belongs(text: str, one: Mention, match: re.Match[str]) -> bool:
    if match.re is CHAPTER and one.start <= match.start() < one.end <= match.end():
        return True
    return one.end <= match.start() and bool(
        re.match(r"[\s,(\[]{0,4}(?:Welsh\s)?$", text[one.end : match.start()])
    )


def _identity(match: re.Match[str], title: str) -> Identity | None:
    groups = match.groupdict()
    year = int(groups.get("year") or groups.get("year2") or 0)
    raw = groups.get("number") or groups.get("number2") or ""
    if match.re is CHAPTER:
        series = _SERIES.get(groups["word"].casefold().rstrip("."))
        if not raw.isdigit():
            chapter = roman(raw)
            return Identity("ukla", year, chapter) if chapter else None
        if series is None:
            row = titled(title) if title else None
            series = row.identity.type if row and row.identity else "ukpga"
        return Identity(series, year, int(raw))
    letters = groups.get("letters") or "SI"
    if groups.get("series") == "W":
        letters = "WSI"
    if "cottish" in letters:
        letters = "SSI"
    letters = "WSI" if letters[:1] in "Ww" else letters
    letters = "SI" if letters.casefold().startswith("stat") else letters
    return Identity(si_type(year, letters, title), year, int(raw))


def _joined(one: Mention, match: re.Match[str]) -> Mention:
    """Return a title with the number that stands behind it: they must fit one another."""
    end = max(one.end, match.end())
    identity = _identity(match, one.title)
    if identity is None:
        return replace(one, end=end)
    row = known(identity)
    if one.row is not None and one.row.identity is not None:
        if one.row.identity == identity:
            return replace(one, end=end)
        return replace(
            one,
            end=end,
            exact=False,
            identity=None,
            near=one.row,
            score=90.0,
            row=None,
            number=identity.number,
        )
    if one.year is not None and one.year != identity.year:
        return replace(one, end=end, number=identity.number, near=row, score=80.0 if row else 0.0)
    if row is not None and likeness(one.title, row.title) < 60:  # noqa: PLR2004 - of 100
        return replace(one, end=end, number=identity.number, near=row, score=70.0)
    return replace(
        one,
        end=end,
        title=row.title if row else one.title,
        year=identity.year,
        identity=identity,
        row=row,
        exact=True,
        weak=False,
        number=identity.number,
        candidates=(),
    )


def _alone(text: str, match: re.Match[str]) -> Mention | None:
    identity = _identity(match, "")
    if identity is None:
        return None
    row = known(identity)
    if row is None and identity.type == "uksi":
        welsh = Identity("wsi", identity.year, identity.number)
        row = known(welsh)
        identity = welsh if row else identity
    title = row.title if row else ""
    form = row.form if row else form_of("", identity.type)
    weak = match.re is CHAPTER and bool(re.match(r"\s{1,2}[a-z]{2,}", text[match.end() :][:6]))
    if match.re is CHAPTER and match["word"].casefold() == "c" and row is None:
        weak = True
    end = match.end()
    if match.group().endswith(")") and "(" not in match.group():
        end -= 1
    return Mention(
        match.start("year") if match.re is _ANOTHER else match.start(),
        end,
        title,
        identity.year,
        form if row else ("Act" if match.re is CHAPTER else ""),
        identity=identity,
        row=row,
        exact=True,
        weak=weak,
        number=identity.number,
    )


def regnals(text: str) -> list[Mention]:
    """Return the Acts cited by the years of a reign."""
    found = []
    for match in REGNAL.finditer(text):
        identity = regnal(match)
        if identity is not None:
            row = known(identity)
            title = row.title if row else ""
            found.append(
                Mention(
                    *match.span(),
                    title,
                    identity.year,
                    "Act",
                    identity,
                    row,
                    exact=True,
                    number=identity.number,
                )
            )
    return found
