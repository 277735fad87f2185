"""The rows of the small world: ``size`` of everything that a page lists, in every state."""

import io
import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from categories.models import Part
from categories.starting.alike import LEAST
from directory.models import SCHOOL_ROLES, Membership, OrganisationKind, Role, School
from foundation import clock
from foundation.files import FileStore
from gatekeeping.models import Attachment, LetterState, Message, Move, State, Submission, Verb
from notifications.models import DeliveryState, Notice
from tests.factories import law
from tests.factories.base import NOON
from tests.factories.calendar import BusyDateFactory, TermDatesFactory
from tests.factories.categories import (
    CategoryFactory,
    CoverFactory,
    GroupDefaultFactory,
    OwnerFactory,
    OwnerReminderFactory,
    TrustOwnerFactory,
)
from tests.factories.directory import (
    GatekeeperFactory,
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolFactory,
    TeamFactory,
)
from tests.factories.gatekeeping import make_decision, make_finding, make_submission, version_of
from tests.factories.notifications import (
    DeliveryFactory,
    DeliveryMoveFactory,
    NoticeAttachmentFactory,
    NoticeFactory,
)
from tests.whole.afterwards import fill_afterwards
from tests.whole.bulletins import fill_bulletins
from tests.whole.bypass import fill_bypass
from tests.whole.changes import fill_changes
from tests.whole.chasing import fill_chasing
from tests.whole.documents import fill_documents
from tests.whole.held import fill_held
from tests.whole.mail_counting import fill_mail_directory
from tests.whole.owner_files import fill_owner_files
from tests.whole.process import fill_heavy, fill_process
from tests.whole.reaching import fill_reaching
from tests.whole.reading import fill_reading
from tests.whole.staffing import fill_staff
from tests.whole.trusts import fill_trusts
from tests.whole.updating import fill_updates
from tests.whole.versions import fill_versions

Hats = dict[str, Membership]
Ids = dict[str, dict[str, Any]]
SECRET = "Kestrel"
DOCUMENT = {
    "kind": "data_request",
    "title": f"{SECRET} numbers",
    "purpose": f"So that we know how many {SECRET}s there are.",
    "body": f"Please count every {SECRET}.",
    "items": [{"name": f"{SECRET}s by year", "definition": "", "why": "", "personal": False}],
    "audience": {"all": True},
    "due_on": "2027-03-01",
}


def people(size: int) -> Hats:
    """Make somebody for each role, each with a second hat, and colleagues."""
    school = SchoolFactory(name=f"{SECRET} School", district="Preston")
    hats = {}
    others = [SchoolFactory() for _ in range(size)]
    for role in Role:
        person = PersonFactory(name=f"{SECRET} {role.value}")
        for other in others:
            MembershipFactory(person=person, role=Role.GOVERNOR, school=other)
        if role in SCHOOL_ROLES:
            hats[role.value] = MembershipFactory(
                person=person, school=school, role=role, manages_owners=role is Role.STAFF
            )
        else:
            # each in a team of their own: who decides may be no colleague of the author
            team = TeamFactory(name=f"{SECRET} {role.value}")
            hats[role.value] = OfficerFactory(person=person, role=role, team=team)
    trust = OrganisationFactory(kind=OrganisationKind.TRUST, name=f"{SECRET} Trust")
    school.trust_id = hats["trust"].organisation_id = trust.id
    for number in range(size):
        MembershipFactory(school=school, person=PersonFactory(name=f"{SECRET} staff {number}"))
        SchoolFactory(
            name=f"{SECRET} {number}",
            district=f"{SECRET} district {number}",
            trust=OrganisationFactory(name=f"{SECRET} {number}", kind=OrganisationKind.TRUST),
        )
    return hats


def fill(session: Session, hats: Hats, ids: Ids, files: FileStore, size: int) -> None:
    """Make rows for every page, and name in ``ids`` what stands in their addresses."""
    stored = files.put(io.BytesIO(f"{SECRET} inside".encode()), most=1000)
    ids["gatekeeping.verify"] = {"text": "888-2627-C-00001-A"}
    ids["signin.enter"] = {"token": "no-such-token"}
    ids["categories.coverage_file"] = {"what": "schools", "kind": "csv"}
    school = hats["head"].school
    for endpoint in ("categories.school", "categories.set_somebody"):
        ids[endpoint] = {"urn": school.urn}
    _fill_calendar(ids, size)
    _fill_categories(hats, ids, size)
    ids.update(fill_versions(SECRET, size))
    ids.update(fill_trusts(hats, size))
    ids.update(fill_owner_files(session, hats, SECRET, size))
    _fill_inboxes(hats, ids, stored.sha256, size)
    fill_reading(hats, ids, SECRET, size)
    _fill_gate(session, hats, ids, stored.sha256, size)
    ids |= fill_updates(size)
    fill_mail_directory(size)
    fill_chasing(session, hats, ids)
    fill_reaching(session, hats, ids)
    fill_bulletins(session, hats, ids, SECRET, size)
    for name, found in fill_bypass(hats, size).items():
        ids[name] = {**ids.get(name, {}), **found}
    ids["staff"] = fill_staff(session, hats, size)
    # the last: what is printed is what the items are in the end
    fill_documents(session, hats, ids, SECRET, stored.sha256, size)


def _fill_calendar(ids: Ids, size: int) -> None:
    """Enter what the whole authority may see: it does not carry the secret word."""
    for number in range(size):
        busy = BusyDateFactory(what=f"Census {number}")
        TermDatesFactory(school_id=SchoolFactory().id)
        term = TermDatesFactory(school_year=f"{2030 + number}/{31 + number}", term="Autumn")
    ids["calendar"] = {"term_id": term.id, "busy_id": busy.id}


def _fill_categories(hats: Hats, ids: Ids, size: int) -> None:
    head, staff = hats["head"], hats["staff"]
    today = clock.local_date(clock.now())
    trust = OrganisationFactory(kind=OrganisationKind.TRUST)
    OwnerReminderFactory(school_id=head.school_id)
    for number in range(size):
        deputy = MembershipFactory(school=head.school).person
        slug = f"care-{number}"
        category = CategoryFactory(slug=slug, heading=f"Care {number}")
        facts = {"school": head.school, "category": category}
        OwnerFactory(**facts, person=staff.person, ended_at=NOON)
        OwnerFactory(**facts, person=MembershipFactory(school=head.school).person)
        OwnerFactory(**facts, part=Part.DEPUTY, person=deputy)
        GroupDefaultFactory(school_id=head.school_id, group=slug, person=deputy)
        TrustOwnerFactory(trust_id=trust.id, category=category, person=deputy)
        CoverFactory(
            school_id=head.school_id,
            category_id=category.id,
            person=MembershipFactory(school=head.school).person,
            starts_on=today,
            ends_on=today + timedelta(days=3),
        )
        ids["categories"] = {"slug": slug}
        ids["categories.away_who"] = {"person_id": deputy.id}
    other = _school_like(head.school, size)
    ids["categories.group"] = {"slug": category.group}
    ids["categories.like"] = {"urn": other.urn}


def _school_like(school: School, size: int) -> School:
    """Make another school of the same kind that has owners: its pattern may be copied."""
    categories = [CategoryFactory() for _ in range(LEAST + 2)]
    for _ in range(size):
        other = SchoolFactory(district=school.district)
        place = MembershipFactory(school=other, job_title="School business manager")
        for category in categories:
            OwnerFactory(school=other, category=category, person=place.person)
    return other


def _fill_inboxes(hats: Hats, ids: Ids, sha256: str, size: int) -> None:
    sources = itertools.count(1_000_000)  # no id of a submission's version
    for role in sorted(SCHOOL_ROLES):
        for number in range(size):
            notice = NoticeFactory(
                source_id=next(sources),
                title=f"{SECRET} {role} {number}",
                body=f"Feed the {SECRET}.",
            )
            file = NoticeAttachmentFactory(notice_id=notice.id, sha256=sha256)
            category = CategoryFactory(heading=f"Place {role} {number}", retired_at=NOON)
            item = DeliveryFactory.to(hats[role.value], notice=notice, category_id=category.id)
            DeliveryMoveFactory(delivery_id=item.id, to_person_id=item.person_id)
            DeliveryFactory.to(
                hats[role.value], state=DeliveryState.DONE, notice__source_id=next(sources)
            )
        for number in range(size):  # beside the last one: the same notice, again at this school
            colleague = MembershipFactory(school=hats[role.value].school)
            DeliveryFactory.to(colleague, notice=notice)
            NoticeAttachmentFactory(notice_id=notice.id, sha256=sha256, name=f"{number}.pdf")
        mine = {"delivery_id": item.id, "attachment_id": file.id}
        ids["notifications"], ids[f"notifications {role.value}"] = dict(mine), mine
        challenged = {"delivery_id": item.id}
        ids["gatekeeping.challenge_item"] = ids[f"gatekeeping {role.value}"] = challenged


def _fill_gate(session: Session, hats: Hats, ids: Ids, sha256: str, size: int) -> None:
    made: dict[State, Submission] = {}
    hands = list(_hands(hats, size))
    for state in State:
        for author, holder in hands:
            made[state] = make_submission(
                state,
                author=author,
                claimed_by=holder if state is State.IN_REVIEW else None,
                document=_document(size),
            )
            if state is not State.DRAFT:
                make_finding(version_of(made[state]))
    files = {}
    for state in (State.DRAFT, State.TRIAGE, State.CHALLENGED, State.LIVE):
        for author, _ in hands:
            files[state] = _in_thread(session, made[state], author, sha256)
    decision = make_decision(
        made[State.LIVE],
        hats["gatekeeper"],
        Verb.APPROVE,
        letter_state=LetterState.WRITTEN,
        letter_sha256=sha256,
    )
    _sent(session, made[State.LIVE], size)
    more = fill_process(session, hats, made, decision)
    session.flush()
    draft = {"submission_id": made[State.DRAFT].id, "attachment_id": files[State.DRAFT].id}
    live = {"submission_id": made[State.LIVE].id, "attachment_id": files[State.LIVE].id}
    ids["gatekeeping"] = {
        **draft,
        **more,
        **fill_held(session, hats, size),
        "decision_id": decision.id,
        "slug": "about",
        "kind": "csv",
    }
    ids |= _process_ids(made, more["condition_id"], fill_heavy(session, hats, size).id)
    for endpoint in ("decide", "decided", "claim", "release", "planned", "planned_file"):
        ids[f"gatekeeping.{endpoint}"] = {"submission_id": made[State.TRIAGE].id, "kind": "csv"}
    for endpoint in ("show", "delivered", "delivered_file", "take_back", "copy", "attachment"):
        ids[f"gatekeeping.{endpoint}"] = live
    ids["gatekeeping.part"] = {
        "submission_id": made[State.TRIAGE].id,
        "joining_id": more["joining_id"],
    }
    ids |= _alike_ids(made)
    ids["gatekeeping.entry"] = {"number": made[State.LIVE].number}
    for endpoint in ("law_entry", "law_ruled"):
        ids[f"gatekeeping.{endpoint}"] = {"key": law.KEY}
    ids["gatekeeping.law_claim"] = {"submission_id": made[State.TRIAGE].id}
    for number in range(size):
        law.make_ruling(hats["legal"])
        law.make_claim_ruling(version_of(made[State.TRIAGE]), hats["legal"])
        law.make_own_duty(collection=f"Ponds {number}")
    ids.update(fill_afterwards(session, hats, size))
    report = OfficerFactory(manager_id=hats["officer"].person_id)
    reported = make_submission(State.DRAFT, author=report, document=DOCUMENT)
    ids["gatekeeping.endorse_draft"] = {"submission_id": reported.id}
    ids["gatekeeping.answer"] = {"submission_id": made[State.CHALLENGED].id}
    ids["gatekeeping.withdraw_submission"] = {"submission_id": made[State.TRIAGE].id}


def _process_ids(made: dict[State, Submission], condition_id: int, heavy_id: int) -> Ids:
    """Return what stands in the addresses of the pages of those who decide and advise."""
    conditional = {"submission_id": made[State.APPROVED_COND].id, "condition_id": condition_id}
    found: dict[str, dict[str, int]] = dict.fromkeys(
        ("conditions", "condition_done", "condition_not_met", "confirm_condition"), conditional
    )
    found |= {endpoint: {"submission_id": heavy_id} for endpoint in ("advise", "assess")}
    waiting = {"submission_id": made[State.TRIAGE].id}
    found |= dict.fromkeys(("keep", "set_aside", "undo", "join", "join_looked", "joined"), waiting)
    return {f"gatekeeping.{endpoint}": values for endpoint, values in found.items()}


def _alike_ids(made: dict[State, Submission]) -> Ids:
    """Return what stands in the addresses of the pages about two submissions."""
    both = {
        "submission_id": made[State.TRIAGE].id,
        "other_id": made[State.LIVE].id,
        "what": "answers",
    }
    read = ("beside", "like", "like_schools", "like_schools_file", "approach_other")
    found = dict.fromkeys(read, both)
    written = {**both, "submission_id": made[State.DRAFT].id}
    found |= dict.fromkeys(("align_dates", "renew_other_one"), written)
    return {f"gatekeeping.{endpoint}": values for endpoint, values in found.items()}


def _hands(hats: Hats, size: int) -> Iterator[tuple[Membership, Membership]]:
    """Give an author and a gatekeeper for each row of a state: all different, those of the world
    last.

    Rows of the same person would hide a page that looks each person up by itself.
    """
    own = hats["officer"]
    for number in range(size - 1):
        yield OfficerFactory(team=own.team) if number % 2 else OfficerFactory(), GatekeeperFactory()
    yield own, hats["gatekeeper"]


def _document(size: int) -> dict[str, Any]:
    items = [{**DOCUMENT["items"][0], "name": f"{SECRET} {n}"} for n in range(min(size, 30))]  # type: ignore[index]
    return {**DOCUMENT, "items": items, "categories": ["care-0"]}


def _in_thread(
    session: Session, submission: Submission, author: Membership, sha256: str
) -> Attachment:
    """Add a file, a question and a step of its history to a submission."""
    file = Attachment(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        sha256=sha256,
        name=f"{SECRET}.pdf",
        media_type="application/pdf",
        size=14,
        added_by_id=author.person_id,
        added_at=NOON,
    )
    question = Message(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version=1,
        is_answer=False,
        by_id=author.person_id,
        at=NOON,
        text=f"Why {SECRET}?",
    )
    step = Move(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version=1,
        before=State.TRIAGE,
        after=State.IN_REVIEW,
        by_id=author.person_id,
        at=NOON,
    )
    session.add_all([file, question, step])
    session.flush()
    if submission.version:
        names = ("id", "name", "media_type", "size", "sha256")
        version_of(submission).attachments = [{name: getattr(file, name) for name in names}]
    return file


def _sent(session: Session, submission: Submission, size: int) -> None:
    notice: Notice = NoticeFactory(source_id=version_of(submission).id, title=submission.title)
    for _ in range(size):
        DeliveryFactory.to(MembershipFactory(school=SchoolFactory(name=SECRET)), notice=notice)
    fill_changes(session, notice, SECRET, size)
