"""Finding where a text asks its readers for something that comes back to the sender.

"Please put the menus up" asks for nothing back; "please tell us how many meals" does. Invitations
to get in touch ("if you have any questions, e-mail us") are no asks either.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from gatekeeping.reading.channels import in_a_file, open_forms
from gatekeeping.reading.commands import no_command
from gatekeeping.reading.denial import denied
from gatekeeping.reading.invitations import excused, not_to_us
from gatekeeping.reading.plain import MOST_KEPT, Sentence, is_row, sentence_at, sentences
from gatekeeping.reading.questions import is_real
from gatekeeping.reading.returning import RETURNING
from gatekeeping.reading.wishes import surely_wished

_THING = (
    r"(?:forms?|slips?|returns?|questionnaires?|surveys?|templates?|spreadsheets?|workbooks?"
    r"|pro-?formas?"
    r"|figures?|numbers?|totals?|data|details?|lists?|information|responses?|answers?|replies|reply"
    r"|audits?|checklists?|declarations?|copy|copies|evidence|nominations?|registers?|records?"
    r"|names?"
    r"|reports?|submissions?|self-assessments?|consultations?|polls?|tables?|grids?|sections?"
    r""
    r"|columns?|boxes|feedback|views?|comments?|opinions?|estimates?|choices?|preferences?|plans?"
    r"|policy|policies|certificates?|statements?|confirmation|percentages?|dates?|agreements?|audit"
    r"|consent|returns|upns?|applications?|worksheets?|documents?|acknowledge?ments?|snapshot|census|headcount)"
)
_US = (
    r"(?:us|me|the\s+(?:council|authority|team|service|office|local\s+authority|county\s+council"
    r"|LA)"
    r"|our\s+(?:team|office|service)|county\s+hall|this\s+office|the\s+\w+\s+(?:team|service"
    r"|office))"
)
_LEAD = (
    r"(?:^|[,;:(]|\s-+\s|\b(?:please|kindly|and|then|to|must|should|shall|can|could|would|will"
    r"|may|you|or"
    r"|also|simply|just|schools|heads|headteachers|governors|settings|clerks|academies|now|either"
    r"|first"
    r"|need\s+you\s+to|staff|asked\s+to|all))\s*"
)
_ASK = re.compile(
    # complete the survey, fill in the form, return the slip, submit your figures
    rf"{_LEAD}(?:(?:complet|return|submit|fill|populat|upload|supply|suppli|provid|enter|record"
    rf"|forward"
    rf"|furnish|give|list|declar|state|report|send|answer|sign|attach|email|e-mail|share|post"
    rf"|finish"
    rf"|confirm|prepar|compil|collat|rank|score)(?:e|es|y|ies|ing)?)\s+(?:in\s+|out\s+|back"
    rf"\s+|up\s+)?(?:(?:to\s+)?{_US}\s+(?:with\s+)?)?(?:(?:the|this|these|your|a|an|our|all|any"
    rf"|each|both|how"
    rf"|full|whether|attached|enclosed|short|brief|quick|online|following|below|up-to-date"
    rf"|current|latest"
    rf"|of|for|and|their|its|school's|in|[\w-]{{1,25}})\s+){{0,7}}?{_THING}\b(?!-)"
    r"|\b(?:please|kindly)\s+(?:\w+ly\s+)?(?:complete|fill\s+(?:in|out)|submit"
    r"|return)\b(?!\s+(?:[\w-]+\s+){0,3}"
    r"(?:training|courses?|modules?|works?|books?|repairs|assessments?|homework|equipment|keys?"
    r"|pupils|journey)\b)"
    r"|\banswer\s+(?:(?:the|these|our|all|a|few|following|some|two|three|short"
    r"|\d+)\s+){1,3}questions\b"
    r"|\bplease\s+do\s+so\s+(?:by|before|now|as\s+soon)\b|\b(?:grateful|obliged"
    r"|thankful)\s+(?:for|to\s+(?:have"
    r"|receive|get))\s+(?:an?\s+|your\s+|all\s+)?(?:early\s+|prompt\s+)?(?:reply|replies|response"
    r"|responses|returns?"
    r"|answers?|comments|views|figures|data|confirmation|nominations?)\b|\b(?:to|must|should"
    r"|please)\s+make\s+(?:a"
    r"|the|your|this|their)\s+(?:\w+\s+)?return\b|\b(?:keen|like|want|love|pleased"
    r"|interested)\s+to\s+hear\s+"
    r"(?:from\s+(?:schools|you|heads|all|your)|your\s+\w+)\b|\bfor\s+(?:your\s+)?completion\b"
    r"|\b(?:can|could|may"
    r"|might)\s+(?:I|we)\s+(?:please\s+)?(?:have|get)\s+your\b|\b(?:essential|important|vital"
    r"|imperative|crucial)"
    r"\s+that\s+(?:we|you|schools|all\s+schools)\s+(?:receive|get|have\s+your|send|return|reply"
    r"|respond|complete"
    r"|submit|provide|tell)\b|\basked\s+for\s+(?:their|your|its)\s+\w+|\b(?:can|could|would"
    r"|will)\s+you\s+(?:please"
    r"\s+|kindly\s+)?(?:confirm|tell|send|let\s+us|let\s+me|provide|return|complete|advise|supply"
    r"|indicate)\b"
    r"|\bplease\s+advise\s+(?:how|whether|which|what|when|us|me|of|if|who)\b"
    # tell us, let us know, inform us, send us, give us, notify, write to us with
    r"|\b(?:please|kindly)\s+(?:count|estimate)\b"
    rf"|{_LEAD}(?:tell|inform|send|give|advise|notify|show|supply|provide|update"
    rf"|remind)\s+(?:back\s+)?(?!the\s+[\w\s]{{0,20}}?(?:team|service|office)\b){_US}"
    r"\b(?!\s+(?:for\s+(?:help|more|further|advice)|on\s+\d|at\b|if\s+you\s+(?:have|need|want)))"
    rf"|{_LEAD}(?:write\s+to|e-?mail|ring|text|contact|call)\s+{_US}\s+(?:with|to\s+(?:tell|say"
    rf"|confirm|let"
    r"|give|report)|your|the|a\s+list|how|which|whether|by\s+(?!phone|e-?mail))\b"
    r"|\btake\s+(?:part\s+in\s+)?(?:the|our|this|a)\s+(?:[\w-]+\s+){0,3}(?:survey|poll"
    r"|questionnaire"
    r"|consultation)\b|\brsvp\b|\bhelp\s+us\s+to\s+know\b|\b(?:book|reserve|register)\s+(?:your"
    r"|a)\s+"
    r"(?:place|slot|space|visit)\s+(?:by|before)\b"
    r"|\blet\s+(?:us|me|the\s+[\w\s]{1,30}?(?:team|service|office|council))\s+(?:know|have)\b"
    r"|\b(?:get|come)\s+back\s+to\s+(?:us|me)\b"
    # confirm that, indicate, state, specify, nominate
    r"|\b(?:please|kindly|must|should|to|and|asked\s+to|then)\s+(?:\w+ly\s+)?(?:confirm|indicate"
    r"|state"
    r"|specify|nominate|rsvp|respond|reply|identify\s+(?:and|which|how|a|your|any|the)"
    r"|list\s+(?:all|any|the|each|every|your|those|below|names?|how|which))\b"
    r"(?!\s+(?:to\s+(?:parents|pupils|families|fire|emergenc|incident|complaint)|with\s+parents"
    r"|(?:[\w'-]+\s+){1,3}with\s+(?:the\s+|your\s+)?(?:providers?|suppliers?|venue|company|operator"
    r"|contractors?|coach|parents|families)))"
    r"|\bplease\s+(?:also\s+|briefly\s+)?(?:(?:describe|outline|explain)\s+(?:how|what|why|which)\s+you"
    r"|name\s+(?:a|an|your|one|the)\s+(?:\w+\s+)?(?:contact|lead|person|representative|colleague)s?)\b"
    r"|\b(?:respond|reply|rsvp|return\s+(?:it|them|this|these)|submit\s+(?:it|them)|send\s+(?:it"
    r"|them)\s+"
    r"(?:back|in|to\s+us))\b[^.;!?\n]{0,60}?\b(?:by|before|no\s+later|within|to\s+us|via"
    r"|at\s+the\s+latest"
    r"|on\s+or\s+before|asap|as\s+soon)\b"
    # we need to know, we are asking schools for, we require
    r"|\bwe(?:'d|\s+would)?\s+(?:also\s+|now\s+|still\s+|urgently\s+|really\s+|kindly\s+"
    r"|only\s+)?(?:need\s+to"
    r"\s+(?:know|find\s+out|collect|gather|hear|receive|have|understand\s+(?:how|what|which|who))"
    r"|(?:need|require|want|seek|request)\s+(?:from\s+(?:you|schools|each)|your|you\s+to"
    r"|each\s+school|all"
    r"\s+schools|every\s+school|schools\s+to|the\s+following|a\s+(?:return|response|reply|list"
    r"|copy)|details"
    r"|figures|information\s+(?:from|about|on))"
    r"|like\s+(?:to\s+know|to\s+hear\s+(?:how|what|which|from)|you\s+to\s+(?:tell|complete|send"
    r"|let|fill"
    r"|return|answer|confirm|give)|your\s+(?:views|opinion|feedback|thoughts|comments|answers"
    r"|response))"
    r"|(?:appreciate|welcome|value)\s+(?:your\s+(?:views|feedback|response|reply|thoughts"
    r"|comments|answers)"
    r"|a\s+(?:reply|response)|it\s+if\s+you))"
    r"|\bwe\s+(?:are|'re)\s+(?:asking|requesting|collecting|gathering|seeking|surveying"
    r"|inviting)\s+(?:\w+\s+)"
    r"{0,4}?(?:schools?|heads?|headteachers?|you|from|settings|information|data|details|returns?"
    r"|views"
    r"|governors|responses|nominations|figures|expressions)\b"
    r"|\b(?:schools?|heads|headteachers|settings|academies|governing\s+\w+|you"
    r"|all\s+schools)\s+(?:are|is)\s+"
    r"(?:being\s+|kindly\s+|therefore\s+|now\s+|also\s+|hereby\s+)?(?:asked|requested|required"
    r"|invited"
    r"|expected|obliged)\s+to\s+(?:return|complete|submit|provide|supply|send|tell|give|respond"
    r"|reply|confirm"
    r"|answer|report|nominate|fill|share|let|list|state|declare|notify|upload|inform|make)\b"
    r"|\b(?:returns?|responses?|replies|answers|forms?|nominations?|submissions?|slips?|figures"
    r"|data|lists?"
    r"|expressions\s+of\s+interest|questionnaires?)\s+(?:\w+\s+){0,3}?(?:is|are|must|should|to"
    r"|will)\s+(?:be\s+)?"
    r"(?:due|required|requested|needed|returned|submitted|received|sent|reach|with\s+us|in\s+by"
    r"|completed)\b"
    r"|\b(?:deadline|closing\s+date|cut-?off)\s+for\s+(?:returns?|responses?|replies|nominations?"
    r"|submissions?|completion|answers|completing|returning|submitting|your)\b"
    r"|\breply\s+slip\b|\bplease\s+(?:vote|rsvp|tick|circle|delete\s+as)\b"
    r"|\b(?:look|looking)\s+forward\s+to\s+(?:receiving|hearing)\s+(?:your|from\s+you\s+by)\b"
    r"|\b(?:please|kindly|must|should|to)\s+(?:fill\s+in|complete|return|send|provide|supply|give"
    r"|list|state"
    r"|answer|enter|note\s+down|record|include|complete)\b[^.;:\n]{0,60}:\s*$"
    # Welsh
    r"|\b(?:dychwelwch|cwblhewch|llenwch|anfonwch|rhowch\s+wybod|cadarnhewch|atebwch)\b",
    re.IGNORECASE,
)
_BLANKS = re.compile(
    r"_{4,}|\.{8,}+(?!\s*\d)|…{3,}+(?!\s*\d)|[☐□▢]|\b(?:yes\s*/\s*no|y\s*/\s*n)\b|\b(?:completed|filled\s+in)\s+by\s*:"
    r"|\bname\s+of\s+(?:the\s+)?(?:person\s+completing|school)\s*:?\s*(?:$|\t|_)"
    r"|\bschool\s+name\s*(?::|\t|$)"
    r"|\bto\s+be\s+completed\b|\bposition\s+in\s+school\b",
    re.IGNORECASE | re.MULTILINE,
)
FEW_BLANKS = 2


@dataclass(frozen=True)
class Ask:
    """One ask: its place, and whether it is a ``question``, ``words``, a ``link`` or a ``file``."""

    start: int
    end: int
    kind: str


@lru_cache(maxsize=MOST_KEPT)
def asks(text: str) -> tuple[Ask, ...]:
    """Return every ask of a text, in the order of the text."""
    pieces = sentences(text)
    found = [
        Ask(piece.start, piece.end, "question")
        for place, piece in enumerate(pieces)
        if piece.is_question and is_real(pieces, place)
    ]
    for piece in pieces:
        words = None if piece.is_question else _words(piece)
        if words:
            found.append(words)
    taken = [(ask.start, ask.end) for ask in found]
    for kind, places in (("link", open_forms(text)), ("file", in_a_file(text))):
        for start, end in places:
            index = sentence_at(pieces, start)
            inside = any(low <= start < high for low, high in taken)
            if not inside and index is not None and not excused(pieces[index].text):
                found.append(Ask(start, end, kind))
    return tuple(sorted(found, key=lambda ask: (ask.start, ask.end, ask.kind)))


@lru_cache(maxsize=MOST_KEPT)
def asking(text: str) -> frozenset[int]:
    """Return which sentences of a text ask, by their index in ``sentences``."""
    pieces = sentences(text)
    places = (sentence_at(pieces, ask.start) for ask in asks(text))
    return frozenset(place for place in places if place is not None)


@lru_cache(maxsize=MOST_KEPT)
def is_form(text: str) -> bool:
    """Tell whether a text leaves room to be filled in: lines, boxes, "completed by:"."""
    return len(blanks(text)) >= FEW_BLANKS


def blanks(text: str) -> list[tuple[int, int]]:
    """Return the places of a text that leave room to be filled in."""
    return [match.span() for match in _BLANKS.finditer(text)]


def is_welsh(text: str) -> bool:
    """Tell whether a text is mostly Welsh, which the words for asks here hardly know."""
    words = re.findall(r"[a-zâêîôûŵŷ']+", text[:5_000].casefold())
    known = sum(word in _WELSH for word in words)
    return known * 8 > len(words)


_WELSH_WORDS = """
yn y yr mae ac a'r i'r o'r ar am gan gyda neu nad sydd wedi ysgol ysgolion plant eich ein hyn bod
fod oes dros cyn erbyn os gwelwch dda byddwn bydd gwybodaeth rydym ydych rhaid eu ei
"""
_WELSH = frozenset(_WELSH_WORDS.split())


def _words(piece: Sentence) -> Ask | None:
    """Return the ask that a sentence makes in words, if any: its first."""
    text = piece.text
    if is_row(text):
        return None
    none_before = no_command(text)
    for match in chain(_ASK.finditer(text), RETURNING.finditer(text)):
        start, end = match.span()
        if denied(text, end, end) or start < none_before or not_to_us(text, match):
            continue
        shift = len(match.group()) - len(match.group().lstrip(" ,;:(-"))
        return Ask(piece.start + start + shift, piece.start + end, "words")
    wish = None if excused(text) else surely_wished(text)
    return Ask(piece.start + wish[0], piece.start + wish[1], "words") if wish else None
