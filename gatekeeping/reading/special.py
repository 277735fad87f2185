"""Finding the special categories of personal data, and uses of data that need a closer look."""

import re

from gatekeeping.reading.denial import denied
from gatekeeping.reading.people import NEED, is_count
from gatekeeping.reading.plain import sentences

_TOPICS = {
    "health": r"\bmedical\b|\bhealth\b(?!\s+(?:and\s+safety|visitor|education|lead|inspect|promot"
    r"|week|champion"
    r"|service))|\bdiagnos\w+|\bmedication\w*|\bmedicines?\b|\ballerg\w+|\basthma\w*|\bdiabet\w+"
    r"|\bepilep\w+|\billness\w*"
    r"|\bdisabilit\w+|\bdisabled\b|\bvaccin\w+|\bimmunis\w+|\bpregnan\w+|\bself-?harm\w*"
    r"|\bCAMHS\b|\bcounselling\b"
    r"|\beating\s+disorders?|\bBMI\b|\bheight\s+and\s+weight\b|\bsickness\b|\binjur(?:y|ies)\b"
    r"|\bspecial\s+diets?\b"
    r"|\bdietary\s+(?:need|requirement)s?\b|\bautis\w+|\bADHD\b|\btherap(?:y|ies)\b"
    r"|\bwellbeing\s+scores?\b",
    "special needs": rf"\b{NEED}|\bSEN\s+(?:status|support|type|need)"
    r"|\bspecial\s+(?:educational\s+)?needs?\b|\bEHC\w*"
    r"|\beducation,?\s+health\s+and\s+care\b|\bprimary\s+need\b|\bstatements?\s+of\s+(?:special"
    r"|need)",
    "ethnicity": r"\bethnic\w*\b|\bracial\s+(?:origin|group|background)\b"
    r"|\brace\b(?=[^.]{0,30}\b(?:pupil|staff|child"
    r"|of|and)\b)|\bgypsy\b|\broma\b|\btravell?er\s+(?:pupils?|children|status|heritage)\b"
    r"|\bnationalit\w+|\basylum\b"
    r"|\brefugees?\b|\bimmigration\s+status\b|\bcountry\s+of\s+birth\b",
    "religion": r"\breligio(?:n|ns|us\s+(?:belief|affiliation|background"
    r"|character\s+of\s+pupil))\w*\b(?!\s+education)"
    r"|\bfaith\s+of\b|\bpupils?'?\s+faith\b|\bbeliefs?\s+of\b",
    "sexuality": r"\bsexual\s+orientation\b|\bgender\s+identity\b|\btransgender\b|\bsexuality\b"
    r"|\bLGBT\w*",
    "biometrics": r"\bbiometric\w*|\bfingerprints?\b|\bfacial\s+(?:recognition|images?|scans?)\b"
    r"|\bgenetic\b|\bDNA\b"
    r"|\biris\s+scans?\b|\bvoice\s*prints?\b",
    "safeguarding": r"\bsafeguarding\b|\bchild\s+protection\b|\bchild(?:ren)?\s+in\s+need\b"
    r"|\bsocial\s+workers?\b"
    r"|\blooked[-\s]after\b|\bin\s+care\b|\babuse\b|\bneglect\b|\bFGM\b|\bradicalis\w+"
    r"|\bprevent\s+referrals?\b"
    r"|\bdomestic\s+(?:abuse|violence)\b|\bexploit\w+|\bcriminal\b|\bconvict\w+|\boffend\w+"
    r"|\byoung\s+carers?\b"
    r"|\bbullying\s+(?:victim|incident)s?\b|\bat\s+risk\s+of\b|\bchild\s+missing\b",
    "union and politics": r"\btrade\s+union\s+member\w*|\bunion\s+member(?:s|ship)\b"
    r"|\bpolitical\s+(?:opinion|views?)\w*",
}
_TOPIC = {name: re.compile(words, re.IGNORECASE) for name, words in _TOPICS.items()}
_ABOUT_THE_SCHOOL = re.compile(
    r"\b(?:polic(?:y|ies)|audits?|training|trained|lead|leads|coordinator|co-ordinator|budgets?"
    r"|funding|provision"
    r"|arrangements|procedures?|resources?|strateg\w+|guidance|curriculum|lessons?|awareness"
    r"|toilets?|access\w*"
    r"|rooms?|facilit\w+|equipment|governor|services?|support\s+(?:offered|available)|checklist"
    r"|self-assessment"
    r"|insurance|cost|costs|spend\w*|unit|units|places|bases?|officers?|teams?|contacts?|champion"
    r"|certificate"
    r"|SENCO\w*|DSL|local\s+offer|information\s+report|register\s+date|week|day|assembl\w+"
    r"|systems?)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^\W*(?:\(?\w{1,3}[.)]\s*)?(?:do|does|has|have|is|are|did)\s+(?:you|your|the\s+school"
    r"|there)\b",
    re.IGNORECASE,
)
_ONE_BY_ONE = re.compile(
    r"\b(?:each|every|individual|named|names?|list|which|pupil|child|student|status"
    r"|whether\s+(?:the|a|they)|who"
    r"|date\s+of\s+birth|dob|upns?|level|details|records?|their)\b|\b(?:of|for)\s+(?:your\s+"
    r"|all\s+|the\s+)?"
    r"(?:pupils|children|students|staff)\b|\b(?:pupils|children|students|staff)(?:'|\s+with"
    r"|\s+who|\s+on)",
    re.IGNORECASE,
)
_MATCHING = re.compile(
    r"\b(?:match(?:ed|ing)?|link(?:ed|ing)?|join(?:ed|ing)?|cross-?(?:check|referenc|match)\w*"
    r"|compar(?:e|ed|ing)"
    r"|combin(?:e|ed|ing)|merg(?:e|ed|ing))\b[^.;\n]{0,60}\b(?:with|to|against"
    r"|and)\b[^.;\n]{0,50}\b(?:records?|data"
    r"(?:sets?|bases?)?|registers?|lists?|files?|systems?|held\s+by)\b|\b(?:data"
    r"|record)[-\s](?:matching|linkage|linking)\b",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:health|police|NHS|social\s+care|housing|benefit\w*|census|hospital|GP|court|tax"
    r"|department|council|pupil"
    r"|other|their|person\w*|children\w*|crime|youth|home\s+office|matching|linkage|linking)\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\b(?:AI|artificial\s+intelligence|machine\s+learning|facial\s+recognition"
    r"|emotion\s+(?:detect|recogn)\w+|predictive"
    r"|algorithm\w*|chat-?bots?|chatgpt|large\s+language\s+models?|automated\s+(?:decision"
    r"|scoring|profiling)\w*|profiling"
    r"|biometric\s+(?:system|reader|scan|register|regist)\w*|wearables?|live\s+location"
    r"|GPS\s+track\w*|smart\s+(?:watch|"
    r"badge)\w*)\b",
    re.IGNORECASE,
)

Place = tuple[int, int]


def special_items(text: str) -> list[tuple[str, Place]]:
    """Return topics of special categories in the name of an item, unless it counts people.

    A question about the school itself ("safeguarding policy", "SEN budget") is none.
    """
    if is_count(text) or _ABOUT_THE_SCHOOL.search(text) or _YES_NO.match(text):
        return []
    return _topics(text)


def special_words(text: str) -> list[tuple[str, Place]]:
    """Return topics of special categories in a text, where it speaks of people one by one."""
    found = []
    for piece in sentences(text):
        said = piece.text
        if is_count(said) or _YES_NO.match(said) or not _ONE_BY_ONE.search(said):
            continue
        if _ABOUT_THE_SCHOOL.search(said):
            continue
        found += [
            (topic, (piece.start + start, piece.start + end))
            for topic, (start, end) in _topics(said)
        ]
    return found


def matching(text: str) -> list[Place]:
    """Return where a text tells that people's data is matched with other data."""
    return [
        (piece.start + match.start(), piece.start + match.end())
        for piece in sentences(text)
        for match in _MATCHING.finditer(piece.text)
        if _FRAME.search(match.group()) and not denied(piece.text, *match.span())
    ]


def new_technology(text: str) -> list[Place]:
    """Return where a text tells of new ways to work with people's data."""
    return [
        (piece.start + match.start(), piece.start + match.end())
        for piece in sentences(text)
        for match in _NEW.finditer(piece.text)
        if not denied(piece.text, *match.span())
    ]


def _topics(text: str) -> list[tuple[str, Place]]:
    return [
        (topic, match.span())
        for topic, pattern in _TOPIC.items()
        for match in pattern.finditer(text)
        if not denied(text, *match.span())
    ]
