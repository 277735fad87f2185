"""Finding words that ask for a signature in ink, or to print, sign and send back."""

import re

from gatekeeping.reading.denial import denied
from gatekeeping.reading.plain import sentences

_DOCUMENT = (
    r"(?:copy|copies|forms?|declarations?|agreements?|sheets?|pages?|versions?|documents?|pdfs?"
    r"|letters?"
    r"|certificates?|slips?|returns?|statements?|contracts?|paper\w*|undertakings?|memorand\w+"
    r"|mou|templates?"
    r"|acceptance|consents?|cover\s*sheets?|hard[-\s]?cop(?:y|ies)|originals?)"
)
# "sign" as what a person does: not a road sign, nor to sign in, up, off or out
_SIGN = (
    r"(?<!road )(?<!the )(?<!a )(?<!each )(?<!warning )(?<!this )(?<!that )(?<!new )(?<!stop )"
    r"(?<!your )"
    r"(?:counter-?)?sign(?:ed|ing)?\b(?!\s*-?\s*(?:up|off|out|into|on(?!\s+(?:the|each|every|page"
    r"|paper|behalf))"
    r"|language|post|board|age|in\b(?!\s+(?:(?:blue|black|wet|pen|ink|biro|ball|person"
    r"|the\s+(?:box|space"
    r"|presence)|full|front|duplicate|triplicate))))|\s+to\s+the\s+portal|s\b)"
)
_INK = r"(?:wet\s+)?(?:(?:blue|black|dark|permanent)\s+(?:(?:or|and|/)\s+(?:blue|black)\s+)?)?ink"
_PEN = r"(?:(?:black|blue|ballpoint|ball-point)\s+){0,2}(?:pen|biro|ballpoint)"

_HARD = re.compile(
    # wet signatures, in any words
    r"\bwet[-\s]?(?:ink(?:ed)?|sign(?:ed|ing|atures?))(?:[-\s]+(?:signed|signatures?))?"
    r"|\bink(?:ed)?[-\s]+sign(?:ed|atures?)\b|\bsign\w*\s+(?:\w+\s+){0,4}?(?:with|using|by"
    r"|in)\s+(?:an?\s+)?"
    rf"(?:{_INK}|{_PEN})\b|\bpen[-\s](?:and|to)[-\s](?:ink|paper)\b"
    r"|\b(?:hand[-\s]?(?:written|signed)|manual|manuscript|physical|live|actual|autograph|real"
    r"|original)\s+"
    r"signatures?\b|\bhand[-\s]?signed\b|\bsign(?:ed)?\s+(?:\w+\s+){0,3}?(?:by"
    r"|in)\s+(?:own\s+)?hand(?:writing)?\b"
    r"|\bphysically\s+sign(?:ed)?\b|\bsign(?:ed)?\s+(?:\w+\s+){0,3}?(?:physically|on\s+paper"
    r"|in\s+person"
    r"|in\s+duplicate|in\s+triplicate|and\s+stamped|and\s+witnessed)\b"
    r"|\bsignatures?\s+(?:must|should|need\w*\s+to|has\s+to|have\s+to)\s+be\s+(?:an?\s+"
    r"|in\s+)?(?:original|ink|wet"
    r"|handwritten|witnessed|physical)\b|\bwitness(?:ed)?\s+signatures?\b"
    r"|\bsign\w*\b[^.;\n]{0,60}\b(?:in\s+the"
    r"\s+presence\s+of|before)\s+(?:an?\s+|two\s+)?(?:independent\s+)?witness(?:es)?\b"
    # electronic ones refused
    r"|\b(?:electronic|digital|typed|scanned|e-?|photocopied|stamped|faxed"
    r"|copied)[-\s]?signatures?\s+(?:\w+\s+)"
    r"{0,2}?(?:are|is|will|can|may|must|shall)\s*(?:not|never|n't)\s+(?:be\s+)?(?:accept|valid"
    r"|suffic|allow|enough"
    r"|permit|do\b)\w*|\b(?:cannot|can\s?not|do\s+not"
    r"|don't|will\s+not|won't"
    r"|unable\s+to)\s+(?:be\s+able\s+to\s+)?accept\s+(?:\w+\s+){0,3}?(?:electronic|digital"
    r"|typed|scanned|e-?|photocopied)[-\s]?(?:signatures?|signed|copies)\b|\bno\s+(?:electronic"
    r"|digital|typed"
    r"|e-?)[-\s]?signatures?\b|\bnot\s+signed\s+in\s+(?:wet\s+)?ink\b[^.]{0,60}\b(?:reject|return"
    r"|void|invalid"
    r"|refus|accept)\w*"
    # originals
    rf"|\boriginal,?\s+(?:wet\s+|hand-?|ink\s+)?signed\b|\bsigned\s+originals?\b"
    rf"|\boriginal\s+(?:hard\s+cop(?:y"
    r"|ies)|signatures?|signature\s+pages?|paper\s+(?:copy|copies|forms?))\b"
    r"|\b(?:return|send|post|provide|submit|produce|bring|need|require|supply|forward|deliver"
    r"|accept|must\s+be"
    r"|receive|want|show|see)\w*\s+(?:(?:us|me|in|back|to|the|an?|all|your|two|both|only"
    r"|completed|paper|hard)\s+)"
    r"{0,4}originals?\b(?!\s+(?:works?|idea|art\w*|song|music|poem|entr|stor|plan|date|timetable"
    r"|deadline"
    r"|position|place|school|condition|design|owner|sender|box|packag|e-?mail|request|message"
    r"|letter|link|number))"
    r"(?:\s+(?:documents?|forms?|cop(?:y|ies)|paper\w*|certificates?|declarations?))?"
    r"|\bthe\s+originals?\b(?=[^.\n]{0,40}\b(?:posted|in\s+the\s+post|by\s+post|to\s+follow|must"
    r"|should|returned))"
    # paper with a signature on it
    rf"|\bsigned\s+(?:paper|hard|printed)\b(?:\s*-?{_DOCUMENT})?|\b(?:hard|paper"
    rf"|printed)[-\s]cop(?:y|ies)\b"
    r"[^.;\n]{0,60}\bsign(?:ed|ature)\b|\bsign(?:ed|ature)\b[^.;\n]{0,40}\b(?:hard|paper"
    r"|printed)[-\s]cop(?:y|ies)\b"
    # print ... sign
    rf"|\b(?:print|download)(?:ed|ing)?\b(?!\s+(?:name|your\s+name"
    rf"|and\s+display))[^.;\n]{{0,90}}?(?:,|\b(?:and|then"
    rf"|to|or|plus|for|must|should|it|be|please|governors|head|headteacher|chair)|&|\+"
    rf"|/)\s*(?:then\s+|please\s+"
    rf"|be\s+|get\s+it\s+|it\s+)?{_SIGN}"
    rf"|\b(?:sign|signature)(?:ed)?\b[^.;\n]{{0,60}}?(?:\band\b|\bthen\b|,|\bor\b|&"
    rf"|/)\s*(?:then\s+|please\s+)?scan"
    r"(?:ned)?\b|\bscan(?:s|ned|ning)?\s+(?:(?:the|a|your|and|of|in|back|copy|copies|each"
    r"|it)\s+){0,5}signed\b"
    rf"|\bscan(?:s|ned|ning)?\b[^.;\n]{{0,40}}\b(?:signatures?|signed\s+{_DOCUMENT})\b"
    # sent on paper
    rf"|{_SIGN}[^.;\n]{{0,60}}?\b(?:return(?:ed)?|send|sent|back"
    rf"|forward(?:ed)?)\b[^.;\n]{{0,60}}?\b(?:by|in|via"
    r"|through)\s+(?:the\s+)?(?:(?:first[-\s]class|recorded|internal|royal)\s+)?(?:post"
    r"|mail(?!\s*box)|courier"
    r"|enclosed|envelope|pre-?paid|freepost)\b|\bsign(?:ed)?\s+and\s+post(?:ed)?\b|\bpost(?:ed"
    r"|ing)?\s+(?:back\s+)?"
    r"(?:the|a|your|all|in)\s+(?:\w+\s+)?signed\b",
    re.IGNORECASE,
)
_WRITE_IN_INK = re.compile(rf"\b(?:in|with|by|using)\s+(?:{_INK}|{_PEN})\b", re.IGNORECASE)
_FORM_WORDS = re.compile(
    r"\b(?:sign\w*|complet\w+|forms?|agreements?|contracts?|names?|declaration|return\w*|block\s+capitals|fill\w*|initial\w*"
    r"|dated)\b",
    re.IGNORECASE,
)
_ART = re.compile(
    r"\b(?:draw\w*|art|arts|artists?|artwork|paint\w*|calligraphy|sketch\w*|lino\w*|tattoo"
    r"|printers?"
    r"|cartridges?|toner|comic|illustrat\w+|exam\w*|invisible|pupils\s+(?:must|should|may"
    r"|can)\s+write)\b",
    re.IGNORECASE,
)
_SOFT = re.compile(
    # sign and return: the portal's own way of signing is meant only if it says so
    rf"{_SIGN}[^.;\n]{{0,40}}?(?:,|\b(?:and|then|before|or)\b|&)\s*(?:then\s+|please\s+"
    rf"|dated?,?\s+(?:and\s+)?)?"
    r"(?:return(?:ed|ing)?|send(?:ing)?|sent|post(?:ed)?|e-?mail(?:ed)?|upload(?:ed)?"
    r"|submit(?:ted)?"
    r"|forward(?:ed)?|fax(?:ed)?)\b"
    r"|\b(?:return|send|upload|e-?mail|submit|forward|attach|provide|supply|fax|hand\s+in|bring"
    r"|post)\w*\s+"
    rf"(?:(?:us|me|in|back|to|the|an?|all|your|two|both|it|with|completed|fully|duly|dated|this"
    rf"|and|of|one|each)"
    rf"\s+){{0,6}}(?:counter-?)?signed\s+(?:and\s+(?:dated|stamped"
    rf"|completed)\s+)?(?:\w+\s+){{0,3}}?{_DOCUMENT}\b"
    rf"|\bsigned\s+(?:and\s+dated\s+)?{_DOCUMENT}\s+(?:must|should|to)\s+be\s+(?:returned|sent"
    rf"|received|e-?mailed"
    r"|uploaded|posted|with\s+us)\b"
    r"|\bsign(?:ed)?\s+(?:and\s+date\s+)?(?:the|this|both|each"
    r"|two)\s+(?:[\w-]+\s+){0,2}?(?:attached|enclosed|printed"
    r"|paper|form\s+below|slip)\b",
    re.IGNORECASE,
)
_ELECTRONIC = re.compile(
    r"\b(?:electronic(?:ally)?|digital(?:ly)?|online|on-line|e-sign\w*|docusign|adobe\s+sign"
    r"|portal|click\w*"
    r"|tick\w*|typed?|log(?:ged)?\s+in|login|signed?\s+in)\b",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"\b(?:sign(?:ed|ature)(?:\s+of\s+[\w ]{3,30}|\s*\([\w ]{3,30}\))?|(?:head\w*|chair\w*|governor"
    r"|principal|bursar|witness)(?:'s|s')?\s+signature)\s*:?\s*(?:_{3,}|\.{4,}|…{2,})",
    re.IGNORECASE,
)
_NAMING = re.compile(
    r"\b(?:guide\w*|policy|law|course|training|lesson|workshop)\s+(?:on|about|to)\s*$",
    re.IGNORECASE,
)

Place = tuple[int, int]


def wet_signatures(text: str, *, signs_in: bool = False) -> list[Place]:
    """Return the places that ask for ink, paper or a scan of it.

    ``signs_in`` tells that the document asks for a signed-in declaration already: then "sign and
    return" is no ink.
    """
    pieces = sentences(text)
    found: list[Place] = []
    for place, piece in enumerate(pieces):
        answer = pieces[place + 1].text if place + 1 < len(pieces) else ""
        if piece.is_question and re.match(r"\W*(?:no|not)\b", answer, re.IGNORECASE):
            continue
        found += [
            (piece.start + start, piece.start + end)
            for start, end in _in_sentence(piece.text, signs_in=signs_in)
        ]
    return found


def _in_sentence(text: str, *, signs_in: bool) -> list[Place]:
    places = [match.span() for match in _HARD.finditer(text) if not _excused(text, match)]
    places += [match.span() for match in _LINE.finditer(text)]
    if _FORM_WORDS.search(text) and not _ART.search(text):
        places += [m.span() for m in _WRITE_IN_INK.finditer(text) if not _excused(text, m)]
    if not signs_in and not _ELECTRONIC.search(text):
        places += [match.span() for match in _SOFT.finditer(text) if not _excused(text, match)]
    return places


def _excused(text: str, match: re.Match[str]) -> bool:
    refuses = re.match(
        r"(?:cannot|can|do|don't|will|won't|unable|no|not)\b", match.group(), re.IGNORECASE
    )
    return bool(not refuses and denied(text, *match.span())) or bool(
        _NAMING.search(text[max(0, match.start() - 40) : match.start()])
    )
