"""What a worker found in the files of the small world, and what was printed of its items."""

from sqlalchemy.orm import Session

from directory.models import Membership
from foundation import clock
from notifications.documents import printing
from notifications.documents.paper import content_hash, facts_of
from notifications.models import Delivery
from notifications.models_documents import Document, DocumentState
from notifications.models_reading import PrintoutKind, PrintoutState
from tests.factories.base import NOON

Ids = dict[str, dict[str, object]]


def fill_documents(
    session: Session, hats: dict[str, Membership], ids: Ids, secret: str, sha256: str, size: int
) -> None:
    """Let the files be read, long, and each role's item be printed."""
    rows = "".join(f"{secret} {number}\t{number}\n" for number in range(20 * size))
    session.add(
        Document(
            authority_id=hats["head"].person.authority_id,
            sha256=sha256,
            size=10,
            media_type="text/csv",
            state=DocumentState.READ,
            text=f"{secret} heading\n{rows}",
            outline=[[0, 1, ""]],
            dangers=[{"code": "embedded", "words": "It has other files inside it."}],
            created_at=NOON,
            read_at=NOON,
        )
    )
    for name, values in ids.items():
        if name.startswith("notifications ") and "delivery_id" in values:
            _print(session, values["delivery_id"], sha256)


def _print(session: Session, delivery_id: object, sha256: str) -> None:
    delivery = session.get_one(Delivery, delivery_id)
    facts = facts_of(session, delivery.notice, today=clock.local_date(clock.now()))
    made = printing.ask(
        session,
        authority_id=delivery.authority_id,
        kind=PrintoutKind.NOTICE,
        notice_id=delivery.notice_id,
        content_hash=content_hash(facts),
        at=NOON,
    )
    made.state, made.sha256, made.size, made.made_at = PrintoutState.READY, sha256, 10, NOON
