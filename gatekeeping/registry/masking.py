"""What of the register the public does not see (gatekeeping 4.11).

Personal data, safeguarding specifics and commercial drafts are masked; titles, owners, reasons
and totals are not.
"""

import re
from collections.abc import Iterable
from typing import Final

from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import State, Submission

SAFEGUARDING: Final = frozenset({"safeguarding", "prevent", "domestic-abuse"})
"""Categories whose titles and reasons may point at children or incidents."""
COMMERCIAL: Final = frozenset({"purchasing", "traded-services"})
"""Categories whose texts may be about prices and offers not made yet."""

WITH_SCHOOLS: Final = frozenset({State.LIVE, State.CLOSED, State.EXPIRED})
WITHHELD: Final = {
    "safeguarding": "Withheld: safeguarding",
    "commercial": "Withheld: commercial, not yet sent",
}

_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|\b[A-Z]\d{11}[0-9A-Z]\b"  # a unique pupil number
    r"|(?<!\d)(?:\+44\s?|0)\d(?:[\s-]?\d){8,9}(?!\d)"  # a telephone number
    r"|\b[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b"  # a national insurance number
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"  # a postcode
)
_BORN = re.compile(
    r"\b(?:born(?:\s+on)?|d\.?o\.?b\.?|date\s+of\s+birth)\W{0,3}"
    r"\d{1,2}(?:[./-]\d{1,2}[./-]|\s+\w{3,9}\s+)\d{2,4}",
    re.IGNORECASE,
)
MARK: Final = "[removed]"
OFFICER: Final = "[an officer]"


def withheld_because(document: SubmissionDocument) -> str:
    """Return why a document's words are kept from the public: a key of WITHHELD, or nothing."""
    chosen = frozenset(document.categories)
    if chosen & SAFEGUARDING:
        return "safeguarding"
    return "commercial" if chosen & COMMERCIAL or document.origin == "contract" else ""


def is_withheld(submission: Submission) -> bool:
    """Tell whether its words are kept back; a commercial text is open once schools have it."""
    if submission.withheld == "commercial":
        return submission.sent_at is None
    return bool(submission.withheld)


def public_title(submission: Submission, names: Iterable[str] = ()) -> str:
    """Return the title as the public may read it; ``names`` are people beside the author."""
    if is_withheld(submission):
        return WITHHELD[submission.withheld]
    return masked(submission.title, [submission.author.name, *names])


def title_outside(title: str, document: SubmissionDocument, state: State) -> str:
    """Return a title as another team may read it, told by the document itself.

    The same as the public title, but for the author's name, which colleagues may read.
    """
    why = withheld_because(document)
    if why == "commercial" and state in WITH_SCHOOLS:
        why = ""
    return WITHHELD[why] if why else masked(title)


def masked(text: str, names: Iterable[str] = ()) -> str:
    """Return a text without personal data; ``names`` are people who must not be named."""
    text = _BORN.sub(MARK, _PERSONAL.sub(MARK, text))
    for name in sorted({name for name in names if name.strip()}, key=len, reverse=True):
        spelt = r"\s+".join(re.escape(part) for part in name.split())
        titled = rf"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\.?\s+{re.escape(name.split()[-1])}"
        text = re.sub(rf"\b(?:{spelt}|{titled})\b", OFFICER, text, flags=re.IGNORECASE)
    return text
