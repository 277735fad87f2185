"""Every mention of an instrument in a text: title, short name, number, or one that points back."""

import re
from collections.abc import Sequence
from dataclasses import replace

from gatekeeping.law.backrefs import THAT_FORM, USUAL, YEAR_FIRST, YEAR_FORM
from gatekeeping.law.instruments import KINDS, titled
from gatekeeping.law.mention import Mention, of_row
from gatekeeping.law.near import nearest
from gatekeeping.law.series import regnals, with_numbers
from gatekeeping.law.shorts import shorts, unknown_shorts
from gatekeeping.law.titles import TitleFound, titles

MOST_NAMED = 300
"""Words that point back look at so many different instruments, no more."""


def mentions(text: str) -> list[Mention]:
    """Return every mention in the (even) text, in order, none inside another."""
    found = [_of_title(one) for one in titles(text)]
    found = with_numbers(text, found)
    found += shorts(text) + regnals(text) + unknown_shorts(text)
    found = _separate(found)
    found = _separate([*found, *_backwards(text, found)])
    return [_settled(one, found) for one in found]


def _of_title(one: TitleFound) -> Mention:
    if one.exact:
        found = of_row(one.start, one.end, one.rows[0])
        return replace(found, title=f"The {found.title}") if one.has_article else found
    if one.year is None:
        return Mention(
            one.start, one.end, one.title, None, one.form, candidates=one.rows, weak=False
        )
    return Mention(
        one.start,
        one.end,
        one.title,
        one.year,
        one.form,
        weak=one.form in {"Order", "Rules"} and not one.shaped,
    )


def _separate(found: Sequence[Mention]) -> list[Mention]:
    """Leave out what lies inside or across another; the longer and the surer one stays."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda mention: (mention.start, -mention.end, not mention.exact)):
        if kept and one.start < kept[-1].end:
            if one.exact and not kept[-1].exact and (kept[-1].weak or kept[-1].back):
                kept[-1] = one
            continue
        kept.append(one)
    return kept


def _backwards(text: str, found: Sequence[Mention]) -> list[Mention]:
    named: dict[object, Mention] = {}
    for one in found:
        if one.identity and not one.back and len(named) < MOST_NAMED:
            named.setdefault(one.identity, one)
    firsts = list(named.values())
    back = [_year_first(match) for match in YEAR_FIRST.finditer(text)]
    for match in YEAR_FORM.finditer(text):
        form = _form(match["form"] or match["form2"])
        year = int(match["year"] or match["year2"])
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        back.append(_back(start, match.end(), form, year, firsts))
    for match in THAT_FORM.finditer(text):
        before = [one for one in firsts if one.start < match.start()]
        back.append(_back(match.start(), match.end(), _form(match["form"]), None, before))
    return back


def _year_first(match: re.Match[str]) -> Mention:
    """Read "the 1996 Education Act": that very title, else a suggestion."""
    form, year = _form(match["form"]), int(match["year"])
    title = f"{match['words']}{form} {year}"
    row = titled(title)
    if row is not None:
        return of_row(match.start(), match.end(), row)
    near = nearest(title, year)
    usual = titled(USUAL.get((form, year), ""))
    return Mention(
        match.start(),
        match.end(),
        " ".join(match.group().split()),
        year,
        form,
        near=near[0] if near else usual,
        score=near[1] if near else 50.0 if usual else 0.0,
        weak=near is None and usual is None,
        back=True,
    )


def _form(word: str) -> str:
    word = word.casefold()
    return KINDS.get({"regs": "regulations", "acts": "act"}.get(word, word), "Act")


def _back(start: int, end: int, form: str, year: int | None, named: Sequence[Mention]) -> Mention:
    fitting = {
        one.identity: one
        for one in named
        if one.identity
        and one.form == form
        and not one.back
        and (year is None or (one.row.year if one.row else one.year) == year)
    }
    if len(fitting) == 1:
        (one,) = fitting.values()
        return replace(one, start=start, end=end, back=True, exact=True, weak=year is None)
    usual = titled(USUAL[form, year]) if year and (form, year) in USUAL else None
    title = f"{year} {form}" if year else form
    return Mention(
        start,
        end,
        title,
        year,
        form,
        near=usual,
        score=60.0 if usual else 0.0,
        weak=year is None,
        back=True,
    )


def _settled(one: Mention, found: Sequence[Mention]) -> Mention:
    """Give a title without a year the one instrument of its name in the text, else a suggestion."""
    if one.exact or one.near or one.back:
        return one
    if one.candidates:
        named = {
            other.identity: other
            for other in found
            if other.exact and not other.back and other.row in one.candidates
        }
        if len(named) == 1:
            (same,) = named.values()
            return replace(same, start=one.start, end=one.end, back=True)
        if len(one.candidates) == 1:
            return replace(one, near=one.candidates[0], score=95.0)
        return replace(one, score=60.0)
    if one.title and isinstance(one.year, int) and not one.identity:
        near = nearest(one.title, one.year)
        if near is not None:
            return replace(one, near=near[0], score=near[1])
    return one
