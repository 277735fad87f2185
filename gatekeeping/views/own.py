"""What the writing pages share: finding one's submission, saving a page, showing it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from directory.access import hat, signed_in_person
from directory.hats import Hat
from directory.models import Role
from foundation import clock
from foundation.errors import NotFoundError
from foundation.web import db_session
from gatekeeping.assessment import Assessment, assess
from gatekeeping.authors import of_the_team, serves_the_team
from gatekeeping.documents import DocumentError, SubmissionDocument
from gatekeeping.forms import Form
from gatekeeping.models import Kind, State, Submission
from gatekeeping.writing.endorsing import reported_to
from gatekeeping.writing.submissions import FrozenError, StaleError, is_editable, save

READERS = (Role.OFFICER, Role.GATEKEEPER, Role.EXECUTIVE, Role.AUDITOR, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Section:
    """One page of the form. ``endpoint`` is its view; most share one."""

    slug: str
    title: str
    endpoint: str = "section"
    for_requests_only: bool = False
    optional: bool = False

    def url(self, submission_id: int, **more: Any) -> str:
        """Return its address for a submission."""
        if self.endpoint == "section":
            more["slug"] = self.slug
        return url_for(f"gatekeeping.{self.endpoint}", submission_id=submission_id, **more)


SECTIONS = (
    Section("about", "What it is and why"),
    Section("text", "Text for schools"),
    Section("audience", "Schools", "audience"),
    Section("categories", "Categories", "categories"),
    Section("claim", "Where it comes from", optional=True),
    Section("items", "What you ask for", "items", for_requests_only=True),
    Section("effort", "What it costs schools", "effort", for_requests_only=True),
    Section("reply", "How schools answer", for_requests_only=True),
    Section("need", "Need and use", for_requests_only=True, optional=True),
    Section("renewal", "Earlier rounds", for_requests_only=True, optional=True),
    Section("dates", "Dates"),
    Section("emergency", "Emergency", optional=True),
    Section("attachments", "Files", "attachments", optional=True),
)
BY_SLUG = {section.slug: section for section in SECTIONS}


def sections_for(kind: Kind) -> list[Section]:
    """Return the pages that a submission of this kind has, in their order."""
    asks = kind is Kind.DATA_REQUEST
    return [section for section in SECTIONS if asks or not section.for_requests_only]


def visible(hat: Hat) -> sa.ColumnElement[bool]:
    """Return the condition of what this hat may read: officers their team's, others all."""
    if hat.role is Role.OFFICER:
        return of_the_team(hat)
    submitted = Submission.state != State.DRAFT
    return sa.and_(Submission.authority_id == hat.authority_id, submitted)


def find_submission(
    submission_id: int, *, as_manager: bool = False, as_partner: bool = False
) -> Submission:
    """Return a submission that the hat may read, its author and team with it; else not found.

    ``as_manager``: also when the author reports to whoever is signed in as an officer.
    ``as_partner``: also when something of the officer's team is joined to it.
    """
    readable = visible(hat())
    if as_partner and hat().role is Role.OFFICER:
        readable = sa.or_(readable, serves_the_team(hat()))
    if as_manager and hat().role is Role.OFFICER:
        readable = sa.or_(readable, reported_to(hat().authority_id, hat().person_id))
    found = db_session().scalars(
        sa.select(Submission)
        .where(Submission.id == submission_id, readable)
        .options(joinedload(Submission.author), joinedload(Submission.team))
    )
    submission = found.one_or_none()
    if submission is None:
        raise NotFoundError
    return submission


def find_draft(submission_id: int) -> Submission:
    """Return a submission that the hat may still write; FrozenError when it was submitted."""
    draft = find_submission(submission_id)
    if not is_editable(draft):
        raise FrozenError(draft.state)
    return draft


def judged(draft: Submission) -> Assessment:
    """Return what the gate would say of the draft now."""
    document = SubmissionDocument.read(draft.document)
    return assess(
        db_session(), draft.authority_id, document, at=clock.now(), submission_id=draft.id
    )


def keep(draft: Submission, form: Form, changes: Mapping[str, Any]) -> str | None:
    """Save one page and commit; return why not, when somebody else changed the same fields.

    A value that the document refuses becomes an error beside its field (and None is returned:
    look at ``form.errors``).
    """
    try:
        save(
            db_session(),
            draft,
            changes,
            by=signed_in_person(),
            at=clock.now(),
            mark=request.form.get("mark"),
        )
    except StaleError as stale:
        return str(stale)
    except DocumentError as fault:
        for place, problem in fault.problems:
            name = place.split(".")[0]
            field = form[name if name in form else next(iter(form)).name]
            field.errors = [*field.errors, f"This cannot be used: {problem}."]
        return None
    db_session().commit()
    return None


def onward(draft: Submission, section: Section) -> ResponseReturnValue:
    """Go where the pressed button leads: the next page, or the list of tasks."""
    if request.form.get("then") == "tasks":
        return redirect(url_for("gatekeeping.tasks", submission_id=draft.id))
    following = sections_for(draft.kind)
    slugs = [each.slug for each in following]
    place = slugs.index(section.slug) + 1 if section.slug in slugs else len(slugs)
    if place < len(following):
        return redirect(following[place].url(draft.id))
    return redirect(url_for("gatekeeping.check", submission_id=draft.id))
