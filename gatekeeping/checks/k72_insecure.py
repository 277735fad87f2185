"""K72: data about single pupils would come by e-mail, in loose files or on an open web form."""

import re

from gatekeeping.attached.sources import Mark, Source, evidence, in_attachments, sources
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.asked_people import Person, people_asked, special_asked
from gatekeeping.findings import Context, Finding, Span, whole
from gatekeeping.models import Severity
from gatekeeping.reading.channels import by_email, in_a_file, open_forms

RULE = "K72"
VERSION = 1
TITLE = "Insecure return"

_SECURE = re.compile(
    r"\b(?:secure(?:ly)?\s+(?:e-?mail|mail|file|portal|transfer|message|upload|return|link|site)|egress|galaxkey|encrypt\w*"
    r"|s2s|school\s?to\s?school|school2school|anycomms\+?|avco|cjsm|sftp|mimecast\s+secure|e-?mail\s+securely)(?![\w@])",
    re.IGNORECASE,
)
_WAYS = {
    "email": "by e-mail",
    "file": "in a file sent about",
    "open_form": "on an open form of the web",
}


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find pupils' data on an insecure way back. Counts by e-mail are no matter."""
    pupils = [one.mark for one in people_asked(document, context) if _is_pupil(one)]
    pupils += [one.mark for one in special_asked(document, context) if one.pupils]
    declared = document.personal_data in ("special", "children_at_scale")
    if not pupils and not (declared and _about_pupils(document, context)):
        return []
    marks, ways, more = _insecure(document, context)
    if not ways:
        return []
    if declared:
        more.append(whole("personal_data", document.personal_data))
    said = " and ".join(_WAYS[way] for way in _WAYS if way in ways)
    says = (
        f"This asks for data about single pupils, and the answers would come {said}, where others "
        "may read them. It cannot go out like this. Have the answers in this portal (choose “In "
        "this portal”), take the address, file or link out of the text, or ask for numbers only."
    )
    detail = {
        "ways": [way for way in _WAYS if way in ways],
        "attachments": in_attachments([*marks, *pupils]),
    }
    return [
        Finding(
            RULE, VERSION, Severity.BLOCK, TITLE, says, evidence([*marks, *pupils], *more), detail
        )
    ]


def _is_pupil(person: Person) -> bool:
    return person.pupils and person.one_by_one


def _about_pupils(document: SubmissionDocument, context: Context) -> bool:
    """Tell whether what is declared may be about pupils: it is not, when all items are staff's."""
    people = people_asked(document, context)
    return (
        document.personal_data == "children_at_scale"
        or not people
        or any(person.pupils for person in people)
    )


def _insecure(
    document: SubmissionDocument, context: Context
) -> tuple[list[Mark], set[str], list[Span]]:
    """Return the insecure ways back: their places in texts, their names, the field that says so."""
    marks: list[Mark] = []
    ways: set[str] = set()
    texts = sources(document, context, "title", "body", "items")
    safe = any(_SECURE.search(source.text) for source in texts)
    for source in texts:
        marks += _found(source, ways, document, safe=safe)
    more: list[Span] = []
    if document.reply_by == "email" and not safe:
        ways.add("email")
        more.append(whole("reply_by", document.reply_by))
    return marks, ways, more


def _found(
    source: Source, ways: set[str], document: SubmissionDocument, *, safe: bool
) -> list[Mark]:
    places = {"open_form": open_forms(source.text)}
    if not safe:
        places["email"] = by_email(source.text)
        # A file may also be filled in for the portal, which keeps it safe.
        if document.reply_by != "portal":
            places["file"] = in_a_file(source.text)
    ways |= {way for way, found in places.items() if found}
    return [Mark(source, start, end) for found in places.values() for start, end in found]
