"""Telling that a sentence wishes to be told something: "We are after ...", "It would help ..."."""

import re

from gatekeeping.reading.denial import denied

_BODY = (
    r"(?:team|service|department|board|panel|committee|group|forum|council|authority|trust|office"
    r"|officers?|review|inspectors?|auditors?|researchers?|members|councillors?|partnership"
    r"|university|charity|unit|cabinet|inquiry|project|study)"
)
_WE = rf"(?:we|I|(?:our|the|this)\s+(?:[\w'-]+\s+){{0,4}}?{_BODY}|councillors|members|officers)"
_ADVERBS = (
    r"(?:(?:also|now|still|urgently|really|only|just|therefore|all|do|would|will|should|shall|must"
    r"|are|am|is|currently|be|next|first|simply|particularly|especially|very|much|both|hereby"
    r"|again|kindly|additionally)\s+)*"
)
_TO_KNOW = (
    r"to\s+(?:know|hear|learn|find\s+out|establish|be\s+(?:told|sent|given|shown)|collect|gather"
    r"|obtain|receive|ask|work\s+out|request|capture"
    r"|(?:see|have|get|understand|build|check|understand)\s+(?:how|which|what|who|whose|when|where"
    r"|whether|if|your|the\s+(?:number|names?|dates?|figures?|list|total|latest|current|amount"
    r"|percentage|proportion|results?|details|full)|a\s+(?:list|copy|picture|count|breakdown|note"
    r"|figure)|figures|data|details|sight))\b"
)
_THING = (
    r"(?!(?:\w+\s+){0,2}?(?:better|more|fewer|less|improved?|good|higher|lower|greater|safer?|help"
    r"|support|time|to)\b)"
    r"(?!(?:(?:all|every|each|no|our|any|more|the)\s+)*(?:pupils?|child(?:ren)?|young\s+people"
    r"|schools?|staff|famil(?:y|ies)|teachers?|governors?|parents|heads?|you)\s+(?:to|in\s+\w+\s+to"
    r"|not)\b)"
)
_WISHES = (
    rf"\b{_WE}(?:'d|'re|'m|'ll)?\s+{_ADVERBS}(?:(?:need|want|wish|require|like|love|hope|keen|try"
    rf"|trying|interested|pleased|glad|aim|ask|asks|needs|wants|wishes|requires)s?\s+{_TO_KNOW}"
    rf"|(?:need|want|require|request|seek|welcome|appreciate|value)s?\s+{_THING}(?=\w)"
    rf"|like\s+(?!to\b){_THING}(?=\w)"
    r"|(?:after|seeking|collecting|gathering|compiling|requesting|surveying|asking|chasing"
    r"|missing|short\s+of|looking\s+(?:for|into|at\s+(?:how|which|what|the\s+number))"
    r"|interested\s+in|curious\s+about|in\s+need\s+of|trying\s+to\s+(?:find|get|obtain))\b"
    r"|asks?\s+(?:you\s+|schools\s+)?(?:for|about|how|which|what|whether|who|when|where)\b)"
    r"|\bit\s+(?:would|will)\s+(?:\w+\s+)?(?:help|assist)\s+(?:us\s+|me\s+)?(?:\w+ly\s+)?(?:to"
    r"\s+(?:know|have|see|hear)|if\s+you)\b"
    r"|\bbe\s+(?:\w+\s+)?(?:grateful|obliged|thankful|pleased|glad)\s+if\s+you\s+(?:(?:sent|told|gave"
    r"|let)\s+(?:us|me)|completed|filled\s+(?:in|out)|returned|confirmed|listed|supplied|provided)\b"
    r"|\b(?:would|will|may)\s+(?:also\s+|really\s+)?be\s+(?:\w+\s+)?(?:helpful|useful|good|great|interesting|handy)\s+to"
    r"\s+(?:know|have|see|hear|learn)\b"
    r"|(?:^\W*|\bbe\s+(?:\w+\s+)?)(?:grateful|obliged|thankful|pleased|glad|delighted)\s+(?:for|of"
    r"|to\s+(?:have|receive|get|know|hear"
    r"|learn|see))\s+(?!(?:all\s+)?(?:your\s+)?(?:continued\s+)?(?:help|support|co-?operation|work"
    r"|hard|patience|time|assistance|understanding)\b)"
    r"|\b(?:could|can|may|might)\s+(?:we|I)\s+(?:please\s+|also\s+)?(?:have|get|see|ask|know"
    r"|request|trouble\s+you)\b"
    r"|\b(?:writing|write|like|get\s+in\s+touch|wrote)\s+to\s+(?:ask|request|enquire|inquire|find"
    r"\s+out)\b"
    r"|\b(?:all|what)\s+(?:we|I)\s+(?:\w+\s+)?(?:need|want|require|lack|(?:would|should)\s+like)"
    r"(?:\s+to\s+(?:know|have))?(?:\s+from\s+\w+)?\s*(?:is|are|:)"
    r"|\b(?:our|the|my)\s+(?:main\s+|key\s+|first\s+|second\s+|only\s+|next\s+)?(?:question|request"
    r"|query|enquiry)\s+(?:is|concerns|here|to\s+you)\b|\bthis\s+is\s+a\s+request\s+for\b"
    r"|\b(?:this|the|our|each)\s+(?:\w+\s+)?(?:form|survey|request|return|questionnaire|section"
    r"|exercise|collection|audit|template|sheet|enquiry|census)\s+(?:\w+\s+)?(?:asks|covers"
    r"|collects|seeks|wants|concerns|is\s+about|requests|calls\s+for)\b"
    r"|\b(?:return|list|reply|answer|response|submission|spreadsheet|file|form|table|entry|letter)s?"
    r"\s+(?:should|must|needs?\s+to|has\s+to|is\s+to|are\s+to)\s+(?:also\s+)?(?:show|include|state"
    r"|list|give|contain|cover|set\s+out|name|say|tell|record|have|specify)\b"
    r"|\b(?:reply|replies|respond|answer|write|e-?mail|ring|phone|call|text|come\s+back)\b"
    r"[^.;?!\n]{0,60}?\b(?:with|giving|stating|saying|telling\s+us|quoting|listing|naming)\s+"
    r"(?:your|the|a|an|how|which|what|who|whether|details|numbers?|figures?|names?|dates?|each|any)\b"
    r"|\byou\s+(?:will\s+be|are\s+being|are)\s+asked\s+(?:for|about|how|which|what|who|when|where"
    r"|whether)\b"
)
_WANTED = (
    r"\b(?:following|figures?|numbers?|names?|dates?|details?|data|information|lists?|cop(?:y|ies)|totals?"
    r"|counts?|percentages?|breakdowns?|records?|evidence|amounts?|costs?|readings?|addresse?s?"
    r"|results?|registers?|proportions?|salar(?:y|ies)|plans?|lengths?|sizes?|rates?)\b"
    r"[^.;:?!\n]{0,120}?\b(?:is|are|will\s+be|would\s+be)\s+(?:\w+ly\s+|also\s+|now\s+|all\s+)*"
    r"(?:needed|required|requested|wanted|sought|asked\s+for|welcome|appreciated|helpful|useful"
    r"|missing|outstanding|to\s+be\s+(?:given|sent|listed|returned|provided|supplied|entered"
    r"|recorded|reported|submitted|shown|stated))\b(?!\s+to\s+(?!us\b))"
    r"|^\W*(?:(?:what\s+is|(?:all\s+)?that\s+is|(?:the\s+)?(?:information|data|details|figures|items?|returns?|questions?))\s+)?(?:we"
    r"\s+(?:need|want|ask|require)|required|needed|requested|wanted|sought|asked(?:\s+for)?)\b"
    r"[^.:?!\n]{0,40}?(?::|\s-+\s)"
)
_LOOKING = (
    r"^(?=[^?]{3,300},\s(?:please|pls)\W*$)|"
    r"^\W*(?:looking\s+for|interested\s+in|after|seeking|requesting|asking\s+for|need|require)\s+"
    r"(?:the|your|how|which|what|any|details|numbers?|figures?|names?|a\s+list)\b(?![^?]{0,200}\?)"
)
_SURELY = (
    rf"\b{_WE}(?:'d|'re|'m|'ll)?\s+{_ADVERBS}(?:need|want|wish|require|like|love|hope|keen|trying"
    rf"|interested)\s+{_TO_KNOW}(?!\s+from\s+(?:parents|famil|pupils|children|young|residents|anyone))"
    r"|\bit\s+(?:would|will)\s+(?:\w+\s+)?(?:help|assist)\s+(?:us\s+|me\s+)?(?:\w+ly\s+)?to\s+"
    r"(?:know|have|see|hear)\b"
    r"|(?:^\W*|\b(?:would|should|shall|will|'d)\s+be\s+(?:\w+\s+)?)(?:grateful|obliged|thankful"
    r"|pleased|glad|delighted)\s+(?:for|to\s+(?:have|receive|get|know|hear|see))\s+(?:your|details"
    r"|figures|the\s+(?:names?|numbers?|dates?)|any\s+(?:comments?|views))\b"
    r"(?!\s+(?:continued\s+|kind\s+)?(?:help|support|co-?operation|patience|time|assistance))"
    rf"|\b{_WE}(?:'re|'m)?\s+{_ADVERBS}(?:after|seeking|collecting|gathering|looking\s+for)\s+"
    r"[^.;?!\n]{1,80}?\bfrom\s+(?:you\b|schools\b|(?:each|every|all)\s+\w+)"
)
_SURE = re.compile(_SURELY, re.IGNORECASE)
_WISH = re.compile(_WISHES, re.IGNORECASE)
_PASSIVE = re.compile(_WANTED, re.IGNORECASE)
_SHORT = re.compile(_LOOKING, re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|never|no longer)\b|n't\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(?:need|want|like|wish|hope)\s+(?:to\s+)?(?:thank|remind|invite|offer|let\s+you|share|draw"
    r"|apologi[sz]e|say\s+thank)\b|\bwe\s+(?:need|require)\s+(?:no|nothing|neither)\b",
    re.IGNORECASE,
)


def wished(text: str) -> int | None:
    """Return where what is wished for begins in a sentence, or None if it wishes for nothing.

    ``text`` is a sentence in plain shape. What is wished for in the passive begins at the start.
    """
    if _CHANGES.search(text):
        return None
    for pattern in (_WISH, _SHORT):
        for found in pattern.finditer(text):
            if not denied(text, found.start(), found.start()) and not _NOT.search(found.group()):
                return found.end()
    passive = _PASSIVE.search(text)
    if passive and not denied(text, passive.start(), passive.end()):
        return passive.end() if passive.group().rstrip().endswith((":", "-")) else 0
    return None


def surely_wished(text: str) -> tuple[int, int] | None:
    """Return where a sentence wishes to be told something, also in a text that may ask nothing."""
    if _CHANGES.search(text):
        return None
    for found in _SURE.finditer(text):
        if not denied(text, found.start(), found.end()) and not _NOT.search(found.group()):
            return found.span()
    return None
