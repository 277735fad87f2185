"""A large register of varied requests, in which the hand-written ones are to be found.

Every request asks one to five of the things of the thesaurus by any of their names, as items or in
prose, of some schools, for some time, for some reason. The same things so occur hundreds of times.
"""

from collections.abc import Container, Iterator
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from gatekeeping.thesaurus.concepts import every

SEED = 888
TODAY = date(2026, 11, 22)
DAYS = 720
TEAMS = (
    ("Admissions", "Attendance", "Catering", "Property", "Energy", "Finance", "Human Resources"),
    ("School Improvement", "Public Health", "Inclusion", "Early Years", "Virtual School"),
    ("Transport", "Governor Services", "Libraries", "Safety", "Procurement", "Music Service"),
    ("Youth Service", "Road Safety", "Fire and Rescue", "Police", "Community NHS Trust"),
    ("Ambulance Service", "University", "Museum Trust", "Sports Partnership", "Data Team"),
)
PLACES = ("Burnley", "Chorley", "Hyndburn", "Lancaster", "Pendle", "Preston", "Rossendale", "Wyre")
WHO: tuple[dict[str, Any], ...] = (
    {"audience": {"all": True}},
    {"audience": {"all": True}},
    {"audience": {"phases": ["primary"]}},
    {"audience": {"phases": ["secondary"]}},
    {"audience": {"types": ["special"]}},
    {"audience": {"types": ["maintained"]}},
    {"audience_text": "all schools"},
    {"audience_text": "primary schools"},
    {"audience_text": "high schools and sixth forms"},
    {},
)
ASKS = (
    "Please tell us {}.",
    "We would like to know {}.",
    "Could you let us have {}?",
    "Would you send us details of {}?",
    "How do things stand with {}?",
    "Schools are asked to report {}.",
    "We are collecting information about {}.",
    "Please complete the form about {}.",
    "Kindly provide {}.",
    "What can you tell us about {}?",
    "Please set out {} for your school.",
    "We need figures on {}.",
)
WHY = (
    "This will help us plan services for next year.",
    "The committee considers a report in the spring.",
    "A bid for funding has to be written.",
    "The contract ends soon and has to be let anew.",
    "An auditor has asked what we know.",
    "We want to see where help is needed most.",
    "The board of the partnership wants to compare districts.",
    "A new national scheme begins and places are limited.",
    "Councillors have asked how schools are doing.",
    "We are checking that our records are right.",
)
ENDS = (
    "Thank you for your help.",
    "If you have a question, ring the office.",
    "A nil return is welcome.",
    "Short answers will do.",
    "We know that you are busy and have kept this brief.",
    "",
)
TITLES = (
    "{}",
    "{} return",
    "Survey: {}",
    "{} - information request",
    "Data on {}",
    "{}: your help",
)
PERIODS = (
    "autumn term {}",
    "spring term {}",
    "summer term {}",
    "{}/{}",
    "financial year {}/{}",
    "",
)


OLD = 300
"""Days: what a hand-written request asks too was asked so long before, or it would be the same."""
HALF = 0.5
SOME = 0.3


def documents(
    how_many: int, *, asked: Container[str] = (), seed: int = SEED
) -> Iterator[dict[str, Any]]:
    """Yield documents, the oldest first, the same ones for the same seed.

    What asks for one of the things ``asked`` is of another year than this.
    """
    random = Random(seed)
    for place in range(how_many):
        sent = TODAY - timedelta(days=round(DAYS * (1 - place / how_many)))
        yield document(random, sent, asked)


def document(random: Random, sent: date, asked: Container[str] = ()) -> dict[str, Any]:
    """Return one request that was sent on that day."""
    chosen = [random.choice(things()) for _ in range(random.choice((1, 1, 2, 2, 3, 5)))]
    names = [random.choice(names) for _, names in chosen]
    if any(key in asked for key, _ in chosen):
        sent = min(sent, TODAY - timedelta(days=random.randrange(OLD, DAYS)))
    given: dict[str, Any] = {
        "kind": "data_request",
        "title": random.choice(TITLES).format(names[0]).capitalize()[:200],
        "team": random.choice(random.choice(TEAMS)),
        "send_on": sent.isoformat(),
        "due_on": (sent + timedelta(days=28)).isoformat(),
        "period": _period(random, sent),
        **random.choice(WHO),
    }
    place = f" in {random.choice(PLACES)}" if random.random() < SOME else ""
    if random.random() < HALF:
        given["items"] = [{"name": name.capitalize()} for name in names]
        ask = random.choice(ASKS).format("what is listed below")
    else:
        ask = " ".join(random.choice(ASKS).format(name) for name in names)
    words = [f"Dear colleague, we write to schools{place}.", ask, random.choice(WHY)]
    if random.random() < HALF:
        given["purpose"] = words.pop()
    random.shuffle(words)
    given["body"] = " ".join([*words, random.choice(ENDS)]).strip()
    return given


@cache
def things() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what schools are asked about: the key and the names of each thing."""
    return tuple((one.key, (one.label, *one.names)) for one in every().values())


def _period(random: Random, sent: date) -> str:
    year = sent.year
    return random.choice(PERIODS).replace("{}/{}", f"{year}/{year % 100 + 1}").format(year)
