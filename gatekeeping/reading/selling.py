"""Finding words that sell something: prices, offers, and the names of services that are sold."""

import csv
import re
from dataclasses import dataclass
from functools import cache

from gatekeeping.reading.denial import denied
from gatekeeping.reading.plain import sentences
from gatekeeping.reading.words import DATA

FEWEST_WORDS = 3
"""A service's name with fewer words ("Catering") is also a plain word of every letter."""

_MONEY = r"£\s?\d[\d,]*(?:\.\d\d)?"
_STRONG = re.compile(
    r"\bearly[-\s]?birds?\b|\bspecial\s+(?:offers?|rates?|prices?)\b|\bintroductory\s+(?:offer"
    r"|price|rate)s?\b"
    r"|\b(?:exclusive|limited|great|unbeatable|fantastic)[-\s](?:time[-\s])?(?:offers?|deals?"
    r"|discounts?|savings)\b"
    r"|\bfree\s+(?:trial|demo(?:nstration)?|quote|quotation|no[-\s]obligation)\b"
    r"|\bno[-\s]obligation\b"
    r"|\bprice\s+lists?\b|\bmoney[-\s]back\b|\bterms\s+and\s+conditions\s+of\s+sale\b"
    r"|\bbuy\s+one\b|\bpromo(?:tional)?"
    r"\s+codes?\b|\bdiscount\s+codes?\b|\b\d{1,2}\s?%\s+(?:off|discount)\b|\bdiscounts?\s+(?:of"
    r"|for|if|when|on|available)\b"
    r"|\b(?:SLA|service\s+level\s+agreement|traded\s+services?|subscription"
    r"|membership)s?\s+(?:\w+\s+){0,2}?(?:offers?"
    r"|brochure|packages?|prices?|pricing|renewals?|options?|menu|catalogue|charges|sign[-\s]?up)\b"
    r"|\b(?:renew|buy|purchase|extend|upgrade)\s+(?:into\s+)?(?:your\s+|our\s+|the\s+"
    r"|an?\s+)(?:\w+\s+){0,3}?(?:SLA"
    r"|subscription|package|membership|licen[cs]e|contract\s+with\s+us"
    r"|service\s+level\s+agreement|traded\s+service)\b"
    r"|\b(?:gold|silver|bronze|platinum)\s+(?:package|level|tier|membership)s?\b"
    r"|\bdon't\s+miss\s+(?:out|this)\b"
    r"|\bplaces\s+are\s+(?:limited|going\s+fast|filling)\b[^.]{0,40}\bbook\b"
    r"|\bmarket[-\s]leading\b|\baward[-\s]winning\b"
    r"[^.\n]{0,60}\b(?:product|software|service|app|platform|company|provider|resources?)\b"
    r"|\b(?:visit|browse)\s+our\s+(?:online\s+)?(?:shop|store|catalogue|brochure)\b"
    r"|\bour\s+(?:sales|commercial)\s+team\b"
    r"|\badd\s+to\s+(?:basket|cart)\b|\border\s+(?:now|today)\b|\bbuy\s+now\b"
    r"|\btrusted\s+by\s+(?:over\s+)?[\d,]+\b"
    r"|\bask\s+(?:us\s+)?for\s+a\s+quot(?:e|ation)\s+(?:today|now)\b"
    r"|\bsave\s+(?:money\s+)?on\s+your\s+current\b|\bswitch\s+to\s+(?:us|our)\b"
    r"|\bgreat\s+value\b|\bunbeatable\b|\bcompetitive(?:ly)?[-\s]+pric\w+",
    re.IGNORECASE,
)
_BUY_BACK = re.compile(
    r"\bbuy(?:ing)?[-\s]?back\b|\bbuy(?:ing)?[-\s]in\s+(?:to\s+)?(?:our|the|this)\b", re.IGNORECASE
)
_BOOK = re.compile(
    r"\bbook\s+(?:now|today|early|online\s+now|your\s+(?:places?|tickets?)\s+(?:now|today|early))\b"
    r"|\bto\s+(?:book|buy|order|purchase)\b[^.\n]{0,30}\b(?:call|visit|contact|e-?mail)\b",
    re.IGNORECASE,
)
_SOLD_BY = r"(?:pupils?|schools?|members?|places?|sessions?|half|full|non-members?)"
_BOOKING = re.compile(
    r"\bbook(?:ings?)?\s+(?:by|via|through|online|at|with|a\s+place|your\s+place)\b", re.IGNORECASE
)
_PRICE = re.compile(
    rf"{_MONEY}\s*(?:\+\s*VAT\s*)?(?:(?:plus|ex\w*|inc\w*)\s+VAT\s*)?(?:per|a|an|each|/"
    rf"|pp\b|for(?=\s+(?:an?|one|each|the\s+first|\d|{_SOLD_BY})\b))\s*(?:the\s+)?"
    r"(?:\w+\s+){0,2}?(?:pupil|school|session|day|half|delegate|place|person|licen[cs]e|hour|year"
    r"|annum|visit|workshop"
    r"|term|month|week|head|unit|class|copy|ticket|first|member|course|subscription)?"
    rf"|\b(?:from|only|just|at|costs?|prices?\s+(?:start|from)|price|priced|fee"
    rf"|charge[ds]?)\s+(?:\w+\s+){{0,3}}?{_MONEY}"
    rf"|{_MONEY}\s*(?:\+|plus|ex)\s*VAT",
    re.IGNORECASE,
)
_NO_PRICE = re.compile(
    r"\b(?:grants?|funding|funded|budgets?|allocat\w+|(?:pupil|sports?|PE|early\s+years)\s+premium|saved?|savings?|spent|spend|receive"
    r"|paid\s+to|award\w*"
    r"|fines?|penalt\w+|salary|pay\s+(?:award|rise)|donat\w+|raised?|costs?\s+(?:of\s+)?(?:your"
    r"|the\s+school)|bursar\w+"
    r"|vouchers?|reimburs\w+|threshold|limit|levy|deficit|balance)\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\bwe\s+(?:are\s+(?:pleased|delighted|excited)\s+to\s+(?:offer|launch|introduce"
    r"|announce\s+our)|offer\s+(?:a|an|our"
    r"|schools?\s+(?:a|an|our)|competitive|bespoke|tailored|packages)|can\s+offer\s+(?:you|your"
    r"|schools?))\b"
    r"|\bour\s+(?:\w+\s+){0,3}?(?:packages?|products?|range|brochure|workshops|solutions?"
    r"|software|platform|app|resources"
    r"\s+packs?|training\s+offer|traded\s+(?:offer|services?))\b|\bpackages?\s+(?:start|available"
    r"|includes?|from)\b"
    r"|\bsubscri(?:be|ption)s?\b|\bbespoke\b|\bvalue\s+for\s+money\b|\bpurchase\s+orders?\b"
    r"|\border\s+forms?\b"
    r"|\btraded\s+services?\b|\bSLAs?\b|\bservice\s+level\s+agreements?\b|\bsponsored\s+by\b"
    r"|\bquote\s+for\b"
    r"|\binvoice\s+(?:will|for)\b|\bcharge(?:d|s|able)?\b|\bplaces\s+are\s+limited\b"
    r"|\blimited\s+places\b|\bpurchase\b"
    r"|\bdiscount\w*\b|\bsign\s+up\s+to\s+our\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:free(?:\s+of\s+charge)?|no\s+(?:charge|cost)|fully\s+funded"
    r"|at\s+no\s+cost)\b(?!\s+(?:trial|demo|quote|school"
    r"|meal))",
    re.IGNORECASE,
)
_SURVEYS = re.compile(
    r"^\W*(?:\(?\w{1,3}[.)]\s*)?(?:which|what|do|did|does|have|has|how|are|is|when)\b.*\?"
    r"|\btell\s+us\b|\blet\s+us\s+know\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Selling:
    """A place that sells, and how much it weighs: 2 speaks for itself, 1 needs another."""

    start: int
    end: int
    kind: str
    weight: int


def selling(text: str) -> list[Selling]:
    """Return the words of a text that sell something, each kind's weight as it stands there."""
    found: list[Selling] = []
    free = bool(_FREE.search(text))
    for piece in sentences(text):
        said = piece.text
        asked = bool(_SURVEYS.search(said))
        for kind, pattern, weight in (
            ("offer", _STRONG, 2),
            ("buy back", _BUY_BACK, 1 if asked else 2),
            ("book now", _BOOK, 1 if free else 2),
            ("price", _PRICE, 1),
            ("words", _OFFER, 1),
            ("booking", _BOOKING, 1),
        ):
            for match in pattern.finditer(said):
                if denied(said, *match.span()) or (kind == "price" and _NO_PRICE.search(said)):
                    continue
                start, end = piece.start + match.start(), piece.start + match.end()
                found.append(Selling(start, end, kind, weight))
        found += [
            Selling(piece.start + match.start(), piece.start + match.end(), "service", 1)
            for match in _services().finditer(said)
        ]
    return found


def sells(found: list[Selling]) -> bool:
    """Tell whether what was found is enough to call a text selling.

    Something that speaks for itself, or two kinds that do not: the name of a service with a
    price, a price with "our packages". The name of a service with "SLA" alone is none: schools
    are told about services that they have.
    """
    if any(one.weight > 1 for one in found):
        return True
    kinds = {one.kind for one in found}
    return ("price" in kinds and len(kinds) > 1) or {"book now", "words"} <= kinds


@cache
def _services() -> re.Pattern[str]:
    with (DATA / "traded_service_names.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["service"] for row in csv.DictReader(stream)]
    plain = {re.sub(r"\s*\([^)]*\)|:.*$", "", name).strip() for name in names}
    long = sorted(
        (name for name in plain if len(name.split()) >= FEWEST_WORDS),
        key=lambda name: (-len(name), name),
    )
    words = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in long)
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
