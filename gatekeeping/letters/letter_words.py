"""The fixed words of letters: what kind each is, and what its reader does next."""

from collections.abc import Mapping, Sequence
from typing import Final

from gatekeeping.models import Verb

NAMED: Final[Mapping[Verb, str]] = {
    Verb.APPROVE: "Approval",
    Verb.APPROVE_WITH_CONDITIONS: "Approval on conditions",
    Verb.RETURN: "Return",
    Verb.REDIRECT: "Redirection",
    Verb.MERGE: "Joining",
    Verb.TAKE_IN: "Joining",
    Verb.REFUSE: "Refusal",
    Verb.SUSPEND: "Suspension",
    Verb.RESUME: "Resumption",
    Verb.RELEASE: "Emergency release",
    Verb.EXTEND: "Extension",
    Verb.RATIFY: "After-review",
    Verb.RATIFY_WITH_LESSONS: "After-review",
    Verb.NOT_RATIFY: "After-review",
    Verb.UPHOLD: "Appeal decision",
    Verb.VARY: "Appeal decision",
    Verb.QUASH: "Appeal decision",
}
"""What kind of letter it is, for its title."""

KEEPS_NUMBER: Final = frozenset(
    {
        Verb.APPROVE,
        Verb.RESUME,
        Verb.RELEASE,
        Verb.EXTEND,
        Verb.RATIFY,
        Verb.RATIFY_WITH_LESSONS,
    }
)
"""Decisions after which schools may rely on the number."""

SHOW: Final = (
    "Show the number with its version on everything that you send about this, reminders too. A "
    "change to the questions, the schools, how often you ask or the dates needs a new approval. "
    "Asking for less does not."
)
AGAIN: Final = (
    "Copy the submission in the portal, change what is named above, and submit it again. Until a "
    "submission is approved, nothing about it may be sent to schools."
)
NEXT: Final[Mapping[Verb, Sequence[str]]] = {
    Verb.APPROVE: (SHOW,),
    Verb.APPROVE_WITH_CONDITIONS: (
        (
            "Nothing may be sent yet. Meet each condition that is needed before sending, say in "
            "the portal how you met it, and a gatekeeper confirms it. If one is not met by its "
            "date, the submission lapses."
        ),
    ),
    Verb.RETURN: (
        (
            "It could not be judged as it is. Open it in the portal, mend what is named above, "
            "and submit it again. It keeps its number."
        ),
    ),
    Verb.REDIRECT: (
        (
            "Use the data that is named above. Schools are not asked. If something that you "
            "need is not in it, ask only for that, in a new submission."
        ),
    ),
    Verb.MERGE: (
        (
            "Schools are asked once for both. The other submission carries the number; both of "
            "you are named as its owners. If it is not sent after all, yours comes back to the "
            "gate by itself."
        ),
    ),
    Verb.TAKE_IN: (
        (
            "Schools are asked once for both; both of you are named. Agree with each other who "
            "gets the answers. Where it was approved before, it is sent when a gatekeeper has "
            "approved it as it is now; the portal shows that. If the other is withdrawn, what only "
            "it brought goes out again."
        ),
    ),
    Verb.REFUSE: (AGAIN,),
    Verb.SUSPEND: (
        (
            "Send nothing more and remind nobody while it is suspended. Schools see that they "
            "need not answer. Answer what is asked in the portal, or change the submission "
            "there."
        ),
    ),
    Verb.RESUME: (SHOW,),
    Verb.RELEASE: (
        SHOW,
        "The release is reviewed within two weeks. Keep what shows why it could not wait.",
    ),
    Verb.EXTEND: (SHOW,),
    Verb.RATIFY: ("There is nothing to do. The number stays valid to the date above.",),
    Verb.RATIFY_WITH_LESSONS: (
        "The number stays valid to the date above. Take the lessons above into your team’s plan.",
    ),
    Verb.NOT_RATIFY: (
        (
            "Send nothing more under this number and remind nobody. Schools see that the "
            "emergency was not confirmed. If you still need an answer, submit it as an ordinary "
            "request."
        ),
        (
            "A team with two such findings in twelve months loses the emergency route until it "
            "has been trained."
        ),
    ),
    Verb.UPHOLD: ("The decision stands. It cannot be appealed again.", AGAIN),
    Verb.VARY: (
        (
            "It may go to schools once the conditions above are met. Say in the portal how you "
            "met each one."
        ),
    ),
    Verb.QUASH: ("Another gatekeeper judges it again. There is nothing to do until you hear.",),
}
"""What the officer does next, a paragraph each."""
