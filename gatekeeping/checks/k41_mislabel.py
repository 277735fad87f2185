"""K41: marked as information although it asks, or marked urgent although there is time."""

import re
from datetime import timedelta

from foundation.dates import day
from gatekeeping.attached.sources import Mark, Source, evidence, in_attachments, sources
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span, spans, whole
from gatekeeping.models import Kind, Severity
from gatekeeping.reading.asks import FEW_BLANKS, asks, blanks, is_form
from gatekeeping.reading.plain import plain

RULE = "K41"
VERSION = 1
TITLE = "Label"

OPENING = 160
"""Characters of the text in which a mark such as "URGENT" would stand."""

_URGENT = re.compile(
    r"(?<!non-)(?<!non )(?<!not )(?<!less )(?<!\w)(?:very\s+|most\s+|extremely\s+)?urgent(?:ly)?\b"
    r"(?!\s+(?:and\s+emergency\s+)?(?:care|treatment|repairs?|works?|help|support|needs?|dental"
    r"|medical"
    r"|cases?|referrals?|treatment|supplies|and\s+emergency|mental|messages?|building|maintenance"
    r"|school\s+places|admissions?)\b)"
    r"|\b(?:immediate|asap)\s*(?:action|response|reply|attention)\b|\baction\s+(?:needed"
    r"|required)\s+"
    r"(?:immediately|now|today|asap)\b|\btime[-\s]critical\b|\bdrop\s+everything\b",
    re.IGNORECASE,
)
_FORM_FILE = re.compile(
    r"(?:^|[\W_])(?:reply[\W_]?slip|questionnaire|survey|pro[\W_]?forma|return[\W_]?form"
    r"|form[\W_]to"
    r"|data[\W_]collection|response[\W_]?(?:form|sheet|template)|to[\W_]complete"
    r"|self[\W_]assessment"
    r"|nomination[\W_]?form|reply[\W_]?form|return[\W_]?template|audit[\W_]?(?:tool|form|template"
    r"|return)"
    r"|form)(?=[\W_]|$)",
    re.IGNORECASE,
)
_NOT_TO_FILL = re.compile(
    r"results|report|findings|guid|summary|information|analysis|leaflet|poster|letter|notes|parent"
    r"|famil|application|example|sample|completed|minutes",
    re.IGNORECASE,
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Find asks in what is marked as information, and haste that the dates do not bear out."""
    return [*_asks(document, context), *_haste(document, context)]


def _asks(document: SubmissionDocument, context: Context) -> list[Finding]:
    if document.kind is not Kind.COMMUNICATION:
        return []
    marks = [
        Mark(source, ask.start, ask.end)
        for source in sources(document, context, "title", "body")
        for ask in asks(source.text)
    ]
    rooms = blanks(document.body)
    if len(rooms) >= FEW_BLANKS:
        body = Source("body", document.body)
        marks += [Mark(body, *place) for place in rooms[:FEW_BLANKS]]
    more = [*_files(document, context), *_fields(document)]
    if not marks and not more:
        return []
    says = (
        "This is marked as information, but it seems to ask schools for something. Do they have "
        "to answer? If so, mark it as a request, so that the work is counted and a form is "
        "there. If not, take the words out that ask, and say “You need not do anything.”"
    )
    detail = {
        "label": "information",
        "asks": len(marks) + len(more),
        "attachments": in_attachments(marks),
    }
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, says, evidence(marks, *more), detail)]


def _files(document: SubmissionDocument, context: Context) -> list[Span]:
    """Name the attachments that are forms: by what is in them, else by their names."""
    texts = {attached.name: attached.text for attached in context.attachments}
    return [
        whole(f"attachments.{place}", name)
        for place, name in enumerate(document.attachments)
        if is_form(texts.get(name, ""))
        or (
            not texts.get(name)
            and _FORM_FILE.search(name.rsplit(".", 1)[0])
            and not _NOT_TO_FILL.search(name)
        )
    ]


def _fields(document: SubmissionDocument) -> list[Span]:
    """Name the fields that only a request has."""
    found = [whole(f"items.{n}.name", item.name) for n, item in enumerate(document.items)]
    if document.reply_by != "none":
        found.append(whole("reply_by", document.reply_by))
    return found


def _haste(document: SubmissionDocument, context: Context) -> list[Finding]:
    """Compare the word "urgent" with the days between sending and the due date."""
    if document.due_on is None:
        return []
    sent = document.send_on or context.today
    days = (document.due_on - sent).days
    limit = context.protocol.urgent_days
    if days <= limit:
        return []
    found = spans("title", _URGENT.finditer(plain(document.title)))
    found += spans("body", _URGENT.finditer(plain(document.body[:OPENING])))
    if not found:
        return []
    says = (
        f"This is marked as urgent, but the answer is due on {day(document.due_on)}, {days} days "
        f"after it is sent on {day(sent)}. Is it? Take the word out, so that schools still trust "
        f"it when it is meant; or, if it cannot wait, make it due by "
        f"{day(sent + timedelta(days=limit))} and say why."
    )
    original = tuple(
        Span(one.field, one.start, one.end, getattr(document, one.field)[one.start : one.end])
        for one in found
    )
    detail = {"label": "urgent", "days": days, "limit": limit}
    return [Finding(RULE, VERSION, Severity.CHALLENGE, TITLE, says, original, detail)]
