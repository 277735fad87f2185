"""Why a delivery reaches whom it reaches, in one word and in words for people."""

import enum


class Reason(enum.StrEnum):
    """Why a delivery reaches the person that it reaches."""

    COVER = "cover"  # stands in today
    OWNER = "owner"  # the lead of those registered
    SHARES = "shares"  # a job share: beside the owner
    ALSO = "also"  # gets it as well: beside the owner
    DEPUTY = "deputy"  # no owner can receive it
    TRUST = "trust"  # the school named nobody, its trust did
    ROLE = "role"  # the clerk, a governor, the early years provider: nobody is set
    GROUP = "group"  # whom the school named for the whole group: nobody is set
    HEAD = "head"  # nobody is set
    FORWARDED = "forwarded"  # a colleague passed it on; never by routing
    ESCALATED = "escalated"  # its reader did not act: their deputy has it too; never by routing
    OFFICE = "office"  # not even a head is known: the school's own mailbox


ORDER = (
    Reason.COVER,
    Reason.OWNER,
    Reason.SHARES,
    Reason.DEPUTY,
    Reason.TRUST,
    Reason.ROLE,
    Reason.GROUP,
    Reason.HEAD,
    Reason.OFFICE,
)
"""Who is tried one after the other; the first who can receive it does."""
BESIDE = (Reason.SHARES, Reason.ALSO)
"""Who gets it beside the one whom the order finds, when that one is in ``LEADING``."""
LEADING = (Reason.COVER, Reason.OWNER, Reason.SHARES)
"""Who answers for the category at the school: a cover, the lead, a sharer in the lead's place."""
NOBODY_SET = (Reason.HEAD, Reason.OFFICE)
"""Gaps: the school registered nobody who can receive it."""

SHORT = {
    Reason.COVER: "by cover",
    Reason.OWNER: "to the owner",
    Reason.SHARES: "to a colleague who shares the job",
    Reason.ALSO: "to a colleague who gets it as well",
    Reason.DEPUTY: "to the deputy because the owner cannot receive it",
    Reason.TRUST: "to the person whom the trust named",
    Reason.ROLE: "to a clerk, governor or early years provider because nobody is set",
    Reason.GROUP: "to the person for the whole group because nobody is set",
    Reason.HEAD: "to the head because nobody is set",
    Reason.FORWARDED: "passed on by a colleague",
    Reason.ESCALATED: "to the deputy because nobody acted in time",
    Reason.OFFICE: "to the school’s own mailbox because no head is known",
}
"""For summaries: \"612 to the owner, 31 to the head because nobody is set\"."""

SENTENCES = {
    Reason.COVER: "Stands in for the owner of {area} on the day it is sent.",
    Reason.OWNER: "Registered by the school for {area}.",
    Reason.SHARES: "Shares {area}, and the owner cannot receive it.",
    Reason.ALSO: "Gets {area} as well as its owner.",
    Reason.DEPUTY: "Deputy for {area}: nobody else registered for it can receive it.",
    Reason.TRUST: "The school set nobody for {area}; its trust named this person.",
    Reason.ROLE: "Nobody is set for {area}, so it comes to them in their role.",
    Reason.GROUP: "Nobody is set for {area}; the school named this person for its whole group.",
    Reason.HEAD: "Nobody who can receive {area} is set, so it comes to the headteacher.",
    Reason.FORWARDED: "A colleague at the school passed it on.",
    Reason.ESCALATED: "Deputy for {area}: nobody acted on it in time.",
    Reason.OFFICE: "Nobody who can receive {area} is set and no headteacher can, so it goes to the "
    "school’s own mailbox.",
}


def sentence(reason: Reason, heading: str | None, *, beside: bool = False) -> str:
    """Say in a sentence, without naming anybody, why it goes to whom it goes.

    ``beside``: somebody else at the school answers for the category.
    """
    if heading is None:
        return (
            "It names no category, so it goes to the school’s own mailbox: no headteacher is known."
            if reason is Reason.OFFICE
            else "It names no category, so it comes to the headteacher."
        )
    if reason is Reason.SHARES and beside:
        return f"Shares “{heading}” with whoever answers for it."
    return SENTENCES[reason].format(area=f"“{heading}”")
