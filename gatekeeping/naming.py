"""Bringing names of things into one shape: what people call the same thing compares as the same.

A name becomes a set of stems. Which words mean the same is data, below.
"""

import re
import unicodedata
from functools import lru_cache

_UPPER_CASE_ONLY = ((r"\bSEND\b", "sen"), (r"\bNOR\b", "number on roll"), (r"\bTAs?\b", "ta"))
"""Short forms that are other words in lower case ("please send", "neither ... nor")."""

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"free (?:school )?(?:meal|dinner|lunch(?:e)?)s?|fsm", "fsm"),
    (r"english as an additional language", "eal"),
    (r"special educational needs?(?: and disabilit(?:y|ies))?|special needs", "sen"),
    (r"education,? health (?:and )?care plans?|ehc plans?|ehcps?", "ehcp"),
    (
        r"looked after (?:child(?:ren)?|pupils?)"  # noqa: ISC004 - one pattern on two lines
        r"|(?:child(?:ren)?|pupils?) (?:looked after|in (?:public )?care)|clas?|lacs?",
        "cla",
    ),
    (r"unique pupil (?:number|reference)s?|upns?", "upn"),
    (r"dates? of birth|birth ?dates?|dobs?|birthdays?", "dob"),
    (r"full time equivalents?|ftes?", "fte"),
    (r"teaching assistants?", "ta"),
    (r"head ?teachers?|head teachers?", "headteacher"),
    (r"part time", "parttime"),
    (r"top ups?", "topup"),
    (r"(?:in|mid) year", "inyear"),
    (r"(?:year end|end of (?:the )?(?:financial )?year)", "yearend"),
    (r"after school", "afterschool"),
    (r"a levels?", "alevel"),
    (r"key stage (\d|one|two|three|four|five)", r"ks\1"),
    (r"kstwo", "ks2"),
    (r"ksfour", "ks4"),
    (r"personal education plans?|peps?", "pep"),
    (r"published admissions? numbers?|pans?", "pan"),
    (r"early career teachers?|newly qualified teachers?|ects?|nqts?", "ect"),
    (r"multi academy trusts?|mats?", "trust"),
    (r"years? (?:group )?(\d{1,2})", r"year\1"),
    (r"out of (?:county|area|borough)", "outofarea"),
    (r"terms? ends?|terms? of office|end of terms? of office", "termofoffice"),
    (r"training records?|records? of training", "trainingrecord"),
    (r"contact details?", "contactdetail"),
    (r"annual reviews?", "annualreview"),
    (r"consistent financial reporting", "cfr"),
    (r"(?:schools? )?financial value standards?|financial checklists?|sfvs", "sfvs"),
    (r"number on roll|numbers on roll", "number roll"),
    (r"(?:get|gets|getting|come|comes|go) to school", "travel to school"),
    (r"take up", "uptake"),
    (r"on (?:the |your )?site", ""),
    (r"how many", "number"),
    (r"how much", "number"),
    (r"per ?cent(?:age)?s?", "rate"),
    (r"first aid(?:ers?)?", "firstaid"),
    (r"year groups?", "yeargroup"),
    (r"wi fi", "wifi"),
    (r"(?:would|will|could|can|must|should|may|might|to|you|they|we) pay", "payment"),
    (r"long term", "longterm"),
    (r"co2|greenhouse gas(?:es)?", "carbon"),
)
_PATTERNS = tuple((re.compile(rf"\b(?:{found})\b"), put) for found, put in _PHRASES)

_SAME: dict[str, str] = {
    word: same
    for same, words in {
        "pupil": "child children student learner kid youngster",
        "meal": "dinner lunch lunche",
        "eligibl": "entitl entitlement eligibility qualify qualifi eligible qualifying",
        "exclud": "exclusion suspend suspension exclude suspens exclus",
        "use": "usage consumption consum used using user consumed",
        "electr": "electric electricity",
        "spend": "cost spending expenditure spent expens bill",
        "vacan": "vacant vacancy unfill unfilled",
        "sick": "sickness ill illness",
        "device": "laptop tablet chromebook ipad devic",
        "staff": "employee workforce personnel",
        "number": "total count amount",
        "absen": "absence absent absentee",
        "attend": "attendance attending attended",
        "rate": "proportion ratio",
        "ethnic": "ethnicity",
        "gender": "sex",
        "punctual": "punctuality late lateness",
        "admission": "admit",
        "phone": "telephone",
        "salary": "pay wage salari paid",
        "travel": "journey",
        "week": "weekly",
        "month": "monthly",
        "name": "surname forename",
        "result": "score grade outcome",
        "sitting": "term",
        "caring": "carer",
        "licence": "license",
    }.items()
    for word in words.split()
}

_STOP_WORDS = """
a an the of for in on at by to from with each every all any your our their its his her this that
these those which who whom whose what where when how is are was were be been being am have has
had do does did and or as per than then it they them we us you me i my more most current
currently latest recent recently now still also both figure detail data information info record
breakdown split please kindly tell send give provide return confirm complete enter come go
arrive let know like could can will would should must may might submit report include including
form table attached below following spreadsheet only if so about into within across between
there here over under up out autumn spring summer january february march april june july august
september october november december monday tuesday wednesday thursday friday today date full set
answer question box column row item section one two three academic financial calendar held hold
work yes no s t re email reply note fill show write put setting term share against break broken
down together overall annual available relevant particular actual exact whole specify indicate
identify individual different various basis level figures tables get gets receive receives
received receiving receipt speak speaks spoken dfe council authority last previous past
"""
STOP = frozenset(_STOP_WORDS.split())
LIGHT = frozenset(
    {"pupil", "number", "list", "school", "name", "rate", "year", "staff", "yeargroup", "reception"}
)
"""Words that narrow a name, but do not make one."""

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@lru_cache(maxsize=4096)
def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text in their order, without the words that say nothing."""
    for found, put in _UPPER_CASE_ONLY:
        if not text.isupper() or len(text.split()) == 1:
            text = re.sub(found, put, text)
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("%", " rate ")
    plain = " ".join(_TOKEN.findall(plain))
    for pattern, put in _PATTERNS:
        plain = pattern.sub(put, plain)
    found_stems = (_stem(word) for word in plain.split() if word not in STOP)
    return tuple(stem for stem in found_stems if stem and stem not in STOP)


def content(found: frozenset[str]) -> frozenset[str]:
    """Return the stems that make a name: neither light words nor figures."""
    return frozenset(
        stem
        for stem in found
        if stem not in LIGHT and not stem.isdigit() and not re.fullmatch(r"year\d+", stem)
    )


def _stem(word: str) -> str:
    word = word.removesuffix("'s").replace("'", "")
    if word in _SAME:
        return _SAME[word]
    short = _singular(word)
    if short in _SAME:
        return _SAME[short]
    for ending in ("ing", "ed"):
        bare = short.removesuffix(ending)
        if bare != short and len(bare) > 3:  # noqa: PLR2004 - "being" keeps its end
            short = bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "ls" else bare
    short = short.removesuffix("e") if len(short) > 4 else short  # noqa: PLR2004 - "site" is no "sit"
    return _SAME.get(short, short)


def _singular(word: str) -> str:
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):  # noqa: PLR2004 - "gas" and "bus" stay
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")
