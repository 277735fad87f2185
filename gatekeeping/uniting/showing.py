"""What the pages of two joined submissions say of each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from gatekeeping.models import Joining, JoiningKind, State, Submission
from gatekeeping.uniting.telling import hours, in_lines

MOST = 100


@dataclass(frozen=True)
class Child:
    """A submission that is joined to the one on the page, and what it brings."""

    id: int
    joining_id: int | None
    number: str
    title: str
    owner: str
    sentence: str


@dataclass(frozen=True)
class Into:
    """To what the submission on the page is joined, and what became of its items."""

    id: int
    number: str
    title: str
    owner: str
    reused: bool
    lines: Sequence[str]


@dataclass(frozen=True)
class Ties:
    """What is joined to a submission, or to what it is joined."""

    joined: Sequence[Child] = ()
    into: Into | None = None


def ties_of(session: Session, submission: Submission) -> Ties:
    """Return both for a page: one statement."""
    child, parent = aliased(Submission), aliased(Submission)
    ours = sa.or_(child.id == submission.id, child.merged_into_id == submission.id)
    rows = session.execute(
        sa.select(child, parent, Joining)
        .join(parent, parent.id == child.merged_into_id)
        .outerjoin(
            Joining,
            sa.and_(
                Joining.child_id == child.id,
                Joining.parent_id == parent.id,
                Joining.undone_at.is_(None),
            ),
        )
        .where(child.authority_id == submission.authority_id, child.state == State.MERGED, ours)
        .options(
            joinedload(child.author),
            joinedload(child.team),
            joinedload(parent.author),
            joinedload(parent.team),
        )
        .order_by(child.id)
        .limit(MOST)
    ).all()
    into = next((_into(row[1], row[2]) for row in rows if row[0].id == submission.id), None)
    joined = [_child(row[0], row[2]) for row in rows if row[0].id != submission.id]
    return Ties(joined, into)


def brings(joining: Joining) -> str:
    """Return “It brings 2 items and 35 schools, and saves 12.5 hours a year.”, or what is true."""
    if joining.kind is JoiningKind.REUSED:
        what = "It reuses the answers"
    else:
        fresh = sum(item["take"] == "as_well" for item in joining.brought.get("items", ()))
        figures = joining.figures
        schools = figures.get("schools", 0) - figures["parent"]["schools"]
        what = f"It brings {_counted(fresh, 'item')} and {_counted(max(schools, 0), 'school')}"
    if joining.saving_minutes < 0:
        return f"{what}, and costs {hours(-joining.saving_minutes)} hours a year more."
    return f"{what}, and saves {hours(joining.saving_minutes)} hours a year."


def _child(child: Submission, joining: Joining | None) -> Child:
    return Child(
        id=child.id,
        joining_id=joining.id if joining else None,
        number=child.number or "",
        title=child.title,
        owner=_owner(child),
        sentence=brings(joining) if joining else "",
    )


def _into(parent: Submission, joining: Joining | None) -> Into:
    return Into(
        id=parent.id,
        number=parent.number or "",
        title=parent.title,
        owner=_owner(parent),
        reused=joining is not None and joining.kind is JoiningKind.REUSED,
        lines=in_lines(joining, parent.number or "") if joining else (),
    )


def _owner(submission: Submission) -> str:
    team = submission.team
    return f"{submission.author.name}, {team.name}" if team else submission.author.name


def _counted(number: int, noun: str) -> str:
    if number == 0:
        return f"no {noun}s more"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
