"""What happens to items and to people of the leaky world: by the rules that pages use."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.authorities import ensure_authority
from directory.events import PersonLeft
from directory.merging import merge
from directory.models import RECIPIENTS, OrganisationKind, Role
from foundation import clock
from foundation.files import FileStore
from foundation.outbox import publish
from gatekeeping.models import State
from notifications.amending import Correction, amend
from notifications.bulletin.week import week_at
from notifications.documents import keeping, versions, withdrawing
from notifications.feeds import addresses
from notifications.models import Attention, DeliveryState, Notice, NoticeAttachment
from notifications.models_documents import Document, DocumentState
from notifications.models_mail import Occasion
from notifications.models_reading import FeedKind
from notifications.reaching.notifying import notify
from notifications.reading import not_mine, notes, saved_views
from notifications.reading.filters import Chosen
from notifications.reading.inbox import open_item
from notifications.reading.passing_on import pass_on
from tests.factories import base
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    SchoolFactory,
)
from tests.factories.gatekeeping import make_submission, version_of
from tests.factories.notifications import DeliveryFactory, NoticeAttachmentFactory, NoticeFactory
from tests.factories.reaching import ReachChoiceFactory
from tests.whole.leaks import Account, Lying, Sent

LONG_AGO = timedelta(days=365 * 30)


class Leaky(Account):
    """Two authorities, three schools, everybody who may be there, and what was sent to them."""

    def __init__(self, session: Session, files: FileStore, seed: int) -> None:
        super().__init__(session, seed)
        self.files, self.at = files, clock.now()
        self.in_week = week_at(self.at).previous.starts_at + timedelta(days=2)
        self._people()
        self._foreigners()
        self._send_all()
        self._happen()
        self._follow_people()

    def _people(self) -> None:
        trust = OrganisationFactory(kind=OrganisationKind.TRUST)
        self.one, self.two = SchoolFactory(trust_id=trust.id), SchoolFactory()
        self.add("head", HeadFactory(school=self.one))
        for called, role in (
            ("staff", Role.STAFF),
            ("other", Role.STAFF),
            ("governor", Role.GOVERNOR),
            ("clerk", Role.CLERK),
            ("leaver", Role.STAFF),
            ("duplicate", Role.STAFF),
            ("panel", Role.PANEL),
        ):
            self.add(called, MembershipFactory(school=self.one, role=role))
        teacher = self.add("teaches", MembershipFactory(school=self.one))
        self.add("leads", HeadFactory(school=self.two, person=teacher.member.person))
        self.add("early", MembershipFactory(school=self.two, role=Role.EARLY_YEARS))
        gone = self.place("leaver").member.person
        self.add("went", MembershipFactory(school=self.two, person=gone))
        self.add("officer", OfficerFactory())
        self.add("trust", OfficerFactory(role=Role.TRUST, organisation_id=trust.id, team=None))
        ReachChoiceFactory(person_id=self.place("other").member.person_id)

    def _foreigners(self) -> None:
        own = self.session.info["test_authority"]
        there = ensure_authority(self.session, la_code="999", name="Elsewhere").authority_id
        self.session.info["test_authority"] = there
        school = SchoolFactory(la_code="999")
        self.add("foreign head", HeadFactory(school=school))
        self.add("foreign staff", MembershipFactory(school=school))
        self._send(["foreign staff"])
        self.session.info["test_authority"] = own

    def _notice(self, **facts: Any) -> Sent:
        title, body, name, text = (self.word() for _ in range(4))
        attention = self.chance.choice([Attention.INFORMATION, *Attention])
        due = self.in_week.date() + timedelta(days=self.chance.randrange(3, 30))
        values = {
            "title": f"About {title} and more",
            "body": f"Please read this. It is about {body} today.",
            "sent_at": self.in_week,
            "attention": attention,
            "due_on": None if attention is Attention.INFORMATION else due,
        }
        notice = NoticeFactory(**values | facts)
        content = f"First words. Here stands {text} in a file."
        stored = self.files.put(BytesIO(content.encode()), most=10_000)
        file = NoticeAttachmentFactory(
            notice_id=notice.id, sha256=stored.sha256, name=f"{name}.txt", media_type="text/plain"
        )
        self.session.add(
            Document(
                authority_id=notice.authority_id,
                sha256=stored.sha256,
                size=stored.size,
                media_type="text/plain",
                state=DocumentState.READ,
                text=content,
                created_at=self.at,
                read_at=self.at,
            )
        )
        self.sent.append(Sent(notice.id, title, body, name, text, file.id))
        return self.sent[-1]

    def _put(self, sent: Sent, called: str, **facts: Any) -> int:
        """Deliver a notice to somebody, or to a school's mailbox."""
        place = self.place(called.removeprefix("office of "))
        person = None if called.startswith("office of ") else place.member.person
        state = facts.get("state") or self.chance.choice(
            [DeliveryState.UNREAD, DeliveryState.READ, DeliveryState.DONE]
        )
        made = DeliveryFactory(
            notice=self.session.get_one(Notice, sent.id),
            person=person,
            school=place.member.school,
            category_id=None,
            delivered_at=self.in_week,
            state=state,
            read_at=None if state is DeliveryState.UNREAD else self.in_week,
            done_at=self.in_week if state is DeliveryState.DONE else None,
            snoozed_until=facts.get("snoozed_until"),
        )
        self.lying[made.id] = Lying(sent, place.member.school_id or 0, made.person_id)
        return made.id

    def _send(self, to: list[str]) -> Sent:
        sent = self._notice()
        for called in to:
            self._put(sent, called)
        return sent

    def _send_all(self) -> None:
        """Send to people chosen by chance, whoever they are; to mailboxes as well."""
        anybody = ["head", "staff", "other", "governor", "clerk", "teaches", "leads", "early"]
        anybody += ["leaver", "duplicate", "office of head", "office of leads"]
        for _ in range(8):
            self._send(self.chance.sample(anybody, self.chance.randrange(1, 4)))
        snoozed = self._notice()
        self._put(snoozed, "staff", snoozed_until=self.at.date() + timedelta(days=9))
        self._put(self._notice(), "clerk", state=DeliveryState.CLOSED)
        self._put(self._notice(), "panel", state=DeliveryState.DONE)  # as staff, before
        for called in anybody[:8]:  # each has something of their own
            self._put(self._notice(), called)
        self.session.flush()
        panel = self.place("panel").member.person_id
        ids = sorted(key for key, lying in self.lying.items() if lying.person_id != panel)
        notify(self.session, base.authority_id(), ids, occasion=Occasion.ITEM, at=self.at)

    def _happen(self) -> None:
        """Let what happens to items happen once to each: by the rules that pages use."""
        read = DeliveryState.READ
        self._pass_on(self._put(self._notice(), "staff", state=read), "staff", "other")
        self._give(self._put(self._notice(), "governor", state=read), "governor", "clerk")
        both = self._notice()
        had = self._put(both, "teaches", state=DeliveryState.UNREAD)
        self._put(both, "other", state=read)
        self._give(had, "teaches", "other", had_it=True)
        withdrawn = self._send(["staff", "leaver", "early"])
        early = {"why": "Sent too early.", "by": None, "at": self.at}
        withdrawing.withdraw(self.session, *self._of(withdrawn), **early)
        withdrawn.file_gone = True
        bad = self._send(["staff", "leaver", "head"])
        sha256 = self.session.get_one(NoticeAttachment, bad.file_id).sha256
        by = self.place("officer").member.person_id
        withdrawing.withdraw_file(
            self.session, *self._of(bad), sha256, why="Wrong file.", by=by, at=self.at
        )
        bad.file_gone = True
        self._replace()
        self._correct()
        self._empty()
        self._write_down()
        self._follow_by_officer()

    def _of(self, sent: Sent) -> tuple[int, sa.Select[tuple[int]]]:
        notice = self.session.get_one(Notice, sent.id)
        return notice.authority_id, sa.select(Notice.source_id).where(Notice.id == sent.id)

    def _pass_on(self, key: int, giver: str, taker: str) -> None:
        said, to = self.word(), self.place(taker).member
        delivery = open_item(self.session, self.place(giver).reader, key)
        given = pass_on(
            self.session,
            delivery,
            reader=self.place(giver).reader,
            to_id=to.person_id,
            message=f"Look: {said}",
            at=self.at,
        )
        old = self.lying[key]
        self.lying[given.id] = Lying(old.sent, old.school_id, to.person_id, said={said})

    def _give(self, key: int, giver: str, taker: str, *, had_it: bool = False) -> None:
        said, to, lying = self.word(), self.place(taker).member, self.lying[key]
        not_mine.give(
            self.session,
            open_item(self.session, self.place(giver).reader, key),
            reader=self.place(giver).reader,
            to_id=to.person_id,
            message=said,
            at=self.at,
        )
        lying.said.add(said)
        if had_it:
            lying.blind.add(self.place(giver).member.person_id)
        else:
            lying.person_id = to.person_id

    def _replace(self) -> None:
        """Send a later version to somebody who had the one before, and to others who had not."""
        first = self._send(["staff", "leads", "leaver"])
        then = self._send(["staff", "governor", "early"])
        notice = self.session.get_one(Notice, then.id)
        self.session.refresh(notice, ["attachments"])
        versions.follow(self.session, notice, self._of(first)[1], at=self.at)
        new = list(self.lying)[-3:]
        notify(self.session, notice.authority_id, new, occasion=Occasion.ITEM, at=self.at)

    def _correct(self) -> None:
        sent, body = self._send(["clerk", "teaches", "leaver"]), self.word()
        notice = self.session.get_one(Notice, sent.id)
        due = self.at.date() + timedelta(days=40)
        text = f"Please read this. It is about {body} today."
        asked = Correction(notice.title, text, notice.reference, due)
        amend(self.session, *self._of(sent), asked, at=self.at)
        sent.once, sent.body = {sent.body}, body

    def _empty(self) -> None:
        """Let the time of something be over: its text, files and notes go."""
        old = self._notice(sent_at=self.at - LONG_AGO, due_on=None)
        key = self._put(old, "staff", state=DeliveryState.READ)
        reader = self.place("staff").reader
        delivery = open_item(self.session, reader, key)
        notes.write(self.session, delivery, reader=reader, text=self.word(), at=self.at)
        self._pass_on(key, "staff", "governor")
        self.lying[max(self.lying)].said.clear()
        assert keeping.expunge_some(self.session, delivery.authority_id, at=self.at) == 1
        old.body_gone = old.file_gone = True

    def _write_down(self) -> None:
        for place in self.places:
            if place.member.role not in RECIPIENTS:
                continue
            view = self.views[place.member.person_id, place.member.school_id or 0]
            chosen = Chosen.of({"show": "unread"})
            saved_views.save(self.session, place.reader, name=view, chosen=chosen, at=self.at)
            for key in self.seen(place)[:4]:
                if not self.lying[key].sent.body_gone:
                    word, reader = self.word(), place.reader
                    delivery = open_item(self.session, reader, key)
                    notes.write(self.session, delivery, reader=reader, text=word, at=self.at)
                    self.lying[key].noted[place.member.person_id] = word
            for kind in FeedKind:
                place.tokens[kind] = addresses.make(
                    self.session, place.member, kind, by=place.member.person_id, at=self.at
                )

    def _follow_by_officer(self) -> None:
        """Let something be an officer's own, whose readers they must not learn."""
        submission = make_submission(State.LIVE, author=self.place("officer").member)
        self.submission_id = submission.id
        self.own = self._send(["staff", "head", "early"])
        self.session.get_one(Notice, self.own.id).source_id = version_of(submission).id

    def _follow_people(self) -> None:
        """Let one leave, one turn out to be two entries, and one have left for the panel before."""
        session, gone = self.session, self.place("leaver").member
        for lying in self.lying.values():
            if (lying.person_id, lying.school_id) == (gone.person_id, gone.school_id):
                lying.person_id = None  # whoever has it now is at the school: nobody's own, for us
        gone.ended_at, self.place("leaver").ended = self.at, True
        publish(session, PersonLeft(gone.authority_id, gone.school_id, gone.person_id), at=self.at)
        officer = self.place("officer").member.person_id
        kept, double = self.place("other").member, self.place("duplicate").member
        both = {"gone_id": double.person_id, "kept_id": kept.person_id}
        merge(session, gone.authority_id, **both, by=officer, at=self.at)
        has = {lying.sent for lying in self.lying.values() if lying.person_id == kept.person_id}
        for lying in self.lying.values():
            if lying.person_id == double.person_id and lying.sent not in has:
                lying.person_id = kept.person_id
            if double.person_id in lying.noted:
                lying.noted.setdefault(kept.person_id, lying.noted.pop(double.person_id))
        self.place("duplicate").ended = True
        self.also[kept.person_id] = self.views[double.person_id, double.school_id or 0]
