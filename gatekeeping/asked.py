"""What is put to the gate, as the facts modules need it: one frozen value."""

from dataclasses import dataclass
from datetime import date, datetime

from directory.audience import Audience
from gatekeeping.documents import SubmissionDocument
from gatekeeping.protocol import Protocol


@dataclass(frozen=True)
class AttachedText:
    """The words of one attachment; ``note`` says why there are none, or not all."""

    name: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Asked:
    """A document before the gate, at a moment.

    ``today`` is that moment's day in England. ``schools`` counts the open schools of ``audience``.
    ``attached`` are the words of its attachments when it belongs to no submission yet.
    ``submission_id`` is the submission that the document belongs to, if any: whoever looks for
    others leaves it out.
    """

    authority_id: int
    document: SubmissionDocument
    audience: Audience
    at: datetime
    today: date
    protocol: Protocol
    schools: int = 0
    submission_id: int | None = None
    attached: tuple[AttachedText, ...] = ()
    route_closed: str = ""
    """Why it may not be an emergency, when it wants to be one (``emergency_route``)."""
