"""The time that a document asks about, by its fields or words, and how alike two times are."""

from collections.abc import Iterable

from gatekeeping.alike.time_words import Time, joined, stretch
from gatekeeping.documents import SubmissionDocument

_A_YEAR = 270
"""Days between two sendings from which on they are two rounds, where the words do not tell."""
_A_ROUND = 20
"""Days: one month after another, or longer stretches, are two rounds and not the same time."""
_QUITE_ANOTHER = 0.3
LONG_AFTER = 0.45
"""Sent about a year apart, where the words name no time: another round, or the same asked anew."""
_ONLY_ASKED = 0.4
"""What prose tells of a time may be misread, so it never makes two times quite different."""


def time_of(document: SubmissionDocument, asked: Iterable[str] = ()) -> Time | None:
    """Return the time that a document is about; None when neither words nor dates tell.

    ``asked`` are the words by which it asks: what stands around them may tell of other times.
    """
    if document.as_at:
        return Time(document.as_at.toordinal(), document.as_at.toordinal())
    sent = document.send_on or document.due_on
    told = stretch(document.period, sent) or stretch(document.title, sent)
    if told is not None:
        return told
    found = [time for text in asked if (time := stretch(text, sent, in_prose=True))]
    if told := joined(found):
        return Time(told.first, told.last, told_by="asks")
    return Time(sent.toordinal(), sent.toordinal(), told_by="sending") if sent else None


def same_time(
    one: Time | None, other: Time | None, *, sent_apart: int | None = None
) -> float | None:
    """Return 1 for the same time to 0 for another; None where one of them does not tell.

    ``sent_apart`` is how many days lie between the two sendings, where both are known.
    """
    if one is None or other is None:
        return None
    told = {one.told_by, other.told_by}
    long_after = sent_apart is not None and sent_apart >= _A_YEAR
    apart = max(one.first, other.first) - min(one.last, other.last)
    if "sending" in told:
        return LONG_AFTER if long_after else _by_sending(one, other, apart)
    same = _by_name(one, other, apart)
    if told == {"name"}:
        return same
    return 0.1 if long_after and same <= _QUITE_ANOTHER else max(same, _ONLY_ASKED)


def are_apart(one: SubmissionDocument, other: SubmissionDocument) -> bool:
    """Tell whether two documents are about different times, or are sent about a year apart."""
    sent = None
    if one.send_on and other.send_on:
        sent = abs((one.send_on - other.send_on).days)
    alike = same_time(time_of(one), time_of(other), sent_apart=sent)
    return alike is not None and alike <= LONG_AFTER


def _by_name(one: Time, other: Time, apart: int) -> float:
    if apart <= 0:
        shorter, longer = sorted((one.days, other.days))
        shared = 1 - apart
        if shared < 0.5 * shorter:
            return 0.3
        return 1.0 if longer <= 150 or shorter > 0.6 * longer else 0.7  # noqa: PLR2004 - about a term
    ends = abs(one.last - other.last)
    if ends <= 31 and min(one.days, other.days) >= _A_ROUND:  # noqa: PLR2004 - days
        return 0.1
    return 0.9 if ends <= 31 else 0.6 if ends < 60 and apart < 40 else 0.0  # noqa: PLR2004 - days


def _by_sending(one: Time, other: Time, apart: int) -> float | None:
    """Judge by the days of sending, where the words name no time: long after is another."""
    if one.told_by != other.told_by:
        return 0.2 if apart > 400 else None  # noqa: PLR2004 - days
    return 0.5 if apart >= 150 else None  # noqa: PLR2004 - days
