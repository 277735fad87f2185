"""In which form an answer is wanted: a number, names, money, a date, yes or no, an opinion ..."""

import re
from collections.abc import Mapping

_FORMS: tuple[tuple[str, str], ...] = (
    (
        "view",
        r"\b(?:views?|opinions?|satisf\w+|feel|feelings?|think|thoughts|confiden(?:t|ce)|rate your"
        r"|how (?:useful|helpful|happy|well|good|easy|likely)|prefer\w*|agree|scale of|feedback|strongly"
        r"|perceptions?|experiences? of|barn|attitudes?)\b",
    ),
    (
        "plan",
        r"\b(?:plan(?:s|ned|ning)? (?:to|for)|intend\w*|intentions?|forecasts?|projected|projections?"
        r"|predict\w*|expected|anticipat\w+|estimates? for|next year|future|proposed|likely to|would you (?:like|want|be)"
        r"|interested in|expressions? of interest|want to)\b",
    ),
    (
        "names",
        r"\b(?:names?|surnames?|forenames?|list of (?:all |the |any |your |every )*(?:pupils|children|students"
        r"|staff|teachers|governors|young people)|upns?|initials|by name|named|which (?:pupils|children|students|staff)"
        r"|who (?:is|are|has|have)|identify (?:the |any |each )?(?:pupils|children|students)|dates? of birth|dobs?"
        r"|each (?:pupil|child|student)|pupil[- ]level|individual (?:pupils|children))\b",
    ),
    (
        "contact",
        r"\b(?:contact details?|e-?mail(?: address(?:es)?)?|telephone|phone numbers?|name of (?:the|your)"
        r"|(?:lead|named|key|main) (?:person|contact|member of staff)|nominat\w+|who (?:leads|is responsible|looks after))\b",
    ),
    ("share", r"\b(?:percent(?:age)?s?|per cent|proportions?|rates?|ratio)\b|%"),
    (
        "money",
        r"\b(?:costs?|costing|spen[dt]|spending|expenditure|price[sd]?|pay(?:ing|ments?)?|paid|charge[sd]?|bills?|budgets?"
        r"|income|funding|grant|invoices?|salar(?:y|ies)|fees?|how much (?:do|did|does|money)|pounds|balances?)\b|£",
    ),
    (
        "amount",
        r"\b(?:kwh|kilowatt|litres?|tonnes|hours|minutes|days lost|square metres|usage|consumption|use of|meter reading"
        r"|megabits?|mbps|speed)\b",
    ),
    ("date", r"\b(?:dates?|when|deadline|expir(?:y|es?)|how recently|time of)\b"),
    (
        "paper",
        r"\b(?:cop(?:y|ies)|polic(?:y|ies)|certificates?|documents?|upload|attach|reports?|minutes of|plan attached|link to|template)\b",
    ),
    (
        "yes",
        r"\b(?:whether|do you (?:have|use|offer|run|hold|provide)|have you|has (?:the|your)|is (?:there|the|your)|are (?:there|you)"
        r"|does (?:the|your)|did you|yes ?/ ?no|y/n|confirm that|if you (?:have|use))\b",
    ),
    ("count", r"\b(?:how many|numbers?|no\.? of|totals?|headcount|count|figures?|tally|sum)\b|#"),
    (
        "why",
        r"\b(?:why|reasons?|how do|how does|how did|describe|explain|arrangements|barriers|details? of|what steps|challenges)\b",
    ),
)
_PATTERNS = tuple((form, re.compile(words, re.IGNORECASE)) for form, words in _FORMS)

_NEAR: Mapping[frozenset[str], float] = {
    frozenset(pair.split()): near
    for pair, near in {
        "count share": 0.85,
        "count amount": 0.8,
        "count names": 0.4,
        "share names": 0.35,
        "money amount": 0.3,
        "count money": 0.35,
        "date yes": 0.75,
        "date paper": 0.7,
        "paper yes": 0.7,
        "contact names": 0.8,
        "contact yes": 0.7,
        "count yes": 0.7,
        "why yes": 0.7,
        "why paper": 0.5,
        "why view": 0.6,
        "why count": 0.5,
        "plan count": 0.45,
        "plan yes": 0.7,
        "plan why": 0.7,
        "names date": 0.6,
        "amount share": 0.6,
        "count date": 0.6,
        "money yes": 0.6,
    }.items()
}
_APART = 0.4


def measures_of(text: str) -> frozenset[str]:
    """Return the forms in which an answer is wanted; empty where the words do not tell."""
    return frozenset(form for form, pattern in _PATTERNS if pattern.search(text))


def same_measure(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Return how well answers in these forms serve each other: 1 the same, or not told."""
    if not ours or not theirs:
        return 1.0
    shared = ours & theirs
    if shared:
        return 0.75 + 0.25 * len(shared) / len(ours | theirs)
    return max(_NEAR.get(frozenset((one, other)), _APART) for one in ours for other in theirs)
