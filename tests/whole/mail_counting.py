"""Rows of the mail directory, and of what the gateway keeps of mail that passes."""

from datetime import timedelta

from directory.models_mail import MailEntry, MailEntryKind
from gatekeeping.models import MailTally, MailTrace
from tests.factories.base import NOON, InAuthority, authority_id, current
from tests.factories.directory import SchoolFactory

SECRET = "kestrel"


class MailEntryFactory(InAuthority):
    """The mailbox of a school of its own, unless a test says otherwise."""

    class Meta:
        model = MailEntry

    address = ""
    kind = MailEntryKind.MAILBOX
    urns: list[int] = []
    members: list[str] = []
    imported_at = NOON


def fill_mail_directory(size: int) -> None:
    """Make ``size`` mailboxes, a list of them, and as many traces; one count of a day."""
    addresses = [f"{SECRET}{number}@mail.example" for number in range(size)]
    for number, address in enumerate(addresses):
        MailEntryFactory(address=address, urns=[SchoolFactory(name=f"{SECRET} {number}").urn])
    MailEntryFactory(address=f"{SECRET}@lists.example", kind=MailEntryKind.LIST, members=addresses)
    own = {"authority_id": authority_id()}
    session = current["session"]
    for number in range(size):
        at = NOON - timedelta(hours=number)
        token = f"{number:064x}"
        sender = f"{SECRET}@council.example"
        session.add(MailTrace(**own, token=token, sender=sender, at=at, urns=[1, 2], marks=b"\0"))
    session.add(MailTally(**own, on=NOON.date(), what="few", messages=size))
    session.flush()
