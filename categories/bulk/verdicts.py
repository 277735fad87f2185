"""What each row of a file comes to, against what is stored: a few statements for any file."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import Subquery

from categories.bulk.models import RowState, Verdict
from categories.bulk.refusing import refuse_covers, refuse_nameless, refuse_repeated
from categories.bulk.rows import ONE_OF
from categories.bulk.temporary import FILE, NAMES, PEOPLE, PLACES
from categories.models import Cover, Owner
from directory.models import RECIPIENTS, Membership, Person, PersonState, Role, School, SchoolStatus
from foundation.copying import analyse

RANK = 10**15
"""More than any id: a place's rank and its id fit into one number, so that min() finds both."""


@dataclass(frozen=True)
class Scope:
    """For whom a file speaks: an authority (None: every one), and perhaps one school of it."""

    authority_id: int | None
    school_id: int | None = None
    import_id: int = 0


def judge(session: Session, scope: Scope, target: sa.Table) -> None:
    """Write a row with its verdict into ``target`` for every row of the file loaded before.

    ``target`` has the columns of ``owner_import_row``. Of rows that say the same twice the first
    counts. Changes nothing else.
    """
    names, query = _judged(scope)
    session.execute(target.insert().from_select(names, query))
    analyse(session, target)  # or what follows would be planned for an empty table
    own = target.c.import_id == scope.import_id
    refuse_repeated(session, target, own)
    refuse_nameless(session, target, own)
    refuse_covers(session, target, own)


def _judged(scope: Scope) -> tuple[list[str], sa.Select[tuple[object, ...]]]:
    tables = _Joined.of(scope)
    column, reason = _faults(tables, scope)
    facts = tables.facts(scope)
    bad = reason != ""
    verdict = _verdict(bad, facts)
    said = {
        name: FILE.c[name]
        for name in ("line", "urn", "category", "email", "cover_email", "cover_from", "cover_to")
    }
    merged = {
        "name": sa.case((bad, FILE.c.name), else_=sa.func.coalesce(PEOPLE.c.name, "")),
        "telephone": sa.case(
            (bad, FILE.c.telephone), else_=sa.func.coalesce(PEOPLE.c.telephone, "")
        ),
        "job_title": sa.case(
            (bad, FILE.c.job_title), else_=sa.func.coalesce(PLACES.c.job_title, "")
        ),
    }
    passed = verdict.in_([Verdict.BAD.value, Verdict.SAME.value])
    values: dict[str, Any] = {
        "import_id": sa.literal(scope.import_id, sa.BigInteger),
        **said,
        **merged,
        "part": FILE.c.part,
        **facts,
        "verdict": verdict,
        "column_name": column,
        "reason": reason,
        "state": sa.case((passed, RowState.PASSED_OVER.value), else_=RowState.WAITING.value),
        "chosen": sa.true(),
    }
    query = sa.select(*[value.label(name) for name, value in values.items()])
    return list(values), query.select_from(tables.source).order_by(FILE.c.line)


@dataclass(frozen=True)
class _Joined:
    """The file beside everything that a row may mean."""

    source: sa.FromClause
    person: type[Person]
    stand_in: type[Person]
    present: type[Owner]
    own: type[Owner]
    place: type[Membership]

    @classmethod
    def of(cls, scope: Scope) -> "_Joined":
        """Join what the file names; everything may be missing."""
        person, stand_in = aliased(Person), aliased(Person)
        present, own, place = aliased(Owner), aliased(Owner), aliased(Membership)
        at_pair = (School.id, NAMES.c.category_id)
        best = _best_places(scope)
        school = School.urn == FILE.c.number
        if scope.authority_id is not None:
            school = sa.and_(school, School.authority_id == scope.authority_id)
        in_authority = School.authority_id
        source: sa.FromClause = sa.join(FILE, School, school, isouter=True)
        for table, condition in (
            (NAMES, (NAMES.c.authority_id == in_authority) & (NAMES.c.called == FILE.c.called)),
            (PEOPLE, PEOPLE.c.email == FILE.c.email),
            (PLACES, (PLACES.c.email == FILE.c.email) & (PLACES.c.number == FILE.c.number)),
            (person, (person.authority_id == in_authority) & (person.email == FILE.c.email)),
            (
                stand_in,
                (FILE.c.cover_email != "")
                & (stand_in.authority_id == in_authority)
                & (stand_in.email == FILE.c.cover_email),
            ),
            (best, (best.c.person_id == person.id) & (best.c.school_id == School.id)),
            (place, place.id == best.c.best % RANK),
            (
                present,
                _current(present, *at_pair)
                & (present.part == FILE.c.part)
                & FILE.c.part.in_(ONE_OF),
            ),
            (own, _current(own, *at_pair) & (own.person_id == person.id)),
        ):
            source = sa.outerjoin(source, table, condition)
        return cls(source, person, stand_in, present, own, place)

    def facts(self, scope: Scope) -> dict[str, Any]:
        """Return the columns of the target that say what the row means here."""
        person, own, present, place = self.person, self.own, self.present, self.place
        is_owner = sa.func.coalesce(own.part == FILE.c.part, sa.false())
        differs = sa.or_(
            PEOPLE.c.name.not_in(["", person.name]),
            PEOPLE.c.telephone.not_in(["", person.telephone]),
        )
        title = PLACES.c.job_title
        retitled = sa.and_(title != "", title != place.job_title)
        return {
            "authority_id": sa.func.coalesce(School.authority_id, scope.authority_id or 0),
            "school_id": School.id,
            "category_id": NAMES.c.category_id,
            "person_id": person.id,
            "before_id": sa.case(
                (sa.func.coalesce(present.person_id == person.id, sa.false()), None),
                else_=present.id,
            ),
            "own_id": sa.case((own.part != FILE.c.part, own.id)),
            "place_id": sa.case((retitled, place.id)),
            "is_owner": is_owner,
            # what somebody is called everywhere is not one school's to change
            "details_differ": sa.func.coalesce(differs, sa.false())
            if scope.school_id is None
            else sa.false(),
            "needs_place": sa.and_(sa.not_(is_owner), place.id.is_(None)),
            "cover_differs": self._cover_differs(),
        }

    def _cover_differs(self) -> sa.ColumnElement[bool]:
        there = sa.exists().where(
            Cover.authority_id == School.authority_id,
            Cover.school_id == School.id,
            Cover.category_id == NAMES.c.category_id,
            Cover.person_id == self.stand_in.id,
            Cover.starts_on == FILE.c.cover_from,
            Cover.ends_on == FILE.c.cover_to,
            Cover.ended_at.is_(None),
        )
        return sa.and_(FILE.c.cover_email != "", sa.not_(there))


def _current(owner: type[Owner], school_id: Any, category_id: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        owner.authority_id == School.authority_id,
        owner.school_id == school_id,
        owner.category_id == category_id,
        owner.ended_at.is_(None),
    )


def _best_places(scope: Scope) -> Subquery:
    """Return the place of each person at each school whose job title is meant: staff first."""
    rank = sa.case({Role.STAFF: 0, Role.HEAD: 1}, value=Membership.role, else_=2)
    query = sa.select(
        Membership.person_id,
        Membership.school_id,
        sa.func.min(rank * sa.literal(RANK, sa.BigInteger) + Membership.id).label("best"),
    ).where(
        Membership.school_id.is_not(None),
        Membership.role.in_(RECIPIENTS),
        Membership.ended_at.is_(None),
    )
    if scope.authority_id is not None:
        query = query.where(Membership.authority_id == scope.authority_id)
    if scope.school_id is not None:
        query = query.where(Membership.school_id == scope.school_id)
    return query.group_by(Membership.person_id, Membership.school_id).subquery("best")


Fault = tuple[sa.ColumnElement[bool], sa.ColumnElement[str] | str, sa.ColumnElement[str] | str]


def _faults(
    tables: _Joined, scope: Scope
) -> tuple[sa.ColumnElement[str | None], sa.ColumnElement[str]]:
    """Return the column and the reason of the first fault; the reason is empty where none is."""
    gone = sa.and_(
        tables.person.state != PersonState.ACTIVE,
        sa.func.coalesce(tables.own.part != FILE.c.part, sa.true()),
    )
    unnamed = "”  is not a category; use its short name, number or heading".replace("  ", " ")
    no_school = sa.literal("there is no school with URN ") + sa.cast(FILE.c.number, sa.String)
    other_name = sa.literal("line ") + sa.cast(PEOPLE.c.name_line, sa.String)
    # a school's file changes no known name, so one that was left from before does no harm there
    named_by_file = sa.true() if scope.school_id is None else tables.person.id.is_(None)
    faults: list[Fault] = [
        (FILE.c.reason != "", FILE.c.column_name, FILE.c.reason),
        (School.id.is_(None), "urn", no_school + "; import schools first"),
        (School.status == SchoolStatus.CLOSED, "urn", "this school has closed"),
        (
            NAMES.c.category_id.is_(None),
            "category",
            sa.literal("“") + sa.func.substr(FILE.c.category, 1, 60) + unnamed,
        ),
        (
            sa.and_(FILE.c.name != "", FILE.c.name != PEOPLE.c.name, named_by_file),
            "name",
            other_name + " gives this e-mail address another name; correct one of them",
        ),
        (gone, "email", "this person may not sign in any more; name somebody else"),
    ]
    if scope.school_id is not None:
        other = (School.id != scope.school_id, "urn", "this is not your school")
        faults.insert(2, other)
    column = sa.case(*[(when, then) for when, then, _ in faults], else_=None)
    reason = sa.case(*[(when, says) for when, _, says in faults], else_="")
    return column, reason


def _verdict(bad: sa.ColumnElement[bool], facts: dict[str, Any]) -> sa.ColumnElement[str]:
    is_first = sa.and_(
        facts["before_id"].is_(None), facts["own_id"].is_(None), sa.not_(facts["is_owner"])
    )
    differs = sa.or_(
        sa.not_(facts["is_owner"]),
        facts["details_differ"],
        facts["needs_place"],
        facts["place_id"].is_not(None),
        facts["cover_differs"],
    )
    return sa.case(
        (bad, Verdict.BAD.value),
        (is_first, Verdict.ADD.value),
        (differs, Verdict.CHANGE.value),
        else_=Verdict.SAME.value,
    )
