"""Provisions as people write them: ``ss 13-15``, ``Sch 1 Pt 2 para 18``, ``S175/157``.

A pinpoint is one provision of some instrument; which one, ``linking`` finds out. Letter suffixes
are never folded: 537A is not 537. Of a range only what it names is listed: both ends, and between
them the whole numbers when both ends are plain numbers.
"""

import re
from dataclasses import dataclass, field

LONGEST_RANGE = 30
LONGEST_LIST = 60

WORDS = {
    "section": r"sections?|sects?|secs?|ss?|§§?",
    "subsection": r"sub-?sections?|subss?",
    "regulation": r"regulations?|regs?",
    "rule": r"rules?|rr?",
    "article": r"articles?|arts?",
    "paragraph": r"(?:sub-?)?paragraphs?|paras?",
    "schedule": r"schedules?|scheds?|schs?",
    "part": r"parts?|pts?",
    "chapter": r"chapters?|chs?",
    "clause": r"clauses?|cls?",
}
_KIND = "|".join(f"(?P<{kind}>{words})" for kind, words in WORDS.items())
_YEAR = r"(?!(?:1[89]|20)\d\d(?!\d))"
NUMBER = rf"{_YEAR}[A-Z]{{0,2}}\d{{1,4}}[A-Za-z]{{0,4}}(?:\.\d{{1,3}})*(?![A-Za-z\d])"
_ROMAN = r"(?-i:[IVXL]{1,6})(?![A-Za-z\d])"
SUB = r"\s?\(\s?(?:\d{1,3}[A-Za-z]{0,3}|[ivxl]{1,5}|[a-z]{1,2}|z[a-z]{2})\s?\)"
HEAD = re.compile(
    rf"(?<![A-Za-z\d'&])(?:{_KIND})"
    rf"(?:\s{{0,2}}\.?\s{{0,3}}(?:nos?\.?\s)?(?P<number>{NUMBER}|{_ROMAN})|(?P<only>(?=\s{{0,2}}\(\s?[a-z\d]{{1,3}}\s?\))))"
    rf"|(?<![A-Za-z\d'&])the\s(?P<alone>schedule)(?=\s(?:to|of)\s)"
    rf"|(?<![A-Za-z\d'&])(?P<bare>sch(?:ed(?:ule)?)?)\.?,?\s?(?=(?:pt|part|para)\b)",
    re.IGNORECASE,
)
_SUBS = re.compile(rf"(?:{SUB})+", re.IGNORECASE)
_ONE_SUB = re.compile(r"\(\s?([A-Za-z\d]+)\s?\)")
_NEXT = re.compile(
    rf"(?P<gap>\s{{0,2}}(?:,\s{{0,2}}(?:and|or|&)?|;|/|&|\+|-|\bto\b|\bthrough\b|\band/or\b|\band\b|\bor\b)\s{{0,2}})"
    rf"(?:(?P<number>{NUMBER}|{_ROMAN})|(?P<subs>(?:{SUB})+))",
    re.IGNORECASE,
)
_LETTER_APART = re.compile(
    r"\s([A-Z])(?![A-Za-z])(?=\s{0,2}(?:$|[,.;:()/&-]|(?:of|and|to|or)\b|[A-Z]{2,}|[A-Z][a-z]+\s[A-Z(]))"
)
"""The letter of "s 537 A": never left out, for 537 is another section."""
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th|am|pm|hrs|kg|km|yrs|mins?)$", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
_COUNTED = re.compile(
    rf"\s{{0,2}}(?:{_MONTH}|/\d|%|:\d|\s?(?:am|pm)\b|(?-i:[a-z]{{3,}})\b(?<!\band)(?<!\bthe)(?<!\bfor)(?<!\bmay))",
    re.IGNORECASE,
)
_ALLOWED_AFTER = re.compile(
    r"\s{0,2}(?:of|to|in|under|and|or|the|as|which|requires?|is|are|was|does|do|must|may|shall|gives?|says|lets?|puts?|applies|apply|by|from|with|on|that|because|since|but|so|also|if)\b",
    re.IGNORECASE,
)
RANKS = {
    "schedule": 0,
    "part": 1,
    "chapter": 2,
    "section": 3,
    "regulation": 3,
    "rule": 3,
    "article": 3,
    "clause": 3,
    "paragraph": 4,
    "subsection": 5,
}


@dataclass(frozen=True)
class Step:
    """One level: ``section`` with ``537A`` and the bracketed parts ``("1", "ba")``."""

    kind: str
    number: str
    subs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A kind word with its list, as it stands in the text."""

    start: int
    end: int
    word: str
    steps: tuple[tuple[Step, int, int], ...]  # each with its own start and end


@dataclass(frozen=True)
class Pinpoint:
    """A place in an instrument: steps from the outermost inwards, one list entry of a group."""

    start: int
    end: int
    word: str
    steps: tuple[Step, ...]
    group: tuple[int, int] = field(default=(0, 0))
    first: bool = True

    @property
    def kind(self) -> str:
        """Return the kind that says to which form of instrument it can belong."""
        kinds = [step.kind for step in self.steps]
        return next((kind for kind in kinds if RANKS[kind] == RANKS["section"]), kinds[0])


def groups(text: str) -> list[Group]:
    """Return every kind word with its numbers, in order; ``text`` has been made even."""
    found: list[Group] = []
    place = 0
    while (head := HEAD.search(text, place)) is not None:
        group = _group(text, head)
        if group is None:
            place = head.start() + 1
            continue
        found.append(group)
        place = max(group.end, head.start() + 1)
    return found


def _group(text: str, head: re.Match[str]) -> Group | None:
    if head["alone"] or head["bare"]:
        name = "alone" if head["alone"] else "bare"
        start, end = head.span(name)
        return Group(start, end, head[name], ((Step("schedule", ""), start, end),))
    kind = next(kind for kind in WORDS if head[kind] is not None)
    word = head[kind]
    if head["number"] is None and kind not in {"subsection", "paragraph"}:
        return None
    number = _number(head["number"] or "", word)
    if number is None or (_is_roman(number) and kind not in {"part", "chapter", "schedule"}):
        return None
    number, end = _with_letter_apart(text, number, head.end())
    subs, end = _subs(text, end)
    entries = [(Step(kind, number, subs), head.start(), end)]
    if kind in {"section", "rule"} and head["number"] and _counts(text, end, word, number):
        return None
    _continue(text, entries, word, kind)
    return Group(head.start(), entries[-1][2], word, tuple(entries))


def _with_letter_apart(text: str, number: str, end: int) -> tuple[str, int]:
    """Return the number with a letter that stands apart from it, and where that ends."""
    found = _LETTER_APART.match(text, end) if number.isdigit() else None
    return (f"{number}{found.group(1)}", found.end()) if found else (number, end)


def _counts(text: str, end: int, word: str, number: str) -> bool:
    """Tell whether a terse "s 12" is a number of things or a time: "it's 12 pupils"."""
    return (
        len(word) == 1
        and number.isdigit()
        and bool(re.match(r"[:.]\d|%|\s?(?:am|pm)\b", text[end : end + 6]))
    )


def _continue(text: str, entries: list[tuple[Step, int, int]], word: str, kind: str) -> None:
    plural = word.casefold().rstrip(".").endswith("s") and word.casefold() != "s"
    while len(entries) < LONGEST_LIST:
        step, _, end = entries[-1]
        found = _NEXT.match(text, end)
        if found is None:
            return
        gap = found["gap"].strip().casefold()
        if found["subs"]:
            new = tuple(_clean(sub) for sub in _ONE_SUB.findall(found["subs"]))
            if not step.subs:
                return
            kept = _same_depth(step.subs, new)
            entries.append((Step(kind, step.number, kept), found.start("subs"), found.end()))
            continue
        number = _number(found["number"], word)
        if number is None or _is_roman(number) != _is_roman(step.number):
            return
        if _is_date_or_count(text, found.end(), gap, plural=plural):
            return
        number, end = _with_letter_apart(text, number, found.end())
        subs, end = _subs(text, end)
        if gap in {"-", "to", "through"}:
            _between(entries, step, number, found)
        entries.append((Step(kind, number, subs), found.start("number"), end))


def _is_date_or_count(text: str, end: int, gap: str, *, plural: bool) -> bool:
    after = text[end : end + 24]
    if re.match(rf"\s{{0,2}}{_MONTH}", after, re.IGNORECASE) or re.match(r"/\d|:\d|%", after):
        return True
    if plural or gap in {"/", "&", "-"}:
        return False
    return bool(_COUNTED.match(after)) and not _ALLOWED_AFTER.match(after)


def _between(
    entries: list[tuple[Step, int, int]], step: Step, number: str, found: re.Match[str]
) -> None:
    """Add the whole numbers between two plain ends; between 537 and 537B nobody can tell."""
    if not (step.number.isdigit() and number.isdigit()) or step.subs:
        return
    low, high = int(step.number), int(number)
    if low < high <= low + LONGEST_RANGE:
        entries += [
            (Step(step.kind, str(one)), found.start("number"), found.end("number"))
            for one in range(low + 1, high)
        ]


def _same_depth(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    """Return the brackets of "(3) and (5)", "(1)(a) and (b)": the new replace those of a kind."""
    depth = (
        0
        if new[0][0].isdigit()
        else next((place for place, sub in enumerate(old) if not sub[0].isdigit()), len(old))
    )
    if len(new) == 1 and len(old) > depth + 1 and _romanlike(new[0]) and _romanlike(old[-1]):
        depth = len(old) - 1
    return (*old[:depth], *new)


def _romanlike(sub: str) -> bool:
    return all(char in "ivxl" for char in sub)


def _subs(text: str, end: int) -> tuple[tuple[str, ...], int]:
    found = _SUBS.match(text, end)
    if found is None:
        return (), end
    return tuple(_clean(sub) for sub in _ONE_SUB.findall(found.group())), found.end()


def _clean(sub: str) -> str:
    return sub.upper() if sub[0].isdigit() else sub.lower()


def _is_roman(number: str) -> bool:
    return bool(number) and not any(char.isdigit() for char in number)


def _number(raw: str, word: str) -> str | None:
    """Return the number with its letters as the site writes them, None for "3rd" and the like."""
    if _ORDINAL.search(raw):
        return None
    letters = re.sub(r"[\d.]", "", raw)
    if not raw or not letters:
        return raw
    if letters.islower() and len(letters) > 2:  # noqa: PLR2004 - "13adm" is no provision
        return None
    if len(word) == 1 and raw[0].isalpha():  # "s A4" is paper
        return None
    return raw.upper()
