"""An item on paper: the same for all its readers, so nothing on it says who printed it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import AuthorityProfile
from foundation import clock
from foundation.dates import day
from foundation.errors import NotFoundError
from foundation.filenames import safe_name
from foundation.files import size_in_words
from foundation.markdown import to_html
from foundation.pdf import qr_code, templates
from notifications.documents.printing import Paper
from notifications.models import Attention, Notice, NoticeAttachment, NoticeKind
from notifications.models_reading import Printout

EDITION: Final = 1
"""Counted up when the page itself changes, so that what was printed before is printed anew."""
MOST_FILES: Final = 100
NOT_NOW: Final = "You need not answer it now."
"""What the standing of a stopped notice ends with; the page says so in a line of its own."""
NEED_NOT: Final = "need not"
"""In the standing of what asked for an answer, or for something to be done."""
_WANTED: Final = {
    Attention.URGENT: "Urgent",
    Attention.ACTION: "For action",
    Attention.INFORMATION: "For information",
}

Facts = Mapping[str, Any]


def facts_of(session: Session, notice: Notice, *, today: date) -> Facts:
    """Return everything that the page says on that day, as plain values: two statements."""
    profile = session.get_one(AuthorityProfile, notice.authority_id)
    files = session.execute(
        sa.select(NoticeAttachment.name, NoticeAttachment.size)
        .where(
            NoticeAttachment.authority_id == notice.authority_id,
            NoticeAttachment.notice_id == notice.id,
            NoticeAttachment.withdrawn_at.is_(None),
            NoticeAttachment.replaced_at.is_(None),
        )
        .order_by(NoticeAttachment.id)
        .limit(MOST_FILES)
    )
    return {
        "edition": EDITION,
        "authority": profile.organisation.name,
        "service": profile.service_name,
        "colour": profile.colour,
        "help_email": profile.help_email,
        "help_telephone": profile.help_telephone,
        "reference": notice.reference,
        "title": notice.title,
        "asks": "Request for information" if notice.kind is NoticeKind.DATA_REQUEST else "",
        "wanted": _WANTED[notice.attention],
        "sender": notice.sender,
        "reply_to": notice.reply_to,
        "sent_on": day(notice.sent_at),
        "due_on": day(notice.due_on),
        "valid_until": day(notice.valid_until),
        "expired": notice.valid_until is not None and notice.valid_until < today,
        "standing": notice.standing.replace(NOT_NOW, "").strip(),
        "stopped": notice.stopped and NEED_NOT in notice.standing,
        "withdrawn": _withdrawn(notice),
        "replaced": notice.replaced_by_id is not None,
        "corrected": day(notice.amended_at),
        "body": notice.body,
        "files": [[safe_name(row.name), row.size] for row in files],
    }


def content_hash(facts: Facts) -> str:
    """Return the hash by which the printout of these facts is found again."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def notice_paper(session: Session, printout: Printout, address: str) -> Paper:
    """Return the page of a notice as it is now. Raises NotFoundError when its text was deleted."""
    notice = session.get_one(Notice, printout.notice_id)
    if notice.expunged_at is not None:
        raise NotFoundError
    facts = facts_of(session, notice, today=clock.local_date(clock.now()))
    verify = f"{address}/verify/{notice.reference.split(' ')[0]}"
    html = (
        templates("notifications")
        .get_template("notifications/documents/paper.html")
        .render({**facts, "body": to_html(notice.body), "verify": verify, "size": size_in_words})
    )
    return Paper(html, {"qr.svg": qr_code(verify)})


def _withdrawn(notice: Notice) -> str:
    if notice.withdrawn_at is None:
        return ""
    return f"Withdrawn on {day(notice.withdrawn_at)}. {notice.withdrawn_why}".strip()
