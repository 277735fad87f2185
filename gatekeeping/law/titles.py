"""Finding titles of Acts and instruments in a text: exactly, or by their shape."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gatekeeping.law.instruments import (
    KINDS,
    Instrument,
    Node,
    Table,
    table,
    word_list,
)

LONGEST = 40

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z]+)?'?|&")
_YEAR = re.compile(r"(?:1[2-9]|20)\d\d$")
_SHORT_YEAR = re.compile(r"\s?'(?P<two>\d\d)(?!\d)")
_GAP = re.compile(r"[\s()\[\],'\"/-]{0,6}$")
_ANY = re.compile(r"\b(?:acts?|measure|regs|regulations?|order|rules)\b", re.IGNORECASE)
_ACT_OF = re.compile(
    r"\bAct of (?:[A-Z][a-z]+ ){1,3}(?:(?:and|of|with) (?:[A-Z][a-z]+ ){1,2})?(?P<year>1\d\d\d)\b"
)
_SKIPPED = frozenset({"the", "etc"})
_SMALL = word_list("small")
_BEFORE = word_list("before")
_NOT_LAW = word_list("no_law")


@dataclass(frozen=True)
class Token:
    """A word of the text with its place and how titles spell it."""

    start: int
    end: int
    text: str
    word: str

    @property
    def is_capital(self) -> bool:
        """Tell whether it begins with a capital letter."""
        return self.text[0].isupper()


@dataclass(frozen=True)
class TitleFound:
    """A title at its place; ``rows`` are the known instruments it may be (one: exactly that)."""

    start: int
    end: int
    title: str
    year: int | None
    form: str
    rows: tuple[Instrument, ...] = ()
    exact: bool = False
    shaped: bool = False
    """It has brackets, as the titles of instruments have."""
    has_article: bool = False
    """It begins with "The", as the full titles of instruments do and those of Acts do not."""


def titles(text: str) -> list[TitleFound]:
    """Return every title in the (even) text, in order; shorter ones inside longer are left out."""
    if not _ANY.search(text):
        return []  # nothing to walk back from; most texts cite no law
    tokens = _tokens(text)
    known = table()
    found: list[TitleFound] = []
    for place, token in enumerate(tokens):
        if token.word in KINDS or token.word == "acts":
            one = _at(text, tokens, place, known)
            if one is not None:
                found.append(one)
    found += [_act_of(match) for match in _ACT_OF.finditer(text)]
    return _outermost(found)


def _act_of(match: re.Match[str]) -> TitleFound:
    return TitleFound(*match.span(), " ".join(match.group().split()), int(match["year"]), "Act")


def _tokens(text: str) -> list[Token]:
    made = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        word = raw.casefold().replace("'", "")
        word = {"&": "and", "regs": "regulations", "reg": "regulation"}.get(word, word)
        made.append(Token(match.start(), match.end(), raw, word))
    return made


def _close(text: str, one: Token, other: Token) -> bool:
    gap = text[one.end : other.start]
    if _GAP.match(gap):
        return True
    return one.word in {"etc", "no"} and bool(re.match(r"\.[\s)]{0,3}$", gap))


def _at(text: str, tokens: Sequence[Token], place: int, known: Table) -> TitleFound | None:
    year_at = _year_after(text, tokens, place)
    if year_at is not None:
        return _with_year(text, tokens, place, year_at, known)
    hit = _walk(text, tokens, place, known.yearless) if tokens[place].is_capital else None
    if hit is None or hit[0] == place or _is_longer(text, tokens, hit[0]):
        return None
    short = _SHORT_YEAR.match(text, tokens[place].end)
    rows = [row for row in hit[1] if short and row.year % 100 == int(short["two"])]
    if short and len(rows) == 1:
        return _known(text, tokens, (hit[0], rows), short.end(), rows[0].year)
    return _known(text, tokens, hit, tokens[place].end, None)


def _with_year(
    text: str, tokens: Sequence[Token], place: int, year_at: int, known: Table
) -> TitleFound | None:
    year, end = int(tokens[year_at].text), tokens[year_at].end
    hit = _walk(text, tokens, year_at, known.full)
    if hit is not None and not _is_longer(text, tokens, hit[0]):
        return _known(text, tokens, hit, end, year)
    base = _walk(text, tokens, place, known.yearless)
    if base is None or _is_longer(text, tokens, base[0]):
        return _shape(text, tokens, place, year_at)
    of_year = [row for row in base[1] if row.year == year]  # "Education Act of 1996"
    if len(of_year) == 1:
        return _known(text, tokens, (base[0], of_year), end, year)
    start = tokens[base[0]].start
    title = " ".join(text[start:end].split())
    return TitleFound(start, end, title, year, KINDS.get(tokens[place].word, "Act"))


def _year_after(text: str, tokens: Sequence[Token], place: int) -> int | None:
    """Return where the year stands: next, or after a bracket ("Regulations (England) 2024")."""
    inside = False
    for at in range(place + 1, min(place + 6, len(tokens))):
        gap = text[tokens[at - 1].end : tokens[at].start]
        if not re.match(r"[\s,()']{1,5}$", gap):
            return None
        inside = (inside or "(" in gap) and not (")" in gap and "(" not in gap.split(")")[-1])
        if _YEAR.match(tokens[at].text):
            return at
        if not inside and tokens[at].word != "of":
            return None
    return None


def _known(
    text: str,
    tokens: Sequence[Token],
    hit: tuple[int, list[Instrument]],
    end: int,
    year: int | None,
) -> TitleFound:
    start, rows = hit
    first = start
    if (
        first
        and tokens[first - 1].word == "the"
        and tokens[first - 1].is_capital
        and _close(text, tokens[first - 1], tokens[first])
    ):
        first -= 1
    form = rows[0].form
    return TitleFound(
        tokens[first].start,
        end,
        " ".join(text[tokens[start].start : end].split()),
        year,
        form,
        tuple(rows),
        exact=year is not None and len(rows) == 1,
        has_article=first != start and form != "Act" and tokens[first].text == "The",
    )


def _walk(
    text: str, tokens: Sequence[Token], last: int, root: Node
) -> tuple[int, list[Instrument]] | None:
    """Follow the tree from the last word backwards; the longest known title wins."""
    node, best = root, None
    place = last
    while place >= 0 and last - place < LONGEST:
        token = tokens[place]
        if place < last and not _close(text, token, tokens[place + 1]):
            break
        if token.word not in _SKIPPED:
            following = node.steps.get(token.word)
            if following is None:
                break
            node = following
            if node.found:
                best = (place, node.found)
        place -= 1
    return best


def _is_longer(text: str, tokens: Sequence[Token], start: int) -> bool:
    """Tell whether a capital word before shows that the title is another, longer one."""
    if start == 0 or not re.match(
        r"[\s-]{1,2}$", text[tokens[start - 1].end : tokens[start].start]
    ):
        return False
    before = tokens[start - 1]
    return (
        before.is_capital
        and not before.text.isupper()
        and before.word not in _BEFORE
        and not any(char.isdigit() for char in before.text)
    )


def _shape(text: str, tokens: Sequence[Token], place: int, year_at: int) -> TitleFound | None:
    """Read an unknown title: capital words, small words between them, anything in brackets."""
    words = tokens[_first_word(text, tokens, place) : place]
    while words and words[0].word in (_BEFORE | _SMALL) - {"the"}:
        words = words[1:]
    if not words or not tokens[place].is_capital or words[-1].word in _NOT_LAW:
        return None
    if all(word.word in _SMALL for word in words):
        return None
    begin = words[0]
    form = KINDS.get(tokens[place].word, "Act")
    if begin.word == "the" and form == "Act":
        begin = words[1]
    end = tokens[year_at].end
    title = " ".join(text[begin.start : end].split())
    return TitleFound(begin.start, end, title, int(tokens[year_at].text), form, shaped="(" in title)


def _first_word(text: str, tokens: Sequence[Token], place: int) -> int:
    """Walk back from "Act" or "Regulations" to where an unknown title begins."""
    start, depth = place, 0
    for at in range(place - 1, max(-1, place - LONGEST), -1):
        token = tokens[at]
        gap = text[token.end : tokens[at + 1].start]
        depth += gap.count(")") - gap.count("(")
        another = _YEAR.match(token.text) and "(" not in gap  # the year of another title
        if another or not _close(text, token, tokens[at + 1]):
            break
        if depth <= 0 and _ends_title(tokens, at):
            break
        if token.is_capital and token.word not in {"and", "of", "in"}:
            start = at
        if token.word == "the" and token.is_capital and depth <= 0:
            break
    return start


def _ends_title(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if any(char.isdigit() for char in token.text):
        before = tokens[at - 1].word if at else ""
        return before not in ({"act"} if _YEAR.match(token.text) else {"no", "stage", "key"})
    if token.text.islower() or token.text == "&":
        return (
            token.word not in _SMALL
            or token.word == "the"
            or token.word in {"under", "by", "from", "a", "an"}
        )
    return token.text.isupper() and token.word in {"the", "under", "by", "section", "with", "see"}


def _outermost(found: list[TitleFound]) -> list[TitleFound]:
    kept: list[TitleFound] = []
    for one in sorted(found, key=lambda title: (title.start, -title.end)):
        if kept and one.start < kept[-1].end:
            if one.end > kept[-1].end and one.exact and not kept[-1].exact:
                kept[-1] = one
            continue
        kept.append(one)
    return kept
