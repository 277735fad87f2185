"""The submission document: what an officer puts to the gate, as one JSON object.

Pages, commands and the API share it. Reading is strict about types and lenient about what is not
said yet, because a draft is a document too; what a submission needs is checked at submission.
"""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from directory.audience import Audience
from directory.kinds import PHASES, TYPES
from foundation.errors import Refusal
from gatekeeping.models import Kind

MOST_TEXT = 250_000
MOST_ITEMS = 500
Text = Annotated[str, Field(max_length=MOST_TEXT)]
Line = Annotated[str, Field(max_length=2_000)]
Urn = Annotated[int, Field(ge=0, le=99_999_999)]
"""A URN of six digits, or a college's UKPRN of eight; a larger number fits no column."""
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""Beyond these a day is a slip, and counting on from it leads out of the calendar."""
Day = Annotated[
    Annotated[date, Field(ge=EARLIEST, le=LATEST)] | None,
    BeforeValidator(lambda value: None if value == "" else value),
]

ORIGINS = ("statute", "dfe", "grant", "contract", "policy", "member", "other")
ROLES = (
    "head",
    "deputy",
    "teacher",
    "business_manager",
    "clerk",
    "office",
    "governor",
    "unknown",
)
TIMES_A_YEAR = {
    "once": 1,
    "year": 1,
    "term": 3,
    "half_term": 6,
    "month": 11,
    "week": 39,
    "day": 190,
}


class DocumentError(Refusal):
    """A document that cannot be read. ``problems`` names each field with what is wrong."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        listed = "; ".join(
            f"{field}: {problem}" if field else problem for field, problem in problems
        )
        super().__init__(f"The submission document cannot be read. {listed}.")
        self.problems = problems


class Part(BaseModel):
    """A part of a document: unknown keys are passed over, values are never coerced silently.

    What is null is not given.
    """

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _given(cls, value: object) -> object:
        if isinstance(value, dict):
            return {key: one for key, one in value.items() if one is not None}
        return value

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: object) -> object:
        """Leave out what no database can hold: NUL characters and halves of characters."""
        if isinstance(value, str):
            return value.replace("\x00", "").encode(errors="replace").decode()
        if isinstance(value, list):
            return [cls._storable(one) for one in value]
        return value


class Item(Part):
    """One thing asked for."""

    # Evidence points into the text as it was given, so its outer spaces stay.
    model_config = ConfigDict(str_strip_whitespace=False)

    name: Line = ""
    definition: Text = ""
    why: Text = ""
    personal: bool = False
    in_mis: bool = False
    code: Line = ""
    asked_by: Line = ""
    """Of what was joined: the numbers for which it is asked, with commas between; else empty."""


class AudienceWords(Part):
    """Which schools, in the words of the document."""

    urns: list[Urn] = Field(default_factory=list, max_length=30_000)
    phases: list[str] = Field(default_factory=list, max_length=1_000)
    types: list[str] = Field(default_factory=list, max_length=1_000)
    districts: list[str] = Field(default_factory=list, max_length=1_000)
    trusts: list[str] = Field(default_factory=list, max_length=1_000)
    all: bool = False

    @field_validator("phases")
    @classmethod
    def _known_phases(cls, phases: list[str]) -> list[str]:
        return _known(phases, PHASES, "phase")

    @field_validator("types")
    @classmethod
    def _known_types(cls, types: list[str]) -> list[str]:
        return _known(types, TYPES, "type")

    def as_audience(self) -> Audience:
        """Return the audience that the directory understands."""
        return Audience(
            all=self.all,
            phases=tuple(self.phases),
            types=tuple(self.types),
            districts=tuple(self.districts),
            trusts=tuple(self.trusts),
            urns=tuple(self.urns),
        )


class Frequency(Part):
    """How often it is asked in a year: ``times`` per ``per``."""

    times: int = Field(default=1, ge=1, le=1000)
    per: Literal["once", "year", "term", "half_term", "month", "week", "day"] = "once"

    @property
    def times_a_year(self) -> int:
        """Return the yearly count (design.md: a term 3, a month 11, a week 39 ...)."""
        return self.times * TIMES_A_YEAR[self.per]


class Minutes(Part):
    """Minutes of one person at one school for one round."""

    read: int = Field(default=0, ge=0, le=100_000)
    gather: int = Field(default=0, ge=0, le=100_000)
    complete: int = Field(default=0, ge=0, le=100_000)
    check: int = Field(default=0, ge=0, le=100_000)
    send: int = Field(default=0, ge=0, le=100_000)

    @property
    def total(self) -> int:
        """Return all minutes together."""
        return self.read + self.gather + self.complete + self.check + self.send


class Effort(Part):
    """What one kind of staff does at each school."""

    role: Literal[
        "head", "deputy", "teacher", "business_manager", "clerk", "office", "governor", "unknown"
    ] = "unknown"
    people: int = Field(default=1, ge=0, le=1000)
    minutes: Minutes = Minutes()
    asked_by: Line = ""
    """Of what was joined: the numbers of which the schools do this, with commas between."""
    schools: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    """At how many schools, where that is not all of them."""


class Costs(Part):
    """Pence per school and round, beside staff time."""

    print: int = Field(default=0, ge=0, le=100_000_000)
    post: int = Field(default=0, ge=0, le=100_000_000)
    courier: int = Field(default=0, ge=0, le=100_000_000)
    licence: int = Field(default=0, ge=0, le=100_000_000)

    @property
    def total(self) -> int:
        """Return all pence together."""
        return self.print + self.post + self.courier + self.licence


class SubmissionDocument(Part):
    """One submission, as a draft, as submitted, or as somebody else's file."""

    # Evidence points into the text as it was given, so its outer spaces stay.
    model_config = ConfigDict(str_strip_whitespace=False)

    kind: Kind = Kind.COMMUNICATION
    title: Annotated[str, Field(max_length=300)] = ""
    purpose: Text = ""
    decision_maker: Line = ""
    body: Text = ""
    origin: Literal["statute", "dfe", "grant", "contract", "policy", "member", "other"] = "other"
    legal_claim: Text = ""
    items: list[Item] = Field(default_factory=list, max_length=MOST_ITEMS)
    audience: AudienceWords = AudienceWords()
    categories: list[str] = Field(default_factory=list, max_length=85)
    frequency: Frequency = Frequency()
    send_on: Day = None
    due_on: Day = None
    as_at: Day = None
    effort: list[Effort] = Field(default_factory=list, max_length=50)
    costs_pence: Costs = Costs()
    expected_response: float = Field(default=1.0, ge=0, le=1)
    reminders: int = Field(default=0, ge=0, le=100)
    reply_by: Literal["portal", "email", "post", "none"] = "none"
    signature: Literal["none", "login", "ink", "deed"] = "none"
    personal_data: Literal["none", "names", "special", "children_at_scale"] = "none"
    dpia: Line = ""
    attachments: list[str] = Field(default_factory=list, max_length=100)
    results_back: Text = ""
    renews: Line = ""
    used_before: Text = ""
    number: Line = ""
    voluntary: bool = False
    chase_minutes: int = Field(default=0, ge=0, le=100_000)
    period: Line = ""
    audience_text: Line = ""
    author: Line = ""
    team: Line = ""
    emergency: bool = False
    emergency_grounds: Text = ""
    budget_owner: Line = ""
    """E-mail address of whose budget gains by the answers; that person decides nothing (4.4)."""
    retention: Text = ""
    if_not: Text = ""
    """What happens if it is not collected."""
    asked_elsewhere: Text = ""
    """Who else was asked for it, and what they said."""

    @classmethod
    def read(cls, document: dict[str, Any]) -> Self:
        """Read a document; raises DocumentError naming every field that is wrong."""
        try:
            return cls.model_validate(document)
        except ValidationError as fault:
            raise DocumentError(
                [
                    (".".join(str(part) for part in error["loc"]), _plain(error["msg"]))
                    for error in fault.errors()
                ]
            ) from fault

    def as_json(self) -> dict[str, Any]:
        """Return the document as JSON values, complete, for storing or printing."""
        return self.model_dump(mode="json")


def _known(values: list[str], table: dict[str, frozenset[str]], what: str) -> list[str]:
    unknown = [value for value in values if value not in table]
    if unknown:
        listed = ", ".join(sorted(table))
        message = f"“{unknown[0]}” is not a {what} of school; use {listed}"
        raise ValueError(message)
    return values


def _plain(message: str) -> str:
    return (
        message.removeprefix("Value error, ")[:1].lower()
        + message.removeprefix("Value error, ")[1:]
    )
