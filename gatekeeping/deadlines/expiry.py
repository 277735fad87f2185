"""Until when a number is good (gatekeeping 4.10)."""

import calendar
from datetime import date, timedelta

from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Submission, SubmissionVersion, Track
from gatekeeping.protocol import Protocol
from gatekeeping.registry.standings import DUTIES


def valid_until(
    submission: Submission, version: SubmissionVersion, today: date, protocol: Protocol
) -> date:
    """Return the last day on which the number of this version is good.

    An emergency has 14 days. What is asked again and again has 12 months, or up to 36 when a
    legal reviewer confirmed that the law itself puts it on schools. What is asked once has 30 days
    after the due date, or after the day on which it is sent when nothing is due.
    """
    sent = max(submission.send_on or today, today)
    if submission.track is Track.EMERGENCY:  # one judged as ordinary is none any more
        return sent + timedelta(days=protocol.emergency_valid_days)
    document = SubmissionDocument.read(version.document)
    if document.frequency.per == "once":
        return max(submission.due_on or sent, sent) + timedelta(days=protocol.one_off_days)
    is_duty = version.law.get("verdict") in DUTIES and bool(version.law.get("verified"))
    return months_after(sent, protocol.statutory_months if is_duty else protocol.recurring_months)


def months_after(start: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a month that is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
