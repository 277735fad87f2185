"""What the mails about held mail say to its sender; ``telling`` sends them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.dates import day, moment
from gatekeeping.mailgate.policy import Earlier
from gatekeeping.models import BypassCase
from notifications.mail.message import PORTAL

MOST_NAMES: Final = 30
MOST_EARLIER: Final = 10
CHOICES: Final = """\
1. Turn it into a submission. Its title, text, files and schools are filled in. Once it is \
approved, schools get it through the portal.
2. Say why it needs no gate, for instance because it is an invoice. A gatekeeper looks at that.
3. Withdraw it, if you do not want it sent."""
THE_GATE: Final = (
    "Schools and the authority agreed on this gate: what goes to many schools is looked at, and "
    "approved, before they get it."
)
EMERGENCY: Final = (
    "Is it an emergency? Ring the help desk named below, or a senior executive. Executives can "
    "release it at once."
)
NO_ACCOUNT: Final = (
    "For a submission you need an account of the portal: ask the help desk named below. For the "
    "rest the link is enough. Do not pass it on."
)


@dataclass(frozen=True)
class Letter:
    """A mail: its subject, and its paragraphs."""

    subject: str
    paragraphs: Sequence[str]

    @property
    def text(self) -> str:
        """Return the paragraphs as the text of a mail, empty ones left out."""
        return "\n\n".join(paragraph for paragraph in self.paragraphs if paragraph)


@dataclass(frozen=True)
class Counted:
    """What the mail about a new case tells of the counting: schools by name, and earlier mails."""

    names: Sequence[str] = ()
    closed: Sequence[str] = ()
    joined: Sequence[Earlier] = ()


def schools(count: int) -> str:
    """Write how many schools."""
    return f"{count:,} school{'' if count == 1 else 's'}"


def its_name(case: BypassCase, subject: str = "") -> str:
    """Name the mail that a case is about, to its sender: by its subject, time and schools."""
    title = f" “{subject}”" if subject else ""
    return f"mail{title} of {moment(case.received_at)} to {schools(len(case.urns))}"


def held(
    case: BypassCase, subject: str, counted: Counted, *, until: date, decides: date, link: str
) -> Letter:
    """Tell the sender that a mail is held, why, and what to choose."""
    return Letter(
        f"Not sent yet: your mail to {schools(len(case.urns))}",
        [
            f"Your {its_name(case, subject)} has not been sent. It is held, and nothing is lost.",
            f"{_why(case)} {THE_GATE}",
            "Please choose one of these:",
            CHOICES,
            "" if case.sender_id else NO_ACCOUNT,
            f"Choose on this page:\n{link}",
            EMERGENCY,
            (
                f"A gatekeeper looks at it by {day(decides)}. If nothing is chosen or decided, it "
                f"lapses after {day(until)}: it is not sent, and what it said is deleted later."
            ),
            *_counting(counted),
            "Questions? Answer this mail, or ask the help desk named below.",
        ],
    )


def seen(case: BypassCase, subject: str, counted: Counted, *, link: str) -> Letter:
    """Tell the sender that a mail which schools have should have passed the gate."""
    return Letter(
        f"Your mail to {schools(len(case.urns))} did not pass the gate",
        [
            f"Your {its_name(case, subject)} was sent. It should have passed the gate first.",
            f"{_why(case)} {THE_GATE}",
            *_counting(counted),
            (
                "Please say why it needed no gate, if so. Next time, write it in the portal: it is "
                "checked while you write, and schools find it in one place."
            ),
            link,
        ],
    )


def nudged(case: BypassCase, subject: str, *, until: date, link: str) -> Letter:
    """Remind the sender who has not chosen."""
    return Letter(
        f"Still not sent: your mail to {schools(len(case.urns))}",
        [
            f"Your {its_name(case, subject)} is still held. No school has it.",
            "Please turn it into a submission, say why it needs no gate, or withdraw it.",
            link,
            f"After {day(until)} it lapses and is not sent.",
        ],
    )


def draft_left(case: BypassCase, title: str, *, until: date) -> Letter:
    """Remind the sender of a draft, by its title, that was made of held mail and not submitted."""
    return Letter(
        "Your draft waits: it was made of held mail",
        [
            f"Your {its_name(case)} was made into the {_called('draft', title)}.",
            "It was not submitted since.",
            "No school has it. Please submit the draft, or withdraw it.",
            f"{PORTAL}/submissions/{case.submission_id}",
            f"After {day(until)} the held mail lapses. Your draft stays.",
        ],
    )


def ended(
    case: BypassCase,
    how: str,
    words: str = "",
    *,
    subject: str = "",
    advice: str = "",
    title: str = "",
) -> Letter:
    """Tell the sender how a case ended; ``how`` is one of the sentences of ``ENDS``.

    ``title`` is that of the submission that was made of it.
    """
    said = ENDS[how]
    says = said.says.format(submission=_called("submission", title))
    return Letter(
        f"{said.subject}: your mail to {schools(len(case.urns))}",
        [
            f"Your {its_name(case, subject)} {says}",
            f"The reason: {words}" if words else "",
            said.advice,
            advice,
            _page(case),
        ],
    )


@dataclass(frozen=True)
class End:
    """How the end of a case is told; ``{submission}`` in it is named by its title."""

    subject: str
    says: str
    advice: str = ""


ENDS: Final[Mapping[str, End]] = {
    "released": End(
        "Sent",
        "was released and is on its way to everybody that you addressed it to.",
        "This was for once. The next one to so many schools needs the gate again.",
    ),
    "released_in_emergency": End(
        "Sent",
        "was released as an emergency and is on its way to everybody that you addressed it to.",
        "Somebody else reviews afterwards whether that was right.",
    ),
    "returned": End(
        "Returned",
        "was not sent. A gatekeeper returns it to you.",
        "You have it among your own sent mail. Change it, and submit it in the portal.",
    ),
    "refused": End("Refused", "was refused and is not sent."),
    "lapsed": End(
        "Not sent",
        "lapsed, because nothing was chosen in time. No school got it.",
        "You have it among your own sent mail. If it is still needed, submit it in the portal.",
    ),
    "routed": End(
        "Sent through the portal",
        "went to schools through the portal, as the {submission} that was made of it.",
        "The held mail itself is not sent.",
    ),
    "submission_ended": End(
        "Not sent", "is not sent, because the {submission} that was made of it has ended."
    ),
}


def _called(what: str, title: str) -> str:
    return f"{what} “{title}”" if title else what


def _why(case: BypassCase) -> str:
    return f"Why: {(case.detail or {}).get('why', '')}"


def _counting(counted: Counted) -> Iterable[str]:
    yield _names("We counted these schools:", counted.names)
    yield _names("These are closed and were not counted:", counted.closed)
    lines = [
        f"- {moment(one.at)}, to {schools(len(one.urns))}" for one in counted.joined[:MOST_EARLIER]
    ]
    if len(counted.joined) > MOST_EARLIER:
        lines.append(f"- and {len(counted.joined) - MOST_EARLIER:,} more")
    if lines:
        yield "\n".join(
            ["These earlier mails say nearly the same, so their schools count:", *lines]
        )


def _names(heading: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = len(names) - MOST_NAMES
    lines = [f"- {name}" for name in names[:MOST_NAMES]]
    return "\n".join([heading, *lines, *([f"- and {more:,} more"] if more > 0 else [])])


def _page(case: BypassCase) -> str:
    return f"{PORTAL}/held-mail/{case.id}" if case.sender_id is not None else ""
