"""Telling an ask from an invitation to get in touch, and from what is done or is others' work."""

import re

_INVITATION = re.compile(
    r"\b(?:if|should|where|when|whenever|in\s+case)\s+(?:you|your\s+\w+|schools?|(?:any"
    r"|some)(?:one|thing"
    r"|body)?|there|"
    r"parents|it|families|staff|colleagues|a\s+\w+|they|this|pupils)\b[^.;!?\n]{0,30}?\b(?:have"
    r"|has|need|needs"
    r"|require|want|wish|would\s+like|'d\s+like|are\s+(?:unsure|interested|concerned|not\s+sure"
    r"|worried"
    r"|unable|having)|spot|notice|see|find|feel|experience|encounter|get\s+stuck|lose|think"
    r"|prefer|suspect"
    r"|is\s+(?:anything|wrong|missing|unclear|a\s+problem)|are\s+(?:any\s+)?(?:problems|errors"
    r"|changes)"
    r"|goes\s+wrong|changes?|cannot|can't|do\s+not|don't|receive|know\s+of|become|asks|leaves|joins"
    r"|moves|arrives|reports|is\s+(?:hurt|injured|absent|excluded|off)|typed|lost|stolen|broken"
    r"|fails)\b",
    re.IGNORECASE,
)
_CONTACT_ONLY = re.compile(
    r"\b(?:let\s+(?:us|me)\s+know|tell|contact|call|ring|e-?mail|inform|notify|write|speak|text"
    r"|get\s+in"
    r"\s+touch|reply|respond|confirm|send\s+(?:us|me))\b|\bget\s+back\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:thank\s+you|thanks|grateful\s+to\s+(?:all|every\w*|those))\b[^.!?\n]{0,20}\b(?:for"
    r"|to)\b(?!\s+(?:your\s+)?(?:reply"
    r"|return|"
    r"respond)\w*\s+by)|\b(?:have|has|had)\s+(?:already\s+|now\s+)?(?:been\s+)?(?:returned"
    r"|completed"
    r"|submitted|sent|provided|supplied|responded|replied|told|given|confirmed|filled)\b"
    r"|\bwe\s+(?:will|shall|can|'ll|are\s+going\s+to)\s+(?:also\s+|then\s+)?(?:return|send"
    r"|complete|provide"
    r"|supply|confirm|let\s+you|give|submit|report|share|respond|reply|e-?mail|make|fill|record"
    r"|forward)\b"
    r"|\b(?:answers?|repl(?:y|ies)|results?|figures?|data|numbers|responses?|information|survey"
    r"|this|that|it|which|these|they)\s+(?:will|can|may|would|could)\s+(?:also\s+|then\s+"
    r"|help\s+(?:to\s+)?)?(?:show|tell|give|let|inform)\b"
    r"|\b(?:what(?:ever)?|anything|everything|information|data|figures|details|answers?|numbers"
    r"|names)\s+(?:that\s+)?you\s+(?:tell|give|send|provide|supply|share|submit|return)\b"
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
_ABOUT_HELP = re.compile(
    r"\b(?:questions?|quer(?:y|ies)|concerns|(?:for|need|want|require|any|seek|like)\s+(?:(?:any"
    r"|some|more"
    r"|further|additional)\s+)*(?:help|support|advice|assistance|information|details|copies"
    r"|clarification"
    r"|guidance))\b",
    re.IGNORECASE,
)
_MUST_ANSWER = re.compile(
    r"\b(?:how\s+many|how\s+much|whether|which)\b|\b(?:complet\w*|fill\w*|return\w*|submit"
    r"|answer)\b"
    r"[^.]{0,40}\b(?:survey|questionnaire|form|spreadsheet|template|slip|return)s?\b"
    r"|\bfill\s+(?:it|this|them)\s+in\b",
    re.IGNORECASE,
)


def not_to_us(text: str, match: re.Match[str]) -> bool:
    """Tell whether this is only an invitation, is over, or goes to somebody else."""
    if excused(text):
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


def excused(text: str) -> bool:
    """Tell whether a sentence only invites those to get in touch who need something."""
    if not _CONTACT_ONLY.search(text) or _MUST_ANSWER.search(text):
        return False
    return bool(_ABOUT_HELP.search(text) or _INVITATION.search(text))
