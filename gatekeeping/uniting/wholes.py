"""Writing the document of a whole: the parent's, with what the child brings, each marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from foundation.errors import Refusal
from gatekeeping.documents import MOST_ITEMS, MOST_TEXT, AudienceWords, Item, SubmissionDocument
from gatekeeping.models import Kind
from gatekeeping.uniting.pairing import Take
from gatekeeping.uniting.reaching import Counts
from gatekeeping.wording import audience_in_words

LEVELS: Final = ("none", "names", "special", "children_at_scale")
"""Personal data from the lightest to the heaviest."""
LINE = 2_000
JOINED_TEXTS: Final = ("purpose", "legal_claim", "results_back")


class CannotUniteError(Refusal):
    """The two cannot be one submission; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Side:
    """A submission as the whole names it: number, title, who asks, its document, its files."""

    number: str
    title: str
    owner: str
    document: SubmissionDocument
    files: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Whole:
    """The document of both, and what the child brought to it.

    ``asks`` are for each item of the child its place in the whole, None where it is left out.
    ``texts`` are what was added to which text, word for word.
    """

    document: SubmissionDocument
    asks: Sequence[int | None]
    texts: Mapping[str, str] = field(default_factory=dict)
    categories: Sequence[str] = ()
    urns: Sequence[int] = ()
    files: Sequence[Mapping[str, Any]] = ()


def unite(
    parent: Side,
    child: Side,
    *,
    paired: Mapping[int, int],
    takes: Sequence[Take],
    audience: AudienceWords,
    counts: Counts,
) -> Whole:
    """Return the whole, without its effort, which needs to know who is in which part (``work``).

    Dates, frequency and how schools answer stay the parent's. Raises CannotUniteError.
    """
    one, other = parent.document, child.document
    if one.kind is Kind.COMMUNICATION and other.kind is Kind.DATA_REQUEST:
        message = (
            "That one only tells schools something, and this one asks. Join that one to this "
            "instead, or ask the officers to write one together."
        )
        raise CannotUniteError(message, field="into")
    items, asks = _items(parent, child, paired, takes)
    fresh = [items[place] for place in _fresh(asks, one)]
    texts = {
        "body": _letter(parent, child, fresh, counts),
        **{name: _also(name, parent, child) for name in JOINED_TEXTS},
    }
    deciders = _line(one.decision_maker, other.decision_maker)
    texts["decision_maker"] = deciders.removeprefix(one.decision_maker)
    categories = [slug for slug in other.categories if slug not in one.categories]
    files = _files(parent, child)
    values = {
        **{name: getattr(one, name) + added for name, added in texts.items()},
        "items": items,
        "audience": audience,
        "categories": [*one.categories, *categories],
        "personal_data": max(one.personal_data, other.personal_data, key=LEVELS.index),
        "dpia": _line(one.dpia, other.dpia),
        "expected_response": _response(one, other, counts),
        "attachments": [*one.attachments, *(file["name"] for file in files)],
    }
    _check_sizes(values)
    return Whole(
        document=one.model_copy(update=values),
        asks=asks,
        texts={name: added for name, added in texts.items() if added},
        categories=categories,
        urns=sorted(set(audience.urns) - set(one.audience.urns)),
        files=files,
    )


def numbers_of(asked_by: str) -> list[str]:
    """Return the numbers of what asks an item, or does some work."""
    return [number.strip() for number in asked_by.split(",") if number.strip()]


def without(asked_by: str, number: str) -> str:
    """Return the same without one number."""
    return ", ".join(each for each in numbers_of(asked_by) if each != number)


def _items(
    parent: Side, child: Side, paired: Mapping[int, int], takes: Sequence[Take]
) -> tuple[list[Item], list[int | None]]:
    items = [
        item if item.asked_by else item.model_copy(update={"asked_by": parent.number})
        for item in parent.document.items
    ]
    asks: list[int | None] = []
    for place, (item, take) in enumerate(zip(child.document.items, takes, strict=True)):
        if take is Take.OUT:
            asks.append(None)
        elif take is Take.SAME:
            known = items[paired[place]]
            asked_by = ", ".join([*numbers_of(known.asked_by), child.number])
            facts = {"asked_by": asked_by, "personal": known.personal or item.personal}
            items[paired[place]] = known.model_copy(update=facts)
            asks.append(paired[place])
        else:
            asks.append(len(items))
            items.append(item.model_copy(update={"asked_by": child.number}))
    return items, asks


def _fresh(asks: Sequence[int | None], one: SubmissionDocument) -> list[int]:
    return [place for place in asks if place is not None and place >= len(one.items)]


def _letter(parent: Side, child: Side, fresh: Sequence[Item], counts: Counts) -> str:
    """Return what schools read in addition: whom the answers serve, and what more is asked."""
    other = child.document
    asks = other.kind is Kind.DATA_REQUEST
    # the child's number no longer counts, so the text must not show it to schools (K80)
    lines = [f"**Also for {child.owner}: {child.title}**"]
    if asks:
        lines.append("We ask you once for both. What you answer serves both.")
    if counts.parent < counts.whole:
        who = audience_in_words(parent.document.audience)
        lines.append(f"What stands above is only for {_small(who)}.")
    here = "" if counts.child == counts.whole else f" Only for {_small(_who(child))}."
    if fresh:
        lines.append(f"Please tell us as well:{here}")
        lines.append("\n".join(f"- {_asked(item)}" for item in fresh))
    elif not other.items:
        lines += [here.strip(), other.body.strip()]
    return "\n\n" + "\n\n".join(line for line in lines if line)


def _who(side: Side) -> str:
    return audience_in_words(side.document.audience)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _asked(item: Item) -> str:
    return f"{item.name.strip()}: {item.definition.strip()}" if item.definition else item.name


def _also(name: str, parent: Side, child: Side) -> str:
    """Return what is added to a text of the parent, nothing where the child says the same."""
    mine = str(getattr(parent.document, name)).strip()
    theirs = str(getattr(child.document, name)).strip()
    if not theirs or " ".join(theirs.split()).casefold() in " ".join(mine.split()).casefold():
        return ""
    if not mine:
        return theirs
    return f"\n\nFor {child.owner}: {theirs}"


def _line(mine: str, theirs: str) -> str:
    if not theirs.strip() or theirs.strip().casefold() in mine.casefold():
        return mine
    return f"{mine}; {theirs.strip()}"[:LINE] if mine.strip() else theirs


def _response(one: SubmissionDocument, other: SubmissionDocument, counts: Counts) -> float:
    """Return how many are expected to answer: the mean of both by their schools, in percent."""
    schools = counts.parent + counts.child
    if not schools:
        return one.expected_response
    answers = counts.parent * Fraction(str(one.expected_response)) + counts.child * Fraction(
        str(other.expected_response)
    )
    return round(answers / schools * 100) / 100


def _files(parent: Side, child: Side) -> list[Mapping[str, Any]]:
    """Return the child's files that the parent lacks, renamed where another has the name."""
    known = {file["sha256"] for file in parent.files}
    names = {file["name"] for file in parent.files}
    found: list[Mapping[str, Any]] = []
    for file in child.files:
        if file["sha256"] in known:
            continue
        name = str(file["name"])
        if name in names:
            stem, _, ending = name.rpartition(".")
            name = f"{stem[:120]} ({child.number}).{ending}"
        found.append({**file, "name": name})
        names.add(name)
    return found


def _check_sizes(values: Mapping[str, Any]) -> None:
    too_long = any(len(values[name]) > MOST_TEXT for name in ("body", *JOINED_TEXTS))
    if too_long or len(values["items"]) > MOST_ITEMS or len(values["attachments"]) > 100:  # noqa: PLR2004 - as documents.py says
        message = "Together they are too long for one submission. Leave items out, or refuse it."
        raise CannotUniteError(message, field="into")
