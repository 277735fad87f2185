"""What was joined to a submission, and of which parts it therefore consists."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from gatekeeping.documents import Item, SubmissionDocument
from gatekeeping.models import Joining, JoiningKind, Submission, SubmissionVersion
from gatekeeping.uniting.wholes import numbers_of
from gatekeeping.uniting.work import Part

MOST = 100


@dataclass(frozen=True)
class Made:
    """The parts of a submission: its own version, and what is joined to it now.

    ``intact`` is false when its officer has changed schools or work since: then ``base`` is the
    newest version, in which the parts cannot be told apart any more.
    """

    base: SubmissionVersion
    children: Sequence[tuple[Joining, SubmissionVersion]] = ()
    intact: bool = True

    def parts(self, number: str, items: Sequence[Item], *, beside: str = "") -> list[Part]:
        """Return the parts with what each asks of ``items``, the submission's own first.

        ``beside`` is the number of another for which some of the items are asked.
        """
        numbers = [joining.child.number or "" for joining, _ in self.children]
        own = frozenset(
            place
            for place, item in enumerate(items)
            if not item.asked_by or set(numbers_of(item.asked_by)) - {*numbers, beside}
        )
        return [
            Part(number, SubmissionDocument.read(self.base.document), own),
            *(
                Part(child, SubmissionDocument.read(version.document), asked_of(items, child))
                for child, (_, version) in zip(numbers, self.children, strict=True)
            ),
        ]


def asked_of(items: Sequence[Item], number: str) -> frozenset[int]:
    """Return the places of the items that are asked for a number."""
    return frozenset(
        place for place, item in enumerate(items) if number in numbers_of(item.asked_by)
    )


def joinings_of(
    session: Session, parent: Submission, *, live_only: bool = False
) -> Sequence[Joining]:
    """Return what was joined to a submission, the oldest first: one statement."""
    conditions = [Joining.authority_id == parent.authority_id, Joining.parent_id == parent.id]
    if live_only:
        conditions.append(Joining.undone_at.is_(None))
    return session.scalars(
        sa.select(Joining)
        .where(*conditions)
        .options(
            joinedload(Joining.child).options(
                joinedload(Submission.author),
                joinedload(Submission.team),
                joinedload(Submission.organisation),
            ),
            joinedload(Joining.by),
        )
        .order_by(Joining.id)
        .limit(MOST)
    ).all()


def joining_of(session: Session, child: Submission) -> Joining | None:
    """Return how a submission is joined to another now, if it is: one statement."""
    return session.scalars(
        sa.select(Joining)
        .where(
            Joining.authority_id == child.authority_id,
            Joining.child_id == child.id,
            Joining.undone_at.is_(None),
        )
        .options(joinedload(Joining.parent).joinedload(Submission.author), joinedload(Joining.by))
    ).first()


def made_of(
    session: Session,
    newest: SubmissionVersion,
    joinings: Sequence[Joining],
    *,
    including: int | None = None,
) -> Made:
    """Return of which parts the newest version of a submission consists: one statement or none.

    ``including``: a joining that counts although it is undone, because it is still in there.
    """
    united = [row for row in joinings if row.kind is JoiningKind.UNITED]
    if not united:
        return Made(newest)
    last, base = _last_of(united)
    live = [
        row
        for row in united
        if row.base_id == base and (row.undone_at is None or row.id == including)
    ]
    wanted = {last, base, *(row.child_version_id for row in live)}
    found = {
        version.id: version
        for version in session.scalars(
            sa.select(SubmissionVersion).where(
                SubmissionVersion.authority_id == newest.authority_id,
                SubmissionVersion.id.in_(wanted),
            )
        )
    }
    then, now = (SubmissionDocument.read(each.document) for each in (found[last], newest))
    if (then.effort, then.audience) != (now.effort, now.audience):
        return Made(newest, intact=False)
    return Made(found[base], [(row, found[row.child_version_id]) for row in live])


def _last_of(united: Sequence[Joining]) -> tuple[int, int]:
    """Return the version of the last joining or undoing, and the version it is based on."""
    events = [(row.after_id, row.base_id) for row in united]
    for row in united:
        if row.undone_version_id is not None:
            rebased = row.brought.get("rebased", False)
            events.append((row.undone_version_id, row.undone_version_id if rebased else 0))
    events.sort()
    base = next(base for _, base in reversed(events) if base)
    return events[-1][0], base
