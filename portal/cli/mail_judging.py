"""Judging one message without a gateway: for ``portal mail judge``."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO

from directory.mail_directory.book import read_book
from foundation.settings import read_settings
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate.gate.spool import PIECE, Spool, token_of
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.policy import LEAVING_TRACES, Sent
from gatekeeping.mailgate.rule.judging import judge, keep_trace
from gatekeeping.mailgate.rule.likeness import marks
from gatekeeping.mailgate.saying import as_json
from portal.cli.terminal import session_for


def judge_once(
    source: BinaryIO,
    sender: str,
    recipients: Iterable[str],
    *,
    at: datetime,
    keep: bool,
    la_code: str | None,
) -> dict[str, Any]:
    """Return the judgement of a message as JSON, as the gateway would make it at that moment.

    With ``keep`` its trace is kept as of a real one; no case is opened and nobody is told.
    """
    sent = Sent(_plain(sender), tuple(dict.fromkeys(map(_plain, recipients))))
    key = read_settings().signing_key.encode()
    with Spool() as spool, session_for(la_code, commit=keep) as (session, authority_id):
        while piece := source.read(PIECE):
            spool.write(piece)
        token = token_of(sent, spool.sha256)
        book = read_book(session, authority_id)
        is_read = len(book.reach(sent.recipients).urns) > 1
        message = read(spool.open()) if is_read else None
        judgement = judge(
            session,
            authority_id,
            sent,
            message,
            book=book,
            protocol=protocol_of(session, authority_id, at=at),
            key=key,
            at=at,
            token=token,
        )
        if keep and message is not None and judgement.why in LEAVING_TRACES:
            made = marks(message, key)
            keep_trace(session, authority_id, judgement, token=token, marks=made, at=at)
        return as_json(judgement)


def _plain(address: str) -> str:
    return address.strip().removeprefix("<").removesuffix(">").lower()
