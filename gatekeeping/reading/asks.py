"""Finding where a text asks its readers for something that comes back to the sender.

"Please put the menus up" asks for nothing back; "please tell us how many meals" does. Invitations
to get in touch ("if you have any questions, e-mail us") are no asks either.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from gatekeeping.reading.channels import in_a_file, open_forms
from gatekeeping.reading.denial import denied
from gatekeeping.reading.plain import MOST_KEPT, Sentence, is_row, sentence_at, sentences
from gatekeeping.reading.questions import is_real

_THING = (
    r"(?:forms?|slips?|returns?|questionnaires?|surveys?|templates?|spreadsheets?|workbooks?"
    r"|pro-?formas?"
    r"|figures?|numbers?|totals?|data|details?|lists?|information|responses?|answers?|replies|reply"
    r"|audits?|checklists?|declarations?|copy|copies|evidence|nominations?|registers?|records?"
    r"|names?"
    r"|reports?|submissions?|self-assessments?|consultations?|polls?|tables?|grids?|sections?"
    r"|questions"
    r"|columns?|boxes|feedback|views?|comments?|opinions?|estimates?|choices?|preferences?|plans?"
    r"|policy|policies|certificates?|statements?|confirmation|percentages?|dates?|agreements?|audit"
    r"|consent|returns|upns?|applications?|worksheets?|documents?|snapshot|census|headcount)"
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
    # tell us, let us know, inform us, send us, give us, notify, write to us with
    rf"|{_LEAD}(?:tell|inform|send|give|advise|notify|show|supply|provide|update"
    rf"|remind)\s+(?:back\s+)?{_US}"
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
    r"|specify|nominate|rsvp|respond|reply|identify\s+(?:and|which|how|a|your|any|the)|estimate"
    r"|count"
    r"|list\s+(?:all|any|the|each|every|your|those|below|names?|how|which))\b"
    r"(?!\s+(?:to\s+(?:parents|pupils|families|fire|emergenc|incident|complaint)|with\s+parents))"
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
    r"|\b(?:please|kindly|must|should|to)\s+(?:fill\s+in|complete|return|send|provide|supply|give|list|state"
    r"|answer|enter|note\s+down|record|include)\b[^.;:\n]{0,60}:\s*$"
    # Welsh
    r"|\b(?:dychwelwch|cwblhewch|llenwch|anfonwch|rhowch\s+wybod|cadarnhewch|atebwch)\b",
    re.IGNORECASE,
)
_INVITATION = re.compile(
    r"\b(?:if|should|where|when|whenever|in\s+case)\s+(?:you|your\s+\w+|schools?|any(?:one|thing"
    r"|body)?|there|"
    r"parents|it|families|staff|colleagues|a\s+\w+|they|this|pupils)\b[^.;!?\n]{0,30}?\b(?:have"
    r"|has|need|needs"
    r"|require|want|wish|would\s+like|'d\s+like|are\s+(?:unsure|interested|concerned|not\s+sure"
    r"|worried"
    r"|unable|having)|spot|notice|see|find|feel|experience|encounter|get\s+stuck|lose|think"
    r"|prefer|suspect"
    r"|is\s+(?:anything|wrong|missing|unclear|a\s+problem)|are\s+(?:any\s+)?(?:problems|errors"
    r"|changes)"
    r"|goes\s+wrong|changes?|cannot|can't|do\s+not|don't|receive|know\s+of|become)\b",
    re.IGNORECASE,
)
_CONTACT_ONLY = re.compile(
    r"\b(?:let\s+(?:us|me)\s+know|tell|contact|call|ring|e-?mail|inform|notify|write|speak|text"
    r"|get\s+in"
    r"\s+touch|reply|respond|confirm|send\s+(?:us|me))\b|\bget\s+back\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:thank\s+you|thanks|grateful)\b[^.!?\n]{0,20}\b(?:for|to)\b(?!\s+(?:your\s+)?(?:reply"
    r"|return|"
    r"respond)\w*\s+by)|\b(?:have|has|had)\s+(?:already\s+|now\s+)?(?:been\s+)?(?:returned"
    r"|completed"
    r"|submitted|sent|provided|supplied|responded|replied|told|given|confirmed|filled)\b"
    r"|\bwe\s+(?:will|shall|can|'ll|are\s+going\s+to)\s+(?:also\s+|then\s+)?(?:return|send"
    r"|complete|provide"
    r"|supply|confirm|let\s+you|give|submit|report|share|respond|reply|e-?mail|make|fill|record"
    r"|forward)\b"
    r"|\b(?:parents|carers|families|pupils|children|governors|applicants|residents|students"
    r"|providers"
    r"|suppliers|the\s+council|the\s+department|DfE|Ofsted|the\s+provider|our\s+team|the\s+team"
    r"|officers"
    r"|contractors?|drivers?|engineers?)\s+(?:will|can|may|must|should|need\s+to|have\s+to"
    r"|are\s+(?:asked|able"
    r"|invited|required)\s+to)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:to|with|for|from|by)\s+(?:your\s+|the\s+|all\s+)?(?:parents|carers|families|pupils"
    r"|children|students"
    r"|staff|colleagues|governors|DfE|the\s+department|the\s+dfe|ofsted|police|999|101|111|hmrc"
    r"|the\s+bank"
    r"|your\s+(?:bank|union|gp|own|staff|team|colleagues|pupils|head\w*))\b",
    re.IGNORECASE,
)
_SHOW_PARENTS = re.compile(
    r"\b(?:ask|encourage|remind|invite|tell|help|support|direct|signpost|advise|get)\s+(?:your\s+"
    r"|the\s+|all\s+)?"
    r"(?:parents|carers|families|pupils|children|students|young\s+people)\b",
    re.IGNORECASE,
)
_BLANKS = re.compile(
    r"_{4,}|\.{8,}|…{3,}|[☐□▢]|\b(?:yes\s*/\s*no|y\s*/\s*n)\b|\b(?:completed|filled\s+in)\s+by\s*:"
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
            if not inside and index is not None and not _excused(pieces[index].text):
                found.append(Ask(start, end, kind))
    return tuple(sorted(found, key=lambda ask: (ask.start, ask.end, ask.kind)))


def is_form(text: str) -> bool:
    """Tell whether a text leaves room to be filled in: lines, boxes, "completed by:"."""
    marks = Counter(match.group().strip(" \t:").casefold()[:12] for match in _BLANKS.finditer(text))
    return sum(marks.values()) >= FEW_BLANKS


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
    for match in _ASK.finditer(text):
        start, end = match.span()
        if denied(text, end, end) or _not_to_us(text, match):
            continue
        shift = len(match.group()) - len(match.group().lstrip(" ,;:(-"))
        return Ask(piece.start + start + shift, piece.start + end, "words")
    return None


def _not_to_us(text: str, match: re.Match[str]) -> bool:
    """Tell whether this is only an invitation, is over, or goes to somebody else."""
    if _excused(text):
        return True
    before, after = text[: match.start()], text[match.end() :]
    if _DONE.search(text[max(0, match.start() - 60) : match.end()]):
        return True
    if _SHOW_PARENTS.search(before[-80:]):
        return True
    follows = re.match(r"[^.;,]{0,40}", after)
    return bool(
        _OTHERS.search(match.group() + (follows.group() if follows else ""))
    ) and not re.search(
        r"\b(?:us|me)\b|\bby\s+(?:\d|mon|tue|wed|thu|fri|noon|end|close)",
        match.group() + after,
        re.IGNORECASE,
    )


def _excused(text: str) -> bool:
    """Tell whether a sentence only invites those to get in touch who need something."""
    return bool(
        re.search(
            r"\b(?:questions?|queries|query|concerns|help|support|advice|assistance|further"
            r"|more)\b[^.]*"
            r"\b(?:contact|e-?mail|call|ring|speak|reply|get\s+in\s+touch|let\s+(?:us|me)|tell"
            r"|write)\b"
            r"|\b(?:contact|e-?mail|call|ring|speak|get\s+in\s+touch|let\s+(?:us|me)\s+know"
            r"|tell\s+(?:us|me)"
            r"|write)\b[^.]*\b(?:questions?|queries|query|concerns|help|support|advice|assistance"
            r"|more\s+(?:copies|information|details))\b",
            text,
            re.IGNORECASE,
        )
        and not re.search(r"\bhow\s+(?:many|much)\b|\bwhich\b|\bwhether\b", text, re.IGNORECASE)
    ) or bool(
        _INVITATION.search(text) and _CONTACT_ONLY.search(text) and not _MUST_ANSWER.search(text)
    )


_MUST_ANSWER = re.compile(
    r"\b(?:how\s+many|how\s+much|whether|which|survey|questionnaire|form|spreadsheet|template"
    r"|return\b)",
    re.IGNORECASE,
)
