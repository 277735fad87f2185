"""What a draft still needs before it can be put to the gate, and before it can be judged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from foundation import clock
from foundation.errors import Refusal
from gatekeeping.assessment import Assessment, assess
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind, Severity, Submission

STOPS_RELEASE_ONLY = frozenset({"K71"})
"""Blocks that stop sending, not judging (gatekeeping 4.6, made exact)."""

FORM = re.compile(
    r"\b(?:attached|enclosed|accompanying)\b.{0,40}?\b(?:form|template|spreadsheet|workbook|"
    r"questionnaire|survey|return|proforma|pro-forma)\b"
    r"|\b(?:form|template|spreadsheet|workbook|questionnaire|proforma|pro-forma)\b.{0,40}?"
    r"\b(?:attached|enclosed|below)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Lack:
    """What a draft still needs: the section of the form, and a sentence that says what to do."""

    section: str
    sentence: str


class IncompleteError(Refusal):
    """The draft lacks what is indispensable; ``lacks`` names it all."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__(" ".join(lack.sentence for lack in lacks))
        self.lacks = tuple(lacks)


def lacks(
    document: SubmissionDocument, assessment: Assessment, *, at: datetime, sent: bool = False
) -> list[Lack]:
    """Return what is indispensable and missing, in the order of the form's sections.

    ``sent`` when schools have it already: then its send date may lie in the past.
    """
    asks = document.kind is Kind.DATA_REQUEST
    conditions = [
        (not document.title.strip(), "about", "Enter a title."),
        (not document.body.strip(), "text", "Write the text that schools will read."),
        (assessment.schools == 0, "audience", "Choose at least one school that is open."),
        *_dates(document, clock.local_date(at), sent=sent),
        (
            asks and bool(document.renews.strip()) and not document.used_before.strip(),
            "renewal",
            "Say what the last answers changed, before you ask again.",
        ),
    ]
    return [Lack(section, sentence) for wrong, section, sentence in conditions if wrong]


def must_mend(document: SubmissionDocument, assessment: Assessment) -> list[Lack]:
    """Return why this could not be judged: submitted like this, it comes back by itself.

    Impossible ways to answer (K72, K80), and a form that the text speaks of and nobody attached.
    """
    found = [
        Lack("check", f"{block.title}. {block.fix or block.says}")
        for block in assessment.findings
        if block.severity is Severity.BLOCK and block.rule not in STOPS_RELEASE_ONLY
    ]
    asks = document.kind is Kind.DATA_REQUEST
    if asks and not document.attachments and not document.items and FORM.search(document.body):
        sentence = "The text speaks of a form, and no file is attached. Add it, or list the items."
        found.append(Lack("attachments", sentence))
    return found


def judge(session: Session, submission: Submission, at: datetime) -> Assessment:
    """Assess the draft as at that moment; IncompleteError names what is missing.

    What would come back by itself (``must_mend``) is not raised: that is for the caller.
    """
    document = SubmissionDocument.read(submission.document)
    assessment = assess(
        session, submission.authority_id, document, at=at, submission_id=submission.id
    )
    missing = lacks(document, assessment, at=at, sent=submission.sent_at is not None)
    if missing:
        raise IncompleteError(missing)
    return assessment


def _dates(document: SubmissionDocument, today: date, *, sent: bool) -> list[tuple[bool, str, str]]:
    sending, due = document.send_on, document.due_on
    asks = document.kind is Kind.DATA_REQUEST
    past = sending is not None and sending < today and not sent
    return [
        (sending is None, "dates", "Enter the date on which it should be sent."),
        (past, "dates", "The send date has passed. Enter today or a later date."),
        (asks and due is None, "dates", "Enter the date by which schools answer."),
        (
            due is not None and sending is not None and due <= sending,
            "dates",
            "The due date must be after the send date.",
        ),
    ]
