"""What a document asks about people: in its items, its text and its forms, declared or not."""

import re
from dataclasses import dataclass

from gatekeeping.attached.sources import Mark, Source, sources
from gatekeeping.documents import Item, SubmissionDocument
from gatekeeping.findings import Context
from gatekeeping.models import Kind
from gatekeeping.reading.asks import asking, is_form
from gatekeeping.reading.people import about_staff_only, is_count, personal
from gatekeeping.reading.plain import sentence_at, sentences
from gatekeeping.reading.special import special_items, special_words

SMALL = "small counts"

_OURS = re.compile(
    r"\b(?:we|council|authority|census|team|portal|service|department)\b[^.]{0,40}\b(?:holds?|held|already|have"
    r"|has|will|shall|takes?|process\w*|protect\w*|stores?|deletes?|keeps?|shares?|knows?|collects?)\b"
    r"|\b(?:thank|policy|privacy\s+notice|our\s+records)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Person:
    """A place that asks about people.

    ``kind`` says what about them ("names", "small counts" ...; "declared" for an item so marked);
    ``pupils`` whether about pupils; ``one_by_one`` whether about each, not how many.
    """

    mark: Mark
    kind: str
    pupils: bool
    one_by_one: bool


@dataclass(frozen=True)
class Special:
    """A place that asks for a special category about people one by one."""

    mark: Mark
    topic: str
    pupils: bool


def people_asked(document: SubmissionDocument, context: Context) -> list[Person]:
    """Return every place of the document and its attachments that asks about people."""
    found: list[Person] = []
    for place, item in enumerate(document.items):
        found += _item(place, item)
    for source in sources(document, context, "title", "body"):
        for one in personal(source.text):
            if _asked_there(document, source, one.start):
                mark = Mark(source, one.start, one.end)
                found.append(Person(mark, one.kind, one.pupils, one.kind != SMALL))
    return found


def special_asked(document: SubmissionDocument, context: Context) -> list[Special]:
    """Return every place that asks for health, ethnicity, religion and so on of single people."""
    found: list[Special] = []
    for place, item in enumerate(document.items):
        source = Source(f"items.{place}.name", item.name)
        found += [
            Special(Mark(source, *where), topic, not about_staff_only(_words(item)))
            for topic, where in special_items(item.name)
        ]
    for source in sources(document, context, "title", "body"):
        found += [
            Special(Mark(source, *where), topic, not about_staff_only(source.text))
            for topic, where in special_words(source.text)
            if _asked_there(document, source, where[0])
        ]
    return found


def declares_people(document: SubmissionDocument) -> bool:
    """Tell whether the document itself says that it asks for personal data."""
    return document.personal_data != "none" or any(item.personal for item in document.items)


def _item(place: int, item: Item) -> list[Person]:
    name = Source(f"items.{place}.name", item.name)
    found = []
    for source, bare in (
        (name, True),
        (Source(f"items.{place}.definition", item.definition), False),
    ):
        found += [
            Person(Mark(source, one.start, one.end), one.kind, one.pupils, one.kind != SMALL)
            for one in personal(source.text, item=bare)
        ]
    if item.personal and item.name:
        pupils = not about_staff_only(_words(item))
        mark = Mark(name, 0, len(item.name))
        found.append(Person(mark, "declared", pupils, not is_count(item.name)))
    return found


def _words(item: Item) -> str:
    return f"{item.name}\n{item.definition}"


def _asked_there(document: SubmissionDocument, source: Source, place: int) -> bool:
    """Tell whether the sentence there is part of what is asked.

    In a request every sentence is, but those that tell what the sender holds or will do; in
    information only those that ask. An attachment counts when it is a form or asks.
    """
    pieces = sentences(source.text)
    index = sentence_at(pieces, place)
    if index is None:
        return False
    if index in asking(source.text):
        return True
    if source.name:
        table = source.name.lower().endswith((".xlsx", ".csv"))
        wanted = is_form(source.text) or (table and document.kind is Kind.DATA_REQUEST)
    else:
        wanted = document.kind is Kind.DATA_REQUEST
    return wanted and not _OURS.search(pieces[index].text)
