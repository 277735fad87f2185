"""Composing what officers send: submission documents out of the texts in ``data/letters.toml``."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from foundation.dates import day

DATA = Path(__file__).parent / "data" / "letters.toml"
VENUES = (
    "Woodlands Conference Centre",
    "the County Hall annexe",
    "Bay View Teachers’ Centre",
    "Ribble Valley Learning Hub",
    "the Pennine Professional Centre",
    "Moor Park Training Rooms",
)
SUMMER_STARTS, AUTUMN_STARTS = 4, 9
SATURDAY = 5
SHORT_LIST, LONG_LIST = 6, 19
NO_SCHOOL = ((8, 1, 31), (12, 21, 31), (1, 1, 3))
"""Days without school, month by month: nothing is sent in the holidays."""
AUDIENCES: Mapping[str, dict[str, Any]] = {
    "all": {"all": True},
    "primary": {"phases": ["primary"]},
    "secondary": {"phases": ["secondary"]},
    "special": {"types": ["special"]},
    "maintained": {"types": ["maintained"]},
}


@dataclass(frozen=True, eq=False)
class Letter:
    """One text that may be sent again and again, with its blanks still empty."""

    key: int
    team: str
    title: str
    body: str
    purpose: str
    months: tuple[int, ...]
    audience: str
    categories: tuple[str, ...]
    topics: tuple[str, ...]
    more: dict[str, Any]

    @property
    def asks(self) -> bool:
        """Tell whether it asks schools for something."""
        return self.more.get("kind") == "data_request"


@dataclass(frozen=True)
class Places:
    """What audiences are chosen from: districts by name, URNs of open schools, kinds there are."""

    districts: Sequence[str]
    urns: Sequence[int]
    kinds: frozenset[str]


@cache
def texts() -> dict[str, Any]:
    """Return the file of texts."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@cache
def letters() -> tuple[Letter, ...]:
    """Return every letter, in the order of the file."""
    return tuple(
        Letter(
            key=number,
            team=letter["team"],
            title=letter["title"],
            body=letter["body"].strip(),
            purpose=letter["purpose"],
            months=tuple(letter["months"]),
            audience=letter["audience"],
            categories=tuple(letter["categories"]),
            topics=tuple(letter.get("topics", ("",))),
            more=letter,
        )
        for number, letter in enumerate(texts()["letter"])
    )


def compose(
    letter: Letter,
    *,
    topic: str,
    send_on: date,
    places: Places,
    author: str,
    renews: str = "",
    random: Random,
) -> dict[str, Any]:
    """Return the submission document of a letter sent on a day."""
    due_on = school_day(send_on + timedelta(days=letter.more["due"])) if letter.asks else None
    district = random.choice(places.districts)
    blanks = {
        "date": day(school_day(send_on + timedelta(days=random.randrange(16, 40)))),
        "due": day(due_on) if due_on else "",
        "term": term(send_on),
        "year": school_year(send_on),
        "venue": random.choice(VENUES),
        "district": district,
    }
    blanks["topic"] = topic.format_map(blanks)
    spare = texts()["more"] if letter.asks else texts()["more"] + texts()["telling"]
    more = random.sample(spare, 2 if letter.asks else 3)
    ending = " ".join(random.sample(texts()["endings"][letter.team], 2))
    document: dict[str, Any] = {
        "kind": "data_request" if letter.asks else "communication",
        "title": letter.title.format_map(blanks),
        "purpose": letter.purpose,
        "decision_maker": f"Head of {letter.team}",
        "body": "\n\n".join([letter.body.format_map(blanks), *more, ending]),
        "origin": letter.more.get("origin", "policy"),
        "legal_claim": letter.more.get("legal_claim", ""),
        "audience": _audience(letter, district, places, random),
        "categories": list(letter.categories),
        "send_on": send_on.isoformat(),
        "author": author,
        "team": letter.team,
        "renews": renews,
    }
    return document | _request(letter, due_on, renews) if due_on else document


def term(on: date) -> str:
    """Return the school term of a day, in words."""
    if on.month >= AUTUMN_STARTS:
        return "autumn term"
    return "spring term" if on.month < SUMMER_STARTS else "summer term"


def school_year(on: date) -> str:
    """Return the school year of a day as people write it: 2026/27."""
    start = on.year if on.month >= AUTUMN_STARTS else on.year - 1
    return f"{start}/{(start + 1) % 100:02d}"


def school_day(on: date) -> date:
    """Return the day itself, or the next one after a weekend or the holidays."""
    while on.weekday() >= SATURDAY or any(
        on.month == month and first <= on.day <= last for month, first, last in NO_SCHOOL
    ):
        on += timedelta(days=1)
    return on


def _request(letter: Letter, due_on: date, renews: str) -> dict[str, Any]:
    more = letter.more
    return {
        "items": [
            {"name": name, "personal": personal, "in_mis": in_mis, "why": letter.purpose}
            for name, personal, in_mis in more["items"]
        ],
        "due_on": due_on.isoformat(),
        "effort": [
            {
                "role": role,
                "people": 1,
                "minutes": {
                    "read": 3,
                    "gather": minutes - minutes // 2,
                    "complete": minutes // 2,
                    "check": 2,
                    "send": 1,
                },
            }
            for role, minutes in more["effort"]
        ],
        "expected_response": 0.9,
        "reminders": 1,
        "chase_minutes": 3,
        "reply_by": "portal",
        "signature": more.get("signature", "none"),
        "personal_data": more.get("personal", "none"),
        "dpia": more.get("dpia", ""),
        "results_back": "Each school gets its own figures beside the county’s.",
        "used_before": "Support was moved to the schools that asked for it." if renews else "",
    }


def _audience(letter: Letter, district: str, places: Places, random: Random) -> dict[str, Any]:
    if letter.audience == "district":
        return {"districts": [district]}
    if letter.audience == "list":
        count = min(random.randrange(SHORT_LIST, LONG_LIST), len(places.urns))
        return {"urns": sorted(random.sample(list(places.urns), count))}
    kind = letter.audience if letter.audience in places.kinds else "all"
    return dict(AUDIENCES[kind])
