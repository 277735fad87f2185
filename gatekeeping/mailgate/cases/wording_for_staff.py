"""What the mails about held mail say to gatekeepers, executives and team heads."""

from collections.abc import Sequence

from foundation.dates import day, moment
from gatekeeping.mailgate.cases.wording import MOST_NAMES, Letter, its_name, schools
from gatekeeping.models import BypassCase, CaseKind
from notifications.mail.message import PORTAL


def overdue(cases: Sequence[BypassCase]) -> Letter:
    """Remind gatekeepers of what is overdue: one mail, however many cases."""
    return Letter(
        f"Held mail is overdue: {_cases(len(cases))}",
        [
            f"{_cases(len(cases))} of mail that went round the gate should have been decided.",
            _listed(cases),
            _all_of(cases),
        ],
    )


def raised(cases: Sequence[BypassCase]) -> Letter:
    """Tell executives of what nobody has decided."""
    return Letter(
        f"Raised to you: {_cases(len(cases))} of held mail",
        [
            (
                f"Nobody has decided {_cases(len(cases))} of mail that went round the gate. "
                "You can decide, or have a gatekeeper decide."
            ),
            _listed(cases),
            "If people are in danger meanwhile, you can release a message at once.",
            _all_of(cases),
        ],
    )


def review_due(case: BypassCase, *, is_late: bool) -> Letter:
    """Ask for the review of a message that was released in an emergency and has left."""
    if is_late:
        subject, until = "Review overdue: an emergency release", ". This is overdue."
    else:
        subject, until = "Please review: an emergency release", f" by {day(case.due_at)}."
    return Letter(
        subject,
        [
            f"The {its_name(case)} was released as an emergency.",
            f"Somebody who had no part in it must say whether that was right{until}",
            _listed([case]),
        ],
    )


def reviewed(case: BypassCase, words: str) -> Letter:
    """Tell who released a message in an emergency what the review says."""
    found = "right" if case.was_right else "not right"
    return Letter(
        f"Reviewed: your emergency release was {found}",
        [
            f"You released the {its_name(case)} as an emergency.",
            f"The review says that this was {found}. {words}".strip(),
            f"{PORTAL}/bypass/{case.id}",
        ],
    )


def not_taken(case: BypassCase, answer: str) -> Letter:
    """Tell gatekeepers that the mail server does not take a released message."""
    return Letter(
        "A released mail could not be sent",
        [
            f"The {its_name(case)} was released, but the mail server does not take it.",
            f"It says: {answer}" if answer else "",
            "It is held again. Please decide anew, or ask whoever runs the mail server.",
            f"{PORTAL}/bypass/{case.id}",
        ],
    )


def unread(case: BypassCase, why: str) -> Letter:
    """Tell gatekeepers that the portal itself cannot read a released message; ``why`` says why."""
    return Letter(
        "A released mail could not be sent",
        [
            f"The {its_name(case)} was released, but the portal cannot read it. {why}",
            "It is held again. Once that is mended, please release it anew.",
            f"{PORTAL}/bypass/{case.id}",
        ],
    )


def repeated(case: BypassCase, count: int) -> Letter:
    """Tell the team's head that the team goes round the gate again; never what a mail said."""
    whose = f"{case.team}: mail" if case.team else "Mail"
    is_held = case.kind is CaseKind.HELD
    went = "was sent round the gate, and is held" if is_held else "went round the gate"
    return Letter(
        f"{whose} round the gate, {count} times in 12 months",
        [
            f"Today a mail to {schools(case.schools)} {went}. It is the "
            f"{_th(count)} within 12 months"
            + (f" from {case.team}, whose work you answer for." if case.team else "."),
            (
                "Please see that mail to many schools is written in the portal. It is checked "
                "while it is written, and schools find it in one place."
            ),
            f"{PORTAL}/bypass/teams",
        ],
    )


def _cases(count: int) -> str:
    return f"{count:,} case{'' if count == 1 else 's'}"


def _all_of(cases: Sequence[BypassCase]) -> str:
    """Return where all stand; of one the link to it is enough."""
    return f"All of them: {PORTAL}/bypass" if len(cases) > 1 else ""


def _listed(cases: Sequence[BypassCase]) -> str:
    lines = []
    for case in cases[:MOST_NAMES]:
        who = case.team or "Somebody without a known team"
        what = "Reported" if case.kind is CaseKind.REPORTED else moment(case.received_at)
        lines.append(f"{who}, {schools(case.schools)}, {what}\n{PORTAL}/bypass/{case.id}")
    if len(cases) > MOST_NAMES:
        lines.append(f"and {len(cases) - MOST_NAMES:,} more")
    return "\n\n".join(lines)


def _th(count: int) -> str:
    if count % 100 in {11, 12, 13}:
        return f"{count}th"
    return f"{count}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(count % 10, 'th') }"
