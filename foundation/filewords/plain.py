"""The words of files that are text: plain text, lists (CSV), rich text (RTF) and e-mails."""

import csv
import email
import email.policy
import io
import re
from typing import Final

from foundation.filewords.collecting import Collected

_MOST_LINES: Final = 20_000
_MOST_PARTS: Final = 30
_SNIFFED: Final = 4_096
_HEADERS: Final = ("Subject", "From", "Date")

_RICH: Final = re.compile(
    r"\\(?:'(?P<byte>[0-9a-fA-F]{2})|u(?P<sign>-?[0-9]{1,6})\??|(?P<word>[a-z]{1,32})-?[0-9]{0,9} ?"
    r"|(?P<mark>[^a-z']))|(?P<brace>[{}])|(?P<line>[\r\n]+)|(?P<words>[^\\{}\r\n]+)"
)
_HIDDEN: Final = frozenset(
    {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "themedata", "datastore"}
    | {"colorschememapping", "latentstyles", "header", "footer", "fldinst", "listtable"}
)
_SPACED: Final = {"par": "\n", "line": "\n", "row": "\n", "cell": "\t", "tab": " ", "page": "\f"}


def plain(content: bytes, collected: Collected) -> None:
    """Read plain text in whichever encoding it most likely is."""
    collected.add(decoded(content))


def listed(content: bytes, collected: Collected) -> None:
    """Read a list with commas, semicolons or tabs as rows with tabs."""
    text = decoded(content)
    head = text[:_SNIFFED]
    mark = max(",;\t", key=head.count)
    for place, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark)):
        if place >= _MOST_LINES:
            return
        collected.add("\t".join(" ".join(cell.split()) for cell in row).rstrip() + "\n")


def decoded(content: bytes) -> str:
    """Return the text of bytes: UTF-16 with its mark, UTF-8, else as Windows writes it."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def rich(content: bytes, collected: Collected) -> None:
    """Read rich text: its words without fonts, styles, pictures and fields."""
    hidden_from, depth, is_group_new = 0, 0, False
    for found in _RICH.finditer(content.decode("latin-1")):
        if found["brace"]:
            depth += 1 if found["brace"] == "{" else -1
            is_group_new = found["brace"] == "{"
            hidden_from = 0 if depth < hidden_from else hidden_from
            continue
        if not hidden_from and (
            found["mark"] == "*" or (is_group_new and found["word"] in _HIDDEN)
        ):
            hidden_from = max(depth, 1)
        is_group_new = False
        if not hidden_from and (words := _rich_words(found)):
            collected.add(words)


def _rich_words(found: re.Match[str]) -> str:
    if found["words"]:
        return found["words"]
    if found["byte"]:
        return bytes.fromhex(found["byte"]).decode("cp1252", errors="replace")
    if found["sign"]:
        return chr(int(found["sign"]) % 65_536)
    if found["mark"]:
        return (
            found["mark"]
            if found["mark"] in "\\{}"
            else {"~": " ", "_": "-"}.get(found["mark"], "")
        )
    return _SPACED.get(found["word"] or "", "")


def mail(content: bytes, collected: Collected) -> None:
    """Read an e-mail: subject, sender, date and its plain text; files in it are left alone."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    for name in _HEADERS:
        value = " ".join(str(message.get(name, "")).split())
        if value:
            if name == "Subject":
                collected.mark(collected.size, 1)
            collected.add(value + "\n")
    for place, part in enumerate(message.walk()):
        if place >= _MOST_PARTS:
            return
        if part.get_content_type() == "text/plain" and not part.get_filename():
            body = part.get_payload(decode=True)
            collected.add("\n" + decoded(body if isinstance(body, bytes) else b""))
