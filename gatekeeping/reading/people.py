"""Finding where a text asks for data about people, and counts so fine that people show in them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from gatekeeping.reading.denial import denied
from gatekeeping.reading.plain import MOST_KEPT, sentences

NEED = (
    r"(?-i:SEND?)\b(?!\s+(?:(?:it|them|this|these|the|a|an|us|me|your|one|back|in|by|to|copies"
    r"|plans)\b|\d))"
)
"""The short forms of special needs, and not the verb, which may be shouted too."""

_PUPIL = (
    r"(?:pupils?|child(?:ren)?|students?|learners?|young\s+(?:people|persons?)|infants?|toddlers?"
    r"|leavers"
    r"|boys|girls|absentees|refusers|truants)"
)
_ADULT = (
    r"(?:staff|teachers?|employees?|teaching\s+assistants?|TAs|parents?|carers?|famil(?:y|ies)"
    r"|guardians?"
    r"|governors?|volunteers?|applicants?|workers?|colleagues|first\s+aiders|trustees"
    r"|supply\s+teachers"
    r"|postholders?|members?\s+of\s+staff|individuals?|people|persons?|attendees|delegates"
    r"|witnesses"
    r"|complainants?|drivers|escorts)"
)
_PEOPLE = rf"(?:{_PUPIL}|{_ADULT})"
_FILL = r"(?:[\w'-]+,?\s+){0,4}?"
_NO_PERSON = (
    r"(?!\s+(?:premium|numbers?|places?|voice|council|clubs?|activit\w+|vacanc\w+|roles?|groups?"
    r"|totals?|posts?"
    r"|training|survey|guide|handbook|meetings?|room|policy|policies|services?|centres?|homes?"
    r"|governor\s+posts"
    r"|absence\s+rate|structures?|wellbeing|attendance\s+(?:rate|percentage)|newsletter|evenings?"
    r"|forum|support)\b)"
)
_KINDS = {
    "names": (
        rf"\b{_PEOPLE}(?:'s|s'|')?\s+(?:(?:full|first|last|legal|preferred|family)\s+)?(?:names?"
        rf"|surnames?"
        r"|forenames?|initials)\b(?!\s+of\s+(?:the\s+)?school)"
        r"|\b(?:full\s+|first\s+|last\s+|legal\s+)?(?:names?|forenames?|surnames?|initials"
        r"|identit(?:y|ies))"
        r"(?:\s*(?:,|&|/|\+|\band\b|\bor\b)\s*(?:(?:and|or)\s+)?[\w'.-]+(?:\s+[\w'.-]+){0,3}?){0,3}"
        rf"\s+(?:of|for)\s+{_FILL}{_PEOPLE}\b{_NO_PERSON}"
        rf"|\b(?:lists?|register|roll|schedule|spreadsheet|details|table)\s+(?:of|with"
        rf"|showing)\s+{_FILL}{_PEOPLE}\b"
        rf"{_NO_PERSON}|\b{_PEOPLE}\s+lists?\b|\b(?:class|staff)\s+lists?\b"
        rf"|\bidentify\s+(?:\w+\s+){{0,2}}?{_PUPIL}\s+(?:who|with|at|in|whose|that)\b|\b(?:upload"
        r"|send|attach|share|supply|provide|return|e-?mail)\s+(?:us\s+)?(?:your|the|an?|a\s+copy"
        r"\s+of\s+(?:your|the))\s+(?:\w+\s+)?(?:SEND?|EHCP?|CLA|LAC|special\s+needs|safeguarding"
        r"|child\s+protection|young\s+carers?|pupil\s+premium|behaviour|bullying|class|admission"
        r"|attendance)\s+(?:registers?|lists?|logs?|rolls?)\b"
        rf"|\b(?:list|name|identify|record|enter|give\s+us)\s+(?:by\s+name\s+)?(?:all|each|every"
        rf"|any|the|those|your)\s+"
        rf"(?:[\w'-]+\s+){{0,3}}?{_PEOPLE}\b{_NO_PERSON}|\bnamed\s+{_PEOPLE}\b"
        rf"|\b{_PEOPLE}\s+by\s+name\b"
        rf"|\bwhich\s+(?:of\s+(?:your|the)\s+)?(?:{_PUPIL}|families|parents|carers)\b(?!\s+(?:groups?|premium))"
        r"|\bwho\s+(?:each|the)\s+(?:pupil|child)\w*\s+(?:is|are)\b|\b(?:pupil|child|student"
        r"|individual|person)[-\s]level\b"
        rf"|\bindividual\s+{_PUPIL}\b|\bname,?\s+(?:and\s+)?(?:year|class|age|date|dob|address"
        rf"|upn)\b"
    ),
    "birth": r"\bdates?[-\s]of[-\s]birth\b|\bd\.?o\.?b\.?s?\b|\bbirth\s?dates?\b|\bbirthdays\b"
    rf"|\b(?:exact\s+)?ages?\s+of\s+(?:each|every)\s+{_PEOPLE}\b",
    "identifiers": r"\bUPNs?\b|\bunique\s+(?:pupil|learner)\s+numbers?\b|\bULNs?\b"
    r"|\bNHS\s+numbers?\b"
    r"|\bnational\s+insurance\s+numbers?\b|\bNI\s+numbers?\b|\bNINOs?\b|\bpassport\s+(?:number"
    r"|cop|detail)\w*"
    r"|\bteacher\s+(?:reference\s+)?numbers?\s+\(?TRN|\bTRNs?\b|\bpayroll\s+numbers?\b"
    r"|\bpupil\s+(?:id|ids"
    r"|identifiers?)\b|\bcandidate\s+numbers\b|\bpassports?\s+of\b|\bphotographs?\s+of\s+(?:each"
    r"|every|all|the|your)"
    rf"\s+{_PEOPLE}\b",
    "addresses": r"\bhome\s+(?:addresses?|postcodes?|telephone|phone)\b|\bwhere\s+(?:each"
    r"|every)\s+(?:pupil|child)\b"
    rf"|\b{_PEOPLE}(?:'s|s'|')?\s+(?:home\s+|private\s+|personal\s+)?(?:addresses|address"
    rf"|postcodes?|phone|telephone"
    r"|mobile|e-?mails?|e-?mail\s+address(?:es)?|contact\s+details|contacts)\b"
    rf"|\b(?:addresses|address|postcodes?|contact\s+details|(?:telephone|phone|mobile)\s+numbers?"
    rf"|e-?mail\s+address"
    rf"(?:es)?)\s+(?:of|for)\s+{_FILL}{_PEOPLE}\b|\bnext\s+of\s+kin\b|\bemergency\s+contacts\b",
    "free text": r"\b(?:describe|details?\s+of|descriptions?\s+of|comments?\s+(?:on|about)"
    r"|accounts?\s+of"
    r"|narratives?|explain|tell\s+us\s+about|summar\w+\s+of|information\s+(?:on|about)|outline"
    r"|reasons?\s+(?:why|for)"
    r"|circumstances\s+of|background\s+(?:of|to|on)|concerns\s+about|history\s+of"
    r"|notes?\s+on)\s+(?:[\w'-]+\s+){0,6}?"
    r"(?:(?:each|every|any|individual|particular|specific|a|the"
    r"|all)\s+)(?:[\w'-]+\s+){0,3}?(?:pupil|child|student"
    r"|learner|young\s+person|incident|case|exclusion|suspension|referral|allegation|family"
    r"|member\s+of\s+staff"
    r"|safeguarding\s+concern)s?\b(?!\s+(?:number|group|premium|stud|management|conferenc|polic))"
    rf"|\bcase\s+stud(?:y|ies)\s+of\s+{_FILL}{_PEOPLE}\b|\bcase\s+(?:notes?|histor(?:y|ies)|files?|details)\b|\bpen\s+portraits?\b|\bchronolog(?:y"
    rf"|ies)\b|\bfree[-\s]"
    rf"text\b[^.;\n]{{0,40}}\b{_PEOPLE}\b|\bfor\s+(?:each|every)\s+(?:such\s+|named\s+)?(?:pupil"
    rf"|child|student|learner"
    r"|young\s+person|looked[-\s]after\s+child|case)\b(?!\s+(?:place|premium))"
    r"|\b(?:each|every|individual)\s+(?:pupil|child|student|learner)'s\b"
    r"|\b(?:attendance|behaviour|medical|safeguarding|assessment|health|exclusion)\s+(?:records?"
    r"|histor(?:y|ies)|"
    rf"files?)\s+(?:of|for)\s+{_FILL}{_PEOPLE}\b|\b(?:pupil|child|student)(?:'s|s'"
    rf"|')?\s+(?:files?|records?)\b",
    "staff": r"\b(?:salar(?:y|ies)|pay|earnings|sickness|absences?|contracts?|disciplinary"
    r"|grievances?|appraisals?"
    r"|performance|qualifications?|hours|ages?|gender|disabilit(?:y|ies)|ethnicity"
    r"|training\s+records?|DBS)\b"
    r"[^.;\n]{0,50}\b(?:of|for|by|per)\s+(?:each|every|individual|named|person|employee|name|all"
    r"|member|the\s+named)"
    r"\s*(?:individual\s+)?(?:members?\s+of\s+staff|teachers?|employees?|staff|persons?|people"
    r"|postholders?|heads?"
    r"|headteachers?)?\b|\b(?:head\w*|principal|chief\s+executive|deputy\w*)(?:'s"
    r"|s')?\s+(?:\w+\s+)?(?:salar(?:y|ies)"
    r"|pay|sickness|home\s+address|date\s+of\s+birth)\b"
    rf"|\b{_ADULT}(?:'s|s'|')?\s+(?:salar(?:y|ies)|pay\s+details|sickness\s+records?"
    rf"|bank\s+details)\b"
    r"|\bpay\s+(?:of|for)\s+(?:each|every|individual)\b|\bby\s+(?:named\s+)?(?:person|employee"
    r"|individual|member\s+of"
    r"\s+staff)\b",
}
_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}
_PUPIL_WORD = re.compile(
    rf"\b{_PUPIL}\b|\bclass\s+lists?\b|\bUPNs?\b|\bULNs?\b|\bEHC", re.IGNORECASE
)
_ADULT_WORD = re.compile(
    rf"\b{_ADULT}\b|\bhead\w*\b|\bsalar|\bTRN|\bpayroll|\bstaff", re.IGNORECASE
)
_BARE_NAME = re.compile(
    r"\W*(?:full|first|last|legal|family|given|middle)?\s*(?:name|surname|forename|initials)s?\W*"
    r"(?:(?:and|,|/|&)\W*(?:class|year(?:\s+group)?|form|surname|age)\W*)?",
    re.IGNORECASE,
)
_OFFICE_HOLDER = re.compile(
    r"\b(?:name|names)\b[^.;\n]{0,30}\b(?:of|for)\s+(?:the\s+|your\s+"
    r"|a\s+)?(?:member\s+of\s+staff|person|people"
    r"|staff\s+member|individual|governor|teacher|staff)\s+(?:who\s+(?:is|will|completed?|fills?"
    r"|leads?|can)"
    r"|completing|responsible|filling|returning|responding|to\s+contact|in\s+charge|we\s+can"
    r"|attending|leading|whom?\s+(?:we|you)|we\s+(?:may|can|should)|to\s+(?:ring|call|e-?mail"
    r"|phone|speak|write))\b"
    r"|\b(?:competent|responsible|nominated|appointed|lead|contact)\s+(?:person|officer|lead"
    r"|governor"
    r"|contact)\b|\bcontact\s+(?:name|person)\b|\b(?:nominat\w+|name|choose|send)\s+(?:a|one|an|two"
    r"|your)\s+(?:\w+\s+)?(?:member"
    r"|teacher|governor|person|lead|colleague|champion|representative|contact)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\bhow\s+many\b|\b(?:numbers?|counts?|totals?|percentages?|proportions?|rates?|averages?"
    r"|mean|median|headcounts?"
    r"|figures|statistics|share|aggregates?|sum)\s+(?:of|for|by|per|on)\b|\btotal\b|\b(?:pupil"
    r"|child|staff|student"
    r"|teacher)\s+(?:numbers|count|totals?|headcount)\b|\bper\s+cent\b|%|\bheadcount\b"
    r"|\bnumber\s+(?:with|who|on"
    r"|eligible|receiving|in)\b|\b(?:count|totals|percentage|aggregate\w*|anonymis\w+"
    r"|anonymous)\b|\bnot?\.\s+of\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\b(?:broken\s+down|break(?:\s|-)?down|split|disaggregated|analysed|grouped|separated|sorted"
    r"|by|per|for\s+each"
    r"|in\s+each|within)\b",
    re.IGNORECASE,
)
_DIMENSIONS = {
    "year": r"\byear\s+groups?\b|\bnc\s+year\b|\bclass(?:es)?\b|\bforms?\b|\bage\b|\bages\b"
    r"|\bage\s+(?:group|band)s?\b"
    r"|\bkey\s+stages?\b|\byear\b(?!\s*\d)",
    "sex": r"\bgender\b|\bsex\b|\bboys?\s*(?:and|/|or)\s*girls?\b",
    "ethnicity": r"\bethnic\w*\b|\bnationalit\w+\b|\bfirst\s+language\b|\brace\b"
    r"|\bcountry\s+of\s+birth\b",
    "religion": r"\breligio\w*\b|\bfaith\b",
    "need": rf"\b{NEED}|\bdisabilit\w+\b|\bspecial\s+educational\b|\bEHC\w*\b"
    r"|\btype\s+of\s+need\b|\bprimary\s+need\b"
    r"|\bdiagnos\w+\b|\bmedical\b|\bhealth\b",
    "hardship": r"\bfree\s+(?:school\s+)?meals?\b|\bFSM\b|\bpupil\s+premium\b|\bdisadvantag\w+\b"
    r"|\bpostcode\b|\bward\b",
    "care": r"\blooked[-\s]after\b|\bin\s+care\b|\bCLA\b|\bLAC\b|\bchild\s+protection\b"
    r"|\bsocial\s+worker\b",
}
_DIMENSION = {name: re.compile(words, re.IGNORECASE) for name, words in _DIMENSIONS.items()}
_BY_GROUP = re.compile(
    rf"\b(?:by|per)\s+(?:[\w-]+\s+)?(?:{'|'.join(_DIMENSIONS.values())})", re.IGNORECASE
)
_FINE = {"ethnicity", "religion", "need", "care"}
"""Groups so small at one school that one cut more may show a person."""
_RARE = re.compile(
    r"\bpregnan\w+\b|\bself-?harm\w*\b|\bsuicid\w+\b|\bFGM\b|\bgenital\s+mutilation\b|\bHIV\b"
    r"|\btransgender\b|\btrans\s+"
    r"(?:pupils|children|students)\b|\basylum\b|\bforced\s+marriage\b|\bradicalis\w+\b"
    r"|\bterminal\w*\b|\btraffick\w+\b"
    r"|\bgender\s+identity\b|\bhonour[-\s]based\b|\bsexual(?:ly)?\s+(?:abuse\w*|assault\w*"
    r"|harm\w*|exploit\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Personal:
    """A place that asks for data about people; ``pupils`` tells whether about pupils."""

    start: int
    end: int
    kind: str
    pupils: bool


@lru_cache(maxsize=MOST_KEPT * 8)
def personal(text: str, *, item: bool = False) -> tuple[Personal, ...]:
    """Return every place of a text that names data about people, and is not denied.

    ``item`` tells that the text is the name of one thing asked: a bare "Name" is a person's then.
    """
    found: list[Personal] = []
    for piece in sentences(text):
        said = piece.text
        if item and _BARE_NAME.fullmatch(said):
            found.append(Personal(piece.start, piece.end, "names", pupils=True))
            continue
        if _OFFICE_HOLDER.search(said) and not _PUPIL_WORD.search(said):
            continue
        pupils = bool(_PUPIL_WORD.search(said)) or not _ADULT_WORD.search(said)
        counted = is_count(said)
        for kind, pattern in _PATTERNS.items():
            for match in pattern.finditer(said):
                if denied(said, *match.span()) or (counted and _only_counted(said, kind, match)):
                    continue
                start, end = piece.start + match.start(), piece.start + match.end()
                found.append(Personal(start, end, kind, pupils))
        found += _small(piece.start, said, pupils=pupils, counted=counted)
    return tuple(found)


def is_count(text: str) -> bool:
    """Tell whether a text asks how many, and not who."""
    return bool(_COUNT.search(text) or _BY_GROUP.search(text))


def about_staff_only(text: str) -> bool:
    """Tell whether the people of a text are adults at the school, not its pupils."""
    return bool(_ADULT_WORD.search(text)) and not _PUPIL_WORD.search(text)


def _only_counted(said: str, kind: str, match: re.Match[str]) -> bool:
    """Tell whether the words are part of a count ("how many children are on the list")."""
    if kind in ("birth", "identifiers", "addresses"):
        return False
    return bool(_COUNT.search(said[max(0, match.end() - 200) : match.end()])) and not re.search(
        r"\b(?:names?|named|surnames?|initials|describe|level)\b", match.group(), re.IGNORECASE
    )


def _small(start: int, said: str, *, pupils: bool, counted: bool) -> list[Personal]:
    """Find a count of people that is cut so often that a cell may hold one person."""
    if not counted or denied(said, len(said), len(said)):
        return []
    rare = _RARE.search(said)
    if rare:
        return [Personal(start + rare.start(), start + rare.end(), "small counts", pupils)]
    split = _SPLIT.search(said)
    if not split:
        return []
    cuts = {name for name, pattern in _DIMENSION.items() if pattern.search(said, split.end())}
    before = {name for name, pattern in _DIMENSION.items() if pattern.search(said[: split.start()])}
    enough = len(cuts) >= 2 or cuts & _FINE or (cuts and (before - cuts) & _FINE)  # noqa: PLR2004 - two cuts make a table of cells
    if not enough or not (
        _PUPIL_WORD.search(said) or _ADULT_WORD.search(said) or before or cuts & _FINE
    ):
        return []
    return [Personal(start + split.start(), start + len(said.rstrip()), "small counts", pupils)]
