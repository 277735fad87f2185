"""Two submissions side by side: how alike they are, what both ask, the schools of both.

Gatekeepers, executives, auditors and administrators read both whole. An officer whose own is
submitted reads the other too, with personal data masked; whose own is still a draft, or where the
other is withheld, reads of another team's what the register shows, its items and its dates.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from directory.access import hat, needs, signed_in_person
from directory.kinds import PHASE_NAMES, phases_of
from directory.models import Role, School
from foundation import audit, clock
from foundation.errors import NotFoundError
from foundation.paging import Pages, page_asked
from foundation.spreadsheets import Cell, write_csv
from foundation.web import db_session
from gatekeeping.alike.approaching import approaches_of, dates_to_come
from gatekeeping.alike.lines import lines_of, shared_of
from gatekeeping.alike.side_by_side import (
    Outside,
    Side,
    Together,
    is_named,
    outside,
    schools_in_common,
    schools_of,
    shared_outside,
    together,
)
from gatekeeping.authors import is_of_the_team
from gatekeeping.deciding.beside import aligned
from gatekeeping.deciding.dossier import find_submission as find_submitted
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.models import State, SubmissionVersion
from gatekeeping.moves import STATE_NAMES
from gatekeeping.registry.masking import is_withheld, masked, public_title
from gatekeeping.registry.register_entries import Entry, decisions_of, entry_of
from gatekeeping.views import bp
from gatekeeping.views.own import READERS, find_submission
from gatekeeping.wording import KINDS
from gatekeeping.writing.submissions import is_editable

PAGE = 50
MOST_IN_A_FILE = 30_000
STATES = {**STATE_NAMES, State.CHALLENGED: "Question asked", State.RETURNED: "Returned"}
SEEN_OUTSIDE = frozenset(
    {"Title", "Kind", "Time it is about", "To be sent", "Answers due", "As at"}
)
"""What stands side by side for another team's officer, beside the items."""
COLUMNS = ("URN", "School", "District", "Phase")
MASKED = ("title", "purpose", "body", "legal_claim", "period", "results_back", "used_before")


@dataclass(frozen=True)
class Two:
    """Both sides, and whether whoever asks may read the other whole."""

    ours: Side
    theirs: Side
    version: SubmissionVersion
    whole: bool
    is_mine: bool
    """Whether ours is the officer's own, so that something can be done about it."""

    @property
    def title(self) -> str:
        """Return the other's title as whoever asks may read it."""
        theirs = self.theirs.submission
        return theirs.title if self.whole else public_title(theirs)


@bp.context_processor
def alike_words() -> dict[str, object]:
    """Give every page of the gate the lines of a likeness."""
    return {"likeness_lines": lines_of, "likeness_shared": shared_of, "dates_of": _dates_of}


@bp.get("/submissions/<int:submission_id>/like/<int:other_id>")
@needs(*READERS)
def like(submission_id: int, other_id: int) -> ResponseReturnValue:
    """Show how alike two submissions are, and both texts side by side."""
    return beside_page(submission_id, other_id)


def beside_page(submission_id: int, other_id: int) -> str:
    """Show two submissions side by side: about eight statements."""
    session, found = db_session(), find_two(submission_id, other_id)
    ours, theirs = found.ours, found.theirs
    protocol = protocol_of(session, ours.submission.authority_id)
    both = _checked(found, together(session, ours, theirs, protocol))
    seen = None if found.whole else outside(theirs, found.title)
    shared = both.shared if found.whole else shared_outside(both.shared, theirs)
    return render_template(
        "gatekeeping/alike/beside.html",
        submission=ours.submission,
        other=theirs.submission,
        title_of_other=found.title,
        lines=lines_of(both.detail, "your" if found.is_mine else "its"),
        both=both,
        shared=shared,
        schools=both.schools,
        rows=aligned(
            ours.document,
            _readable(found, seen),
            only=None if found.whole else SEEN_OUTSIDE,
            pairs=[(one.ours, one.theirs) for one in shared],
        ),
        whole=found.whole,
        seen=seen,
        entry=None if found.whole else _entry(found),
        is_mine=found.is_mine,
        can_edit=found.is_mine and is_editable(ours.submission),
        same_team=_is_ours(found),
        dates=dates_to_come(theirs.document.send_on, theirs.document.due_on, _today()),
        approaches=[
            one
            for one in approaches_of(session, ours.submission)
            if {one.submission_id, one.other_id} == {submission_id, other_id}
        ],
        state_names=STATES,
        kinds=KINDS,
    )


@bp.get("/submissions/<int:submission_id>/like/<int:other_id>/schools")
@needs(*READERS)
def like_schools(submission_id: int, other_id: int) -> ResponseReturnValue:
    """List the schools that would get both."""
    session, found, page = db_session(), find_two(submission_id, other_id), page_asked(request.args)
    check_alike(found)
    schools = schools_of(session, found.ours, found.theirs)
    values = {"submission_id": submission_id, "other_id": other_id}
    return render_template(
        "gatekeeping/alike/schools.html",
        submission=found.ours.submission,
        other=found.theirs.submission,
        title_of_other=found.title,
        schools=schools,
        rows=schools_in_common(session, found.ours, found.theirs, page=page, size=PAGE),
        phases=_phases,
        pages=Pages.of(schools.both, page, PAGE, "gatekeeping.like_schools", values),
    )


@bp.get("/submissions/<int:submission_id>/like/<int:other_id>/schools.csv")
@needs(*READERS, writes=True)
def like_schools_file(submission_id: int, other_id: int) -> ResponseReturnValue:
    """Hand out the schools that would get both as a file; the audit trail notes it."""
    session, found = db_session(), find_two(submission_id, other_id)
    check_alike(found)
    rows = list(_cells(schools_in_common(session, found.ours, found.theirs, size=MOST_IN_A_FILE)))
    audit.record(
        session,
        authority_id=hat().authority_id,
        action="schools_in_common.exported",
        subject="submission",
        subject_id=submission_id,
        by=signed_in_person().id,
        at=clock.now(),
        detail={"other": other_id, "rows": len(rows)},
    )
    session.commit()
    response = Response(write_csv(COLUMNS, rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="schools-in-both.csv")
    return response


def find_two(submission_id: int, other_id: int) -> Two:
    """Return both sides as far as whoever asks may know of them; else not found."""
    session, is_officer = db_session(), hat().role is Role.OFFICER
    if not is_officer:
        first, version = find_submitted(session, hat().authority_id, submission_id)
        ours = Side(first, SubmissionDocument.read(version.document))
    else:
        first = find_submission(submission_id)
        ours = Side(first, SubmissionDocument.read(first.document))
    other, earlier = find_submitted(session, hat().authority_id, other_id)
    theirs = Side(other, SubmissionDocument.read(earlier.document))
    if first.id == other.id:
        raise NotFoundError
    whole = not is_officer or is_of_the_team(hat(), other)
    if not whole:
        gone = other.state in {State.WITHDRAWN, State.LAPSED}
        whole = first.version > 0 and not gone and not is_withheld(other)
    return Two(ours, theirs, earlier, whole, is_officer)


def _today() -> date:
    return clock.local_date(clock.now())


def _dates_of(detail: Mapping[str, Any]) -> dict[str, date]:
    """Return the dates of the other that are still to come, as a finding's detail keeps them."""
    send_on, due_on = (
        date.fromisoformat(text) if (text := str(detail.get(name) or "")) else None
        for name in ("send_on", "due_on")
    )
    return dates_to_come(send_on, due_on, _today())


def _is_ours(found: Two) -> bool:
    return hat().role is Role.OFFICER and is_of_the_team(hat(), found.theirs.submission)


def _checked(found: Two, both: Together) -> Together:
    """Let an officer see of another team's only what is like their own."""
    if not found.is_mine or _is_ours(found) or both.is_alike:
        return both
    if not is_named(db_session(), found.ours.submission, found.theirs.submission.id):
        raise NotFoundError
    return both


def check_alike(found: Two) -> None:
    """Raise NotFoundError where an officer looks at what has nothing to do with their own."""
    if found.is_mine and not _is_ours(found):
        session = db_session()
        protocol = protocol_of(session, found.ours.submission.authority_id)
        _checked(found, together(session, found.ours, found.theirs, protocol))


def _readable(found: Two, seen: Outside | None) -> SubmissionDocument:
    """Return the other's document with what whoever asks may not read masked."""
    document, submission = found.theirs.document, found.theirs.submission
    if seen is not None:
        names = seen.items
        items = [
            item.model_copy(update={"name": name, "definition": ""})
            for item, name in zip(document.items, names, strict=False)
        ]
        return document.model_copy(
            update={
                "title": seen.title,
                "items": items,
                "period": "" if seen.withheld else masked(document.period),
            }
        )
    if not found.is_mine or _is_ours(found):
        return document
    hide = [submission.author.name]
    changes: dict[str, object] = {name: masked(getattr(document, name), hide) for name in MASKED}
    changes["items"] = [
        item.model_copy(
            update={
                "name": masked(item.name, hide),
                "definition": masked(item.definition, hide),
            }
        )
        for item in document.items
    ]
    return document.model_copy(update=changes)


def _entry(found: Two) -> Entry:
    """Return what the public register shows of the other: one statement."""
    submission = found.theirs.submission
    made = decisions_of(db_session(), submission.authority_id, [submission.id])[submission.id]
    return entry_of(submission, found.version, made, open_only=True)


def _phases(school: School) -> str:
    return ", ".join(PHASE_NAMES[phase] for phase in phases_of(school.phase_code))


def _cells(schools: Iterable[School]) -> Iterator[list[Cell]]:
    for school in schools:
        yield [school.urn, school.name, school.district, _phases(school)]
