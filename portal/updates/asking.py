"""Asking a school who its headteacher is, by mail to the school's own mailbox."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import AuthorityProfile
from directory.updates.heads import new_name, note_asked, school_of
from foundation.errors import Refusal
from notifications.mail.compose import queue_mail

TEXT = """The national register of schools (GIAS) now names {name} as headteacher of {school}.

Please tell us whether that is right, and at which e-mail address the headteacher can be reached.

Until then nothing changes: the headteacher registered before still receives what is sent.

Write to {help_email}."""


class NoMailboxError(Refusal):
    """Nobody can be asked."""

    sentence = (
        "We know no e-mail address of the school’s own. Ask by telephone, or leave it for now."
    )


def ask_school(
    session: Session, authority_id: int, change_id: int, *, by: int, at: datetime
) -> None:
    """Queue the mail and note that it was asked; NoMailboxError when the school has no mailbox."""
    change = note_asked(session, authority_id, change_id, by=by, at=at)
    school = school_of(session, change)
    if not school.email:
        raise NoMailboxError(field="answer")
    profile = session.get_one(AuthorityProfile, authority_id)
    queue_mail(
        session,
        authority_id=authority_id,
        address=school.email,
        subject="Who is your headteacher?",
        text=TEXT.format(name=new_name(change), school=school.name, help_email=profile.help_email),
        at=at,
    )
