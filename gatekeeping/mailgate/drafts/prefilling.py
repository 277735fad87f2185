"""What a draft can take from a letter: its fields of the submission document, from plain values.

Nothing is invented: what the letter does not say stays empty, and its author fills it in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gatekeeping.asked import AttachedText
from gatekeeping.checks import k41_mislabel
from gatekeeping.claims import claim_spans
from gatekeeping.documents import MOST_TEXT, SubmissionDocument
from gatekeeping.facts.quoted_numbers import quotes
from gatekeeping.findings import Context
from gatekeeping.law.citations import read as citations
from gatekeeping.mailgate.drafts.naming_asks import Ask, named_asks
from gatekeeping.models import Kind
from gatekeeping.reading.channels import by_email, by_post
from gatekeeping.reading.due_days import due_day, letter_day
from gatekeeping.reading.plain import sentences

LONGEST_TITLE: Final = 300
LONGEST_CLAIM: Final = 1_000
SHORT_LINE: Final = 45
"""A line so short was ended by its writer, not by the width of a window."""

_PREFIX: Final = re.compile(
    r"\s*(?:(?:re|fw|fwd|aw|wg|sv|vs|tr|rv|rif|ynt|ateb|ymlaen)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*:"
    r"|\[[^\]\n]{1,60}\]|\*{2,3}[^*\n]{1,60}\*{2,3}"
    r"|(?:official(?:[-\s]sensitive)?|external(?:\s+email)?|unclassified|high\s+importance)\s*[:|-])",
    re.IGNORECASE,
)
_ENDING: Final = re.compile(r"\s*\[[^\]\n]{1,60}\]\s*$")
_LOOSE: Final = " \t-–—:;|,()[]"
_BULLET: Final = re.compile(r"^[•·▪◦‣●○∙*–—-][ \t\u00a0]+")
_O_BULLET: Final = re.compile(r"^o(?:\t|\s{2,})")
_LIST: Final = re.compile(r"^(?:- |\d{1,2}[.)] )")
_BLANKS_ALONE: Final = re.compile(r"^(?:_[ \t]*){3,}$")
_UNDERLINE: Final = re.compile(r"^(?:=+|-{2,}|\*{3,})$")
_ESCAPED: Final = (
    (re.compile(r"\\(?=[!-/:-@\[-`{-~])"), r"\\\\"),
    (re.compile(r"[*`]|~~"), r"\\\g<0>"),
    (re.compile(r"(?<![\w_])_{1,2}(?=[^\W_])"), r"\\\g<0>"),
    (re.compile(r"\[(?=[^\]\n]{0,300}\]\()"), r"\\["),
    (re.compile(r"^(?:#{1,6}(?=\s)|>)"), r"\\\g<0>"),
    (re.compile(r"^(\d{1,9})([.)])(?=\s)(?<!^\d[.)])(?<!^\d\d[.)])"), r"\1\\\2"),
)
"""What Markdown would take for a mark, though the writer only typed it."""


@dataclass(frozen=True)
class Prefilled:
    """The fields of a draft, and what was found that the letter asks, in its order."""

    fields: dict[str, Any]
    asks: tuple[Ask, ...]


def title_of(subject: str) -> str:
    """Return a subject without "Re:", "Fw:", tags in brackets and register numbers."""
    text = " ".join(subject.split())
    while found := _PREFIX.match(text):
        text = text[found.end() :]
    while found := _ENDING.search(text):
        text = text[: found.start()]
    for quote in reversed(quotes(SubmissionDocument(title=text[:LONGEST_TITLE]))):
        text = text[: quote.start] + " " + text[quote.end :]
    text = " ".join(re.sub(r"\(\s*\)|\[\s*\]", " ", text).split())
    return text.strip(_LOOSE)[:LONGEST_TITLE].strip()


def as_markdown(text: str) -> str:
    """Return plain text so that Markdown shows the same words, its lists and short lines kept."""
    lines: list[str] = []
    before = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n")[:MOST_TEXT].split("\n"):
        marked = _line(line)
        if marked and before and _stands_apart(before, marked):
            lines.append("")
        if marked or before:
            lines.append(marked)
        before = marked
    return "\n".join(lines).strip()


def prefill(
    subject: str, text: str, *, attached: Sequence[AttachedText] = (), today: date
) -> Prefilled:
    """Return what a draft can take from a letter and its files; the same always gives the same.

    It is a request as soon as anything in it asks. What it asks becomes its items.
    """
    body = as_markdown(text)
    names = [one.name for one in attached]
    document = SubmissionDocument(title=title_of(subject), body=body, attachments=names)
    kind = Kind.DATA_REQUEST if _asks(document, attached, today) else Kind.COMMUNICATION
    fields: dict[str, Any] = {
        "kind": kind.value,
        "title": document.title,
        "body": body,
        "legal_claim": legal_claim(document),
        "send_on": letter_day(text, today),
    }
    asks: list[Ask] = []
    if kind is Kind.DATA_REQUEST:
        own = document.model_copy(update={"kind": kind})
        asks = named_asks(own, attached)
        fields["items"] = [{"name": ask.name} for ask in asks]
        fields["due_on"] = due_day(text, today)
        fields["reply_by"] = _reply_by(text)
    return Prefilled(fields, tuple(asks))


def legal_claim(document: SubmissionDocument) -> str:
    """Return the sentences of the body that claim a duty and name law; nothing when none does."""
    claimed = [span for span in claim_spans(document) if span.field == "body"]
    found: list[str] = []
    for piece in sentences(document.body):
        if any(piece.start <= span.start < piece.end for span in claimed):
            words = " ".join(document.body[piece.start : piece.end].split())
            if any(one.kind == "law" for one in citations(words)):
                found.append(words)
    return " ".join(found)[:LONGEST_CLAIM]


def _asks(document: SubmissionDocument, attached: Sequence[AttachedText], today: date) -> bool:
    """Tell whether the gate would say of it, marked as information, that it asks (K41)."""
    context = Context(today=today, attachments=tuple(attached))
    return any(
        finding.detail.get("label") == "information"
        for finding in k41_mislabel.check(document, context)
    )


def _reply_by(text: str) -> str:
    if by_email(text):
        return "email"
    return "post" if by_post(text) else "portal"


def _line(line: str) -> str:
    words = line.replace("\u00a0", " ").strip()
    if _BLANKS_ALONE.match(words):
        return "\\" + words
    if _UNDERLINE.match(words):
        return ""
    bullet = _BULLET.match(words) or _O_BULLET.match(words)
    start, rest = ("- ", words[bullet.end() :].strip()) if bullet else ("", words)
    for pattern, instead in _ESCAPED:
        rest = pattern.sub(instead, rest)
    return (start + rest).rstrip()


def _stands_apart(before: str, line: str) -> bool:
    """Tell whether a line does not go on from the one before, though no empty line parts them."""
    was_list, is_list = bool(_LIST.match(before)), bool(_LIST.match(line))
    if is_list:
        return not was_list and line[:1].isdigit() and not line.startswith("1")
    if was_list:
        return before.endswith((".", "?", "!", ";")) and line[:1].isupper()
    return len(before) < SHORT_LINE or "___" in before
