"""Telling a sentence that has its reader give something from one that has them do something.

"Name every child who ..." asks; "Tell parents ..." and "Copy this letter to staff" do not. These
words are for texts that are known to ask, where "asks" would be too careful.
"""

import re
from collections.abc import Iterator

from gatekeeping.reading.denial import denied
from gatekeeping.reading.openings import openings

_GIVE = (
    r"(?:list|name|set\s+out|state|give|note(?:\s+down)?|record|mark|tick|circle|count(?:\s+up)?"
    r"|show|provide|confirm|say|indicate|enter|fill\s+(?:in|out|up)|complete|attach|upload"
    r"|describe|break\s+(?:down|out)|break(?=\s+[^.]{1,60}\bdown\b)|copy|forward|supply|tell"
    r"|report|identify|highlight|return|send(?:\s+(?:in|back|over|across))?|submit|detail|specify"
    r"|outline|estimate|calculate|work\s+out|add\s+up|total|explain|share|export|extract|download"
    r"|pull\s+(?:off|out|together)|run(?:\s+off)?\s+an?\s+(?:report|list)|e-?mail|post"
    r"|write\s+(?:down|in|out)|write(?=\s+(?:the|your|how|each|a)\b)|put(?:\s+(?:down|in))?"
    r"|insert|declare|disclose|summari[sz]e|itemi[sz]e|enclose|furnish|notify|inform|advise"
    r"|quote|select|choose|rate|rank|answer|update|log|compile|draw\s+up|produce|split|hand\s+in"
    r"|look\s+up|measure|pass\s+on|type|key\s+in|populate|nominate|jot\s+down|flag(?:\s+up)?"
    r"|spell\s+out|dig\s+out|find\s+out|make\s+(?:a\s+(?:list|note|record)|known)|let\s+(?:us|me|the\s+[\w\s]{1,30}?|"
    r"[A-Z]\w+)\s+(?:have|know|see)|bring|reply\s+with|respond\s+with|get\s+back\s+to\s+us"
    r"|disaggregate|categori[sz]e|tabulate|verify|state\s+clearly|tot\s+up|own\s+up)"
)
_HOW = r"(?:(?:also|just|simply|briefly|now|either|both|then|kindly|please|back|each|all)\s+)*"
_AT_START = re.compile(rf"{_HOW}(?P<verb>{_GIVE})\b(?!['’]?s\b)", re.IGNORECASE)
_WHO = (
    r"(?:you|schools?|heads?|headteachers?|settings?|academies|colleges|clerks?|governors"
    r"|governing\s+\w+|bursars?|business\s+managers?|every\s+\w+|each\s+\w+|all\s+\w+|colleagues"
    r"|someone|somebody|everyone|(?:your|the)\s+(?:\w+\s+){1,3}?)"
)
_ASKED_TO = re.compile(
    rf"\b(?:please|kindly|pls|(?:can|could|would|will|may)\s+{_WHO}(?:\s+be\s+able\s+to)?"
    rf"(?:\s+(?:in|at|from|on|of)(?:\s+[\w'-]+){{1,3}}?(?=\s+{_GIVE}\b))?"
    rf"|{_WHO}\s+(?:must|should|shall|need\s+to|needs\s+to|have\s+to|has\s+to|will\s+need\s+to"
    rf"|(?:are|is)\s+(?:\w+\s+)?(?:asked|requested|required|invited|expected|obliged)\s+to)"
    rf"|(?:if|that)\s+{_WHO}\s+(?:can|could|would|were\s+to|will)"
    rf"|(?:ask|asking|like|want|need|require|invite|request)\s+(?:that\s+)?{_WHO}\s+to)\s*,?\s+"
    rf"{_HOW}(?P<verb>{_GIVE})\b",
    re.IGNORECASE,
)
_NOT_GIVING = re.compile(
    r"\s*(?:[:;,.!]|$)|\s+that\s+(?!you|your|the\s+school)|\s+of\s"
    r"|\s+(?:it|them)\b|\s+(?:the\s+)?(?:deadline|dates?\s+(?:in|above|below)|change\s+of)\b"
    r"|\s+(?:this|these|our|the)\s*(?:link|letter|note|message|e-?mail|bulletin|guidance|posters?"
    r"|leaflets?|news|newsletter|notice|invitation|opportunity|offer|webinar|event|page|website"
    r"|advice|briefing|address|envelope)\b"
    r"|\s+(?:this|these)\s*(?:[.,]|$|\s(?:to|with|by|in|on|and)\b)",
    re.IGNORECASE,
)
"""What may follow a word that is no command there: "List of ...", "Note that ..."."""
_NOUN = re.compile(
    r"(?:report|note|update|estimate|share|supply|copy|post|log|name)\s+"
    r"(?:on|for|about|as|from)\s(?!(?:your|how|which|what|each|every|all)\b)"
    r"|record\s+(?:numbers?|highs?|lows?|levels?|attendances?)\b(?!\s*:)",
    re.IGNORECASE,
)
"""Words that are no command where these follow: "Report on ...", "Record numbers of ..."."""
_FORM = re.compile(r"(?:complete|fill|return|populate|submit|answer)", re.IGNORECASE)
_TO_OTHERS = re.compile(
    r"\s+(?:(?:your|the|all|any|other|new|both|these|those)\s+)*(?:parents|carers|families|pupils"
    r"|children|students|staff|colleagues|governors|teachers|visitors|everyone|kitchen\s+staff"
    r"|sencos?|leads?)\b(?!['’])(?=\s+(?:the|a|an|this|that|our|how|about|what|to|their|some|of"
    r"|when|where|why|by|and|not|it|who\s+to)\b|\s*[.,!]|\s*$)",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"(?:tell|show|give|send|inform|notify|advise|e-?mail|let|bring|post|forward|copy|update)",
    re.IGNORECASE,
)
_WITH_OTHERS = re.compile(
    r"[^.;?!\n]{1,80}?\b(?:to|with|among|amongst)\s+(?:(?:your|the|all|any|other|each|every)\s+)*"
    r"(?:parents|carers|families|pupils|children|students|staff|colleagues|governors|teachers"
    r"|visitors|sencos?|designated\s+\w+|leads?|police|999|101|ofsted|the\s+dfe|dfe|local\s+paper"
    r"|noticeboard|class(?:es)?|tutors?|site\s+manager|caretaker|cook|kitchen)\b",
    re.IGNORECASE,
)
_GOES_OUT = re.compile(
    r"(?:share|forward|copy|send|pass|show|give|e-?mail|post|report|hand|explain|read|notify)",
    re.IGNORECASE,
)
_TO_US = re.compile(
    r"\b(?:us|me|portal|county\s+hall|this\s+office|our\s+\w+)\b|@|\breturn\b", re.IGNORECASE
)


def commanded(text: str) -> int | None:
    """Return where what is to be given begins in a sentence, or None if it commands nothing.

    ``text`` is a sentence in plain shape.
    """
    for found in _commands(text):
        if not denied(text, found.start("verb"), found.end()) and not _is_no_giving(text, found):
            return found.end()
    return None


def no_command(text: str) -> int:
    """Return the end of the words that open a sentence and only look like a command, else 0.

    "Give your governors a copy" has nothing come back to the sender; "Record numbers of" is none.
    """
    for start in openings(text):
        found = _AT_START.match(text, start)
        if found:
            is_none = _NOUN.match(text, found.start("verb")) or _is_for_others(text, found)
            return found.end() if is_none else 0
    return 0


def _commands(text: str) -> Iterator[re.Match[str]]:
    for start in openings(text):
        found = _AT_START.match(text, start)
        if found:
            yield found
            break
    yield from _ASKED_TO.finditer(text)


def _is_no_giving(text: str, found: re.Match[str]) -> bool:
    if _FORM.match(found.group("verb")):
        return False
    if _NOT_GIVING.match(text, found.end()) or _NOUN.match(text, found.start("verb")):
        return True
    return _is_for_others(text, found)


def _is_for_others(text: str, found: re.Match[str]) -> bool:
    verb, after = found.group("verb"), text[found.end() :]
    if _TELLS.match(verb) and _TO_OTHERS.match(after):
        return True
    return bool(_GOES_OUT.match(verb) and _WITH_OTHERS.match(after) and not _TO_US.search(after))
