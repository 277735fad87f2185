"""The words of asking that stand before what is asked: "We should like to know ..."."""

import re

_KNOWING = (
    r"(?:know|see|hear|have|get|receive|learn|understand|find out|be told|be sent|be given|supply"
    r"|collect|return)"
)
LONGEST_PHRASE = 600
_ASKERS = (
    r"(?:(?!\b(?:you|your|pupils?|children|parents?|staff|teachers?|governors?|famil\w+|students?)\b)"
    r"[^.;:?]){0,90}?"
)
_PREAMBLE = re.compile(
    rf"^{_ASKERS}"
    r"(?:'d)?(?: (?:are|am|is|would|should|do|must|now|also|all|will|only|really|just))*"
    r" (?:(?:need|want|wish|like|ask|require|must|interested|collecting|asked|after)(?:s|ing)?"
    rf"(?: (?:us|you|schools))?(?: to)? {_KNOWING}\b"
    r"|(?:asks?|asking|looking|interested|sight)(?: you| schools)? (?:for|in|of))"
    r"(?: (?:of|about|for|in|us|me|sight of|a|the))*\s"
    r"|^(?:we|i)(?:'d)? (?:\w+ )?(?:need|want|wish|require|are collecting|am after|are after)\b"
    r"|^(?:please |kindly |pls |(?:could|can|would) you (?:please )?|schools (?:must|should) )?"
    r"(?:let (?:us|me) (?:know|have)|tell (?:us|me)|send (?:us|me|in)|give (?:us|me)"
    r"|show (?:us|me)|fill in|write in|enter)(?: (?:of|about))?\s"
    r"|^(?:please|kindly|pls|(?:could|can|would) you(?: please)?) "
    r"(?:send|give|state|supply|provide|return|complete|list|export|upload|say|report|confirm"
    r"|share|indicate|attach|submit|record|note|add|tick|mark|count|set out)(?: (?:of|about))?\s",
    re.IGNORECASE,
)


def asked_part(text: str) -> str:
    """Return a phrase without the words of asking that stand before what is asked."""
    return _PREAMBLE.sub(" ", text, count=1) if len(text) < LONGEST_PHRASE else text
