"""The ways in which a text wants its answer: by post, by e-mail, in a file, on a web form."""

import re
from collections.abc import Iterator

from gatekeeping.reading.denial import denied
from gatekeeping.reading.plain import plain

_RETURN = (
    r"(?:return(?:ed|ing)?|send(?:ing)?|sent|reply|replies|respond|responses?|submit(?:ted)?"
    r"|forward(?:ed)?|e-?mail(?:ed)?|mail(?:ed)?|posted|fax(?:ed)?|give[ns]?|let|hand(?:ed)?|get"
    r"|pass"
    r"|provide[ds]?|answers?|supply|supplied|deliver(?:ed)?|complete[ds]?|nominations?|slips?"
    r"|forms?)"
)
_FAR = r"[^.;!?\n]{0,90}?"
_MAILBOX = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"

_POST = re.compile(
    rf"\b{_RETURN}\b{_FAR}\b(?:by|in|via|through|using)\s+(?:the\s+)?(?:first[-\s]class\s+"
    rf"|second[-\s]"
    r"class\s+|recorded\s+|registered\s+|special\s+|internal\s+|royal\s+|school\s+"
    r"|courier\s+)?(?:post|mail"
    r"(?!\s*(?:merge|box|ing))|courier|fax|mailbag|delivery)\b(?!\s*-?\s*(?:16|19)\b)"
    r"|\bpost(?:ed|ing)?\s+(?:it|them|this|these|(?:back|off)|(?:the|your|a|all|completed"
    r"|signed)\s+(?:\w+\s+)"
    r"{0,4}?(?:forms?|slips?|returns?|copy|copies|questionnaires?|surveys?|papers?|replies|reply"
    r"|sheets?"
    r"|declarations?|documents?|agreements?))\b(?!\s+(?:on|in|up|onto|near)\b)"
    r"|\b(?:pre-?paid|stamped[-\s]addressed|self[-\s]addressed|reply[-\s]paid|enclosed|return"
    r"|sealed)"
    r"\s+envelopes?\b|\bfreepost\b|\bs\.?a\.?e\.?\b(?=[^.\n]{0,40}\b(?:enclosed|provided|return))"
    r"|(?<![\w-])fax\s+(?:it|them|this|these|your|the\s+(?:\w+\s+){0,2}(?:forms?|slips?|returns?"
    r"|sheets?|copy|replies|answers?))\b"
    r"|\b(?:return|send|fax)\b[^.;!?\n]{0,60}?\b(?:by\s+fax|to\s+(?:us\s+at\s+)?(?:county\s+hall"
    r"|po\s+box"
    r"|p\.o\.\s*box|room\s+\w+|the\s+address\s+(?:above|below|overleaf)))\b"
    r"|\b(?:hand|drop)\s+(?:it|them|in|the\s+\w+)\s+(?:in\s+|off\s+)?(?:to|at)\s+(?:reception"
    r"|county\s+hall"
    r"|the\s+office|our\s+office)\b|\bby\s+return\s+of\s+post\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    rf"\b{_RETURN}\b{_FAR}\b(?:by|via|through|in\s+an?)\s+(?:return\s+(?:of\s+)?)?e-?mail\b"
    r"|\be-?mail(?:ed|ing)?\s+(?:\w+\s+){0,2}?(?:it|them|back|this|these|in)\b(?!\s+(?:case"
    r"|order)\b)"
    r"|\be-?mail(?:ed|ing)?\s+(?:us\s+|me\s+)?(?:(?:the|your|a|an|all|any|full|completed|this"
    r"|their|each)"
    r"\s+)+(?:[\w'-]+\s+){0,6}?(?:forms?|slips?|returns?|lists?|answers?|replies|reply|response"
    r"|responses"
    r"|figures?|numbers?|data|details|names?|spreadsheets?|template|questionnaires?|copy|copies"
    r"|plans?"
    r"|information|reports?|records?|registers?|files?|sheets?|totals?|results?|upns?)\b"
    rf"|\b(?:return|send|submit|forward|reply|respond|rsvp|answers?|replies|responses?"
    rf"|nominations?)\b{_FAR}"
    rf"\b(?:to\s+|at\s+|:\s*)(?:\w+\s+){{0,4}}<?{_MAILBOX}"
    rf"|\b(?:return|send|forward)\b{_FAR}\bto\s+(?:my|our|this|the)\s+(?:\w+\s+){{0,2}}(?:e-?mail"
    rf"|mailbox"
    r"|inbox|mail\s+address)\b|\breply\s+to\s+this\s+e-?mail\b|\be-?mail\s+(?:your\s+)?(?:reply"
    r"|answers?)\b"
    rf"|\be-?mail\s+{_MAILBOX}\s+(?:with|to\s+(?:tell|confirm|say))\b",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\b(?:complete|fill\s+(?:in|out)|filled\s+(?:in|out)|populate|fill|use|update|add\s+to"
    r"|enter\w*\s+"
    r"(?:\w+\s+){0,4}?(?:in|into|on)|answer\w*\s+(?:\w+\s+){0,4}?(?:in|on)|completed|completing"
    r"|return"
    r"|returned|record\s+(?:\w+\s+){0,4}?(?:in|on))\s+(?:and\s+(?:return|send"
    r"|e-?mail)\s+)?(?:back\s+)?(?:the\s+"
    r"|this\s+|an?\s+|your\s+|our\s+|each\s+|both\s+)?(?:[\w-]+\s+){0,3}?(?:attached|enclosed"
    r"|accompanying"
    r"|appended)\b|\b(?:attached|enclosed|accompanying|excel"
    r"|word)\s+(?:[\w-]+\s+){0,3}?(?:spreadsheet"
    r"|workbook|template|pro-?forma|form|questionnaire|return|table|reply\s+slip|grid|audit"
    r"|checklist|survey"
    r"|document|sheet)s?\b[^.;!?\n]{0,80}?\b(?:complete[ds]?|filled|fill|returned?|sent\s+back"
    r"|send\s+back"
    r"|populated?|e-?mail(?:ed)?\s+(?:it\s+)?back)\b"
    r"|\b(?:complete|fill\s+(?:in|out)|populate)\s+(?:the|this|our"
    r"|your)\s+(?:[\w-]+\s+){0,3}?(?:spreadsheet"
    r"|workbook|excel\s+\w+|word\s+\w+|pro-?forma|csv|pdf)\b"
    r"|\breply\s+slip\b|\b(?:upload|send\s+us|return|submit|attach)\s+(?:an?|the|your"
    r"|completed)\s+(?:\w+\s+)?"
    r"(?:spreadsheet|excel|csv)\b",
    re.IGNORECASE,
)
_HOST = (
    r"forms\.(?:office|microsoft|cloud\.microsoft|gle)\b|forms\.office365|forms\.osi\.office365"
    r"|docs\.google\.com/forms|surveymonkey\.|smartsurvey\.|typeform\.com|jotform\.|snapsurveys\."
    r"|onlinesurveys\.(?:ac|jisc)|qualtrics\.|wufoo\.com|cognitoforms\.|citizenspace\.com"
    r"|formstack\."
    r"|survicate\.|zohopublic\.\w+/\S*form|alchemer\.|surveygizmo\.|questionpro\.|lime(?:query"
    r"|survey)\."
    r"|mentimeter\.com|menti\.com|airtable\.com/\S*shr|tally\.so|aidaform\.|surveylegend\."
    r"|padlet\.com"
)
_FORM = re.compile(
    rf"(?:https?://)?(?:[\w-]{{1,63}}\.){{0,4}}(?:{_HOST})[^\s)\]>\"']{{0,300}}"
    r"|\b(?:microsoft|ms|google|office)\s+forms?\b|\bsurvey\s?monkey\b|\bsmart\s?survey\b"
    r"|\bjot\s?form\b"
    r"|https?://[^\s)\]>\"']{0,200}?(?:survey|questionnaire|e-?form|webform"
    r"|/forms?/)[^\s)\]>\"']{0,200}",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\b(?:closed|has\s+ended|results|findings|replaces?|stop\s+using|no\s+longer|thank\s+you\s+for"
    r"|thanks\s+to\s+(?:all|everyone)|training\s+on|how\s+to\s+use|scam|phishing"
    r"|do\s+not\s+(?:click|open))\b",
    re.IGNORECASE,
)

_OURS = re.compile(
    r"\b(?:we|I|council|team|officers?|letters?|results|invoices?|packs?|certificates?|vouchers?"
    r"|copies"
    r"|reports?|leaflets?|tickets?|details|they|it|you)\b[^.;!?\n]{0,40}?\b(?:will|shall|'ll|have"
    r"|are|were"
    r"|was|can\s+also)\s+(?:also\s+|then\s+|all\s+)?(?:be\s+|been\s+|to\s+be\s+|being\s+)?$",
    re.IGNORECASE,
)

Place = tuple[int, int]


def by_post(text: str) -> list[Place]:
    """Return the places where a text wants the answer by post, fax or hand."""
    return _places(_POST, text)


def by_email(text: str) -> list[Place]:
    """Return the places where a text wants the answer itself by e-mail."""
    return _places(_EMAIL, text)


def in_a_file(text: str) -> list[Place]:
    """Return the places where a text wants an attached file filled in."""
    return _places(_FILE, text)


def open_forms(text: str) -> list[Place]:
    """Return the links to forms on the open web, and their makers' names."""
    shown = plain(text)
    found = []
    for match in _FORM.finditer(shown):
        around = shown[max(0, match.start() - 120) : match.end() + 80]
        if not _ENDED.search(around.split("\n\n")[0]) and not denied(shown, *match.span()):
            found.append(match.span())
    return found


def _places(pattern: re.Pattern[str], text: str) -> list[Place]:
    return list(_found(pattern, plain(text)))


def _found(pattern: re.Pattern[str], shown: str) -> Iterator[Place]:
    for match in pattern.finditer(shown):
        before = shown[max(0, match.start() - 80) : match.start()]
        if not denied(shown, match.end(), match.end()) and not _OURS.search(before):
            yield match.span()
