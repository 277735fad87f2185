"""K70: data about people is asked for: names, dates of birth, numbers, addresses, small counts."""

from gatekeeping.attached.sources import evidence, in_attachments
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.asked_people import SMALL, people_asked, special_asked
from gatekeeping.findings import Context, Finding, whole
from gatekeeping.models import Severity

RULE = "K70"
VERSION = 1
TITLE = "Personal data"

_NAMED = {
    "names": "names of people",
    "birth": "dates of birth",
    "identifiers": "numbers that identify a person",
    "addresses": "addresses or contact details",
    "free text": "words about single people",
    "staff": "facts about single members of staff",
    "special": "health, ethnicity or other special facts about people",
    SMALL: "counts cut so small that people may show",
    "declared": "items marked as personal",
}


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find data about people, declared or not; the sender's own contact line is none."""
    people = people_asked(document, context)
    special = special_asked(document, context)
    kinds = {person.kind for person in people} | ({"special"} if special else set())
    declared = document.personal_data != "none"
    if not kinds and not declared:
        return []
    listed = [words for kind, words in _NAMED.items() if kind in kinds]
    seen = " and ".join([*filter(None, [", ".join(listed[:-1])]), *listed[-1:]])
    small = (
        " Give counts below 5 as “fewer than 5”, or ask for fewer cuts." if SMALL in kinds else ""
    )
    missed = (
        " You say that it asks for none: is that so?"
        if not declared and kinds - {"declared", SMALL}
        else ""
    )
    says = (
        f"This seems to ask for {seen or 'personal data'}.{missed} What is the lawful "
        "basis (UK GDPR, Article 6), and what would not be known without it? Would numbers do? "
        "Ask for the least that serves, leave out free text about people, and have the answers in "
        f"this portal, where they are safe.{small}"
    )
    marks = [person.mark for person in people] + [one.mark for one in special]
    more = (whole("personal_data", document.personal_data),) if declared else ()
    detail = {
        "declared": document.personal_data,
        "kinds": sorted(kinds),
        "attachments": in_attachments(marks),
    }
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, says, evidence(marks, *more), detail)]
