"""Bringing names of things into one shape: what people call the same thing compares as the same.

A name becomes a set of stems. Which words mean the same is data: ``data/word_families.csv`` for
single words, ``data/word_phrases.csv`` for several, in the heads of those families.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from foundation.remembered import Remembered
from gatekeeping.thesaurus.written import TOKEN, tokens_of

_SHORT: Mapping[str, str] = {
    "no": "",
    "nos": "number",
    "yr": "year",
    "yrs": "year",
    "grp": "group",
    "grps": "group",
    "ncy": "yeargroup",
    "hr": "hour",
    "hrs": "hour",
    "att": "attend",
    "attdce": "attend",
    "unauth": "unauthorised",
    "auth": "authorised",
    "abs": "absence",
    "susp": "suspension",
    "excl": "exclusion",
    "adm": "admission",
    "asst": "assistant",
    "dept": "department",
    "pls": "",
    "pct": "rate",
    "avg": "average",
    "gov": "governor",
    "govs": "governor",
    "temp": "temporary",
    "perm": "permanent",
    "info": "",
    "info's": "",
    "elec": "electricity",
    "tel": "phone",
    "addr": "address",
    "quals": "qualification",
    "reg": "register",
    "regs": "register",
    "max": "maximum",
    "min": "minimum",
    "bldg": "building",
    "bldgs": "building",
    "cert": "certificate",
    "certs": "certificate",
    "cttee": "committee",
    "mgmt": "management",
    "sch": "school",
    "schs": "school",
    "supp": "support",
    "tchr": "teacher",
    "tchrs": "teacher",
    "trng": "training",
    "vacs": "vacancy",
    "wk": "week",
    "wks": "week",
    "mth": "month",
    "mths": "month",
    "ht": "headteacher",
    "hts": "headteacher",
    "equip": "equipment",
    "insp": "inspection",
    "contrib": "contribution",
    "contribs": "contribution",
    "expend": "expenditure",
    "exp": "expenditure",
    "inc": "income",
    "recd": "received",
    "hols": "holiday",
    "hol": "holiday",
    "accom": "accommodation",
    "sal": "salary",
    "sals": "salary",
    "adv": "adviser",
    "prov": "provision",
    "reqs": "requirement",
    "avail": "available",
    "clb": "club",
    "yung": "young",
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "sixteen": "16",
    "eighteen": "18",
    "thirty": "30",
    "fifteen": "15",
}
"""What short forms and written numbers stand for."""

_FUNCTION_WORDS = """
a an the of for in on at by to from with each every all any your our their its his her this that
these those which is are was were be been being am have has had do does did and or as per than
then it they them we us you me i my more most both please kindly could can will would should must
may might only if so about into within across between there here over under s t re also like just
too very much many some other such whether during while because since until again through him she
he himself themselves same it's that's there's who's dear thank thanks ever else upon onto e g etc
ie eg
"""
_STOP_WORDS = """
who whom whose what where when how why before after own mark tell send give provide return confirm
print scan
let know dfe council authority say says state show tick able off back out up down well along get
got getting go goes going went come comes came make makes made take taken takes taking put puts
want wanted wish grateful soon possible anyone anybody someone everybody everyone don not
current currently latest recent recently now still figure detail data information info record
breakdown split complete enter submit report include including form table attached below
following spreadsheet autumn spring summer january february march april june july august
september october november december monday tuesday wednesday thursday friday today date full set
answer question box column row item section academic financial calendar held hold
work yes no email reply note fill show write setting term share against break broken
together overall annual available relevant given moment nowadays particular actual exact whole
specify indicate identify individual different various basis level figures tables gets
receive receives received receiving receipt speak speaks spoken last previous past year's
need needed
"""
FUNCTION = frozenset(_FUNCTION_WORDS.split())
"""Words that say nothing in any name."""
STOP = FUNCTION | frozenset(_STOP_WORDS.split())
"""Those, and words that seldom tell one thing from another."""
LIGHT = frozenset(
    {"pupil", "number", "list", "school", "name", "rate", "year", "staff", "yeargroup", "reception"}
)
"""Words that narrow a name, but do not make one."""

_YEAR = re.compile(r"year\d+")
_END = "\n"
"""Stands between lines: no token and no word of a phrase."""


@lru_cache(maxsize=8192)
def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text in their order, without the words that say nothing."""
    return tuple(stem for stem in words_of(text) if stem not in STOP)


def words_of(text: str, mend: Callable[[str], str] | None = None) -> list[str]:
    """Return the stems of a text in their order, with those that seldom tell one thing by another.

    ``mend`` may put right each word as it was written, before it is looked up.
    """
    tokens = tokens_of(text)
    return words_of_tokens(tokens if mend is None else map(mend, tokens))


def words_of_tokens(tokens: Iterable[str]) -> list[str]:
    """Return the stems of words as they are written, which ``written.tokens_of`` returns."""
    bases = [base for base in map(_BASES.__getitem__, tokens) if base]
    return [stem for stem in _phrased(bases) if stem and stem not in FUNCTION]


def words_of_lines(lines: Iterable[Iterable[str]]) -> list[str]:
    """Return what ``words_of_tokens`` returns for each of many lines, all in one, in half the time.

    No phrase goes from one line to the next.
    """
    tokens: list[str] = []
    for line in lines:
        tokens += line
        tokens.append(_END)
    return [stem for stem in words_of_tokens(tokens) if stem != _END]


def content(found: frozenset[str]) -> frozenset[str]:
    """Return the stems that make a name: neither light words nor figures."""
    return frozenset(
        stem
        for stem in found
        if stem not in LIGHT and not stem.isdigit() and not _YEAR.fullmatch(stem)
    )


def is_known_word(word: str) -> bool:
    """Tell whether a word as written is one that this module has something to say about."""
    return word in STOP or word in _SHORT or word in _families() or _stem(word) in _families()


def _phrased(bases: list[str]) -> list[str]:
    """Return the stems, with the longest phrase at each place put for its words."""
    phrases, place = _phrases(), 0
    if phrases.keys().isdisjoint(bases):
        return bases
    found: list[str] = []
    for start in [start for start, base in enumerate(bases) if base in phrases]:
        if start < place:
            continue
        for words, put in phrases[bases[start]]:
            if bases[start : start + len(words)] == words:
                found += bases[place:start]
                found += put
                place = start + len(words)
                break
    return found + bases[place:]


def _base(word: str) -> str:
    """Return the head of a word's family, or its stem; words that say nothing stay as they are."""
    word = _SHORT.get(word, word)
    if word in STOP:
        return word
    word = word.removesuffix("'s").replace("'", "")
    known = _families()
    if word in known:
        return known[word]
    short = _stem(word)
    return known.get(short, short)


_BASES = Remembered(_base, most=32768)


def _stem(word: str) -> str:
    short = _singular(word)
    if short in STOP:
        return short
    for ending in ("ing", "ed"):
        bare = short.removesuffix(ending)
        if bare != short and len(bare) > 3:  # noqa: PLR2004 - "being" keeps its end
            short = bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "ls" else bare
    return short.removesuffix("e") if len(short) > 4 else short  # noqa: PLR2004 - "site" is no "sit"


def _singular(word: str) -> str:
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):  # noqa: PLR2004 - "gas" and "bus" stay
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")


@cache
def _families() -> Mapping[str, str]:
    """Return the head of each word and of its stem; of a word after "=" not of its stem."""
    found: dict[str, str] = {}
    stemmed: dict[str, str] = {}
    for row in _rows("word_families.csv"):
        for word in (row["head"], *row["words"].split()):
            found.setdefault(word.removeprefix("="), row["head"])
            if not word.startswith("="):
                stemmed.setdefault(_stem(word), row["head"])
    return {**stemmed, **found}


@cache
def _phrases() -> Mapping[str, list[tuple[list[str], tuple[str, ...]]]]:
    """Return phrases by their first word, the longest first."""
    found: dict[str, list[tuple[list[str], tuple[str, ...]]]] = defaultdict(list)
    for row in _rows("word_phrases.csv"):
        put = tuple(row["put"].split())
        for phrase in filter(None, row["phrases"].split(";")):
            words = [base for base in map(_BASES.__getitem__, TOKEN.findall(phrase)) if base]
            found[words[0]].append((words, put))
    return {first: sorted(rest, key=lambda one: -len(one[0])) for first, rest in found.items()}


def _rows(name: str) -> list[dict[str, str]]:
    with files("gatekeeping").joinpath("data", name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
