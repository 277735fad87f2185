"""Ways of asking that name no thing, but say where or by when the answer goes."""

import re

_DAY = (
    r"(?:\d|noon|midday|midnight|(?:the\s+)?(?:end|close|last|first|date|deadline)"
    r"|mon|tues?|wed|thurs?|fri|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|tomorrow"
    r"|today|next|this)\w*"
)
_FROM = r"from\s+(?:you\b|schools\b|(?:each|every|all|your)\s+\w+)"
RETURNING = re.compile(
    # "Answer in the portal by 29 January", "complete it online by Friday"
    r"(?:^\W{0,3}|[,;:(]\s{0,2}|\b(?:please|kindly|and|then|must|should|to|you(?:\s+can)?|schools"
    r"|all)"
    r"\s{1,2})(?:answer|respond|reply|(?:complete|submit|return|do|enter)\s+(?:it|this|them|these"
    r"|so|all)|fill\s+(?:it|this|them)\s+in)\b[^.;!?\n]{0,60}?"
    rf"(?:\b(?:in|on|through|via|using)\s+(?:the|this|our)\s+(?:\w+\s+)?portal\b"
    rf"|\b(?:by|before|no\s+later\s+than|on\s+or\s+before)\s+{_DAY})"
    # "please forward your risk assessments to us"
    r"|\b(?:please|kindly|must|should)\s+(?:send|forward|return|e-?mail|pass|bring)\s+(?:your|the"
    r"|an?|all)\s+[^.;!?\n]{1,60}?\bto\s+(?:us|me)\b"
    # "we need the number of year 6 pupils from every school"
    r"|\bwe\s+(?:\w+ly\s+|also\s+|now\s+|still\s+)?(?:need|require|want)\s+(?:the|an?|all|some)\s+"
    rf"[^.;!?\n]{{1,80}}?\b{_FROM}",
    re.IGNORECASE,
)
