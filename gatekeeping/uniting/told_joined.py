"""The mails about submissions that are joined, or no longer: queued with the change itself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person
from gatekeeping.letters.addressees import write_to
from gatekeeping.models import Joining, State, Submission
from gatekeeping.uniting.telling import added


def tell_owner_of_parent(
    session: Session, parent: Submission, joining: Joining, *, at: datetime, address: str
) -> None:
    """Tell the officer into whose submission another was merged, and what that adds."""
    child = joining.child
    lines = [
        (
            f"Another submission was joined to yours: {_reference(child)}: {child.title}, of "
            f"{child.author.name}. Schools are asked once, for both of you."
        ),
        "\n".join(added(joining)),
        _stands(parent),
        "Please agree with each other who gets the answers. The letter follows on the page below.",
        f"{address}/submissions/{parent.id}",
    ]
    write_to(
        session,
        parent,
        [parent.author],
        "Another was joined to yours",
        [line for line in lines if line],
        at=at,
    )


def tell_given_back(
    session: Session, child: Submission, parent: Submission, *, at: datetime, address: str
) -> None:
    """Tell the officer of a merged submission that it is looked at by itself again."""
    sentence = (
        f"It had been joined to {parent.number}, which is not sent to schools. So yours waits for "
        "a gatekeeper by itself again. You need not do anything."
    )
    lines = [sentence, f"{address}/submissions/{child.id}"]
    write_to(session, child, [child.author], "Looked at again", lines, at=at)


def tell_parted(
    session: Session, joining: Joining, reason: str, *, at: datetime, address: str
) -> None:
    """Tell both officers that a gatekeeper took the two apart, and what follows for each."""
    parent, child = joining.parent, joining.child
    lines = [
        (
            f"It is no longer joined to {parent.number}. It waits for a gatekeeper by itself "
            "again, as you wrote it."
        ),
        reason,
        f"{address}/submissions/{child.id}",
    ]
    write_to(session, child, [child.author], "No longer joined", lines, at=at)
    sentence = f"{_reference(child)}: {child.title} is no longer joined to yours."
    _tell_parent(session, joining, [sentence, reason], at=at, address=address)


def tell_left(session: Session, joining: Joining, *, at: datetime, address: str) -> None:
    """Tell the parent's officer that the other was withdrawn."""
    child = joining.child
    sentence = (
        f"{_reference(child)}: {child.title} was withdrawn, so it is no longer joined to yours."
    )
    _tell_parent(session, joining, [sentence], at=at, address=address)


def _tell_parent(
    session: Session, joining: Joining, lines: Sequence[str], *, at: datetime, address: str
) -> None:
    parent = joining.parent
    kept = f"Stays in yours: {'; '.join(joining.kept)}." if joining.kept else ""
    changed = (
        f"Version {parent.version} asks only for what remains."
        if joining.undone_version_id is not None
        else ""
    )
    listed = [*lines, changed, kept, _stands(parent), f"{address}/submissions/{parent.id}"]
    people: list[Person] = [parent.author]
    write_to(session, parent, people, "No longer joined", [one for one in listed if one], at=at)


def _stands(parent: Submission) -> str:
    """Return what the change does to an approval that there was."""
    if parent.state is not State.SUSPENDED:
        return ""
    return (
        "It is not what was approved any more, so a gatekeeper has to approve it as it is now. "
        "Until then nothing is sent. You need not do anything."
    )


def _reference(submission: Submission) -> str:
    return f"{submission.number} v{submission.version}"
