"""The text of bodies: HTML reduced to what people see of it, flowed lines joined again.

Written for mail of any kind, well made or not: one pass, no pattern that can run long, nothing
that can raise. Quoted parts come out with "> " before each line, as in plain mail.
"""

import html
import re
from typing import Final

MOST_TAGS: Final = 60_000
_NAME: Final = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:]{0,30}")
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?![.\d])"
    r"|font-size\s*:\s*[01](?:\.\d+)?(?:px|pt|em|rem|%|\s*[;\"'])|max-height\s*:\s*0"
    r"|(?<!-)color\s*:\s*(?:#fff(?:fff)?\b|white\b)|\shidden(?=[\s=>/]|$)",
    re.IGNORECASE,
)
_BACKGROUND: Final = re.compile(r"background|bgcolor", re.IGNORECASE)
_UNSEEN: Final = frozenset({"style", "script", "title", "template", "textarea", "noframes", "xml"})
_ENDS: Final = {name: re.compile(rf"</{name}\s{{0,20}}>", re.IGNORECASE) for name in _UNSEEN}
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
_BLOCK_NAMES: Final = """
address article blockquote body br caption center dd div dl dt fieldset figure footer form h1 h2 h3
h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul
"""
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_CELLS: Final = frozenset({"td", "th"})
_BLANKS: Final = re.compile(r"\n{3,}")
_UNPRINTED: Final = dict.fromkeys([0, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, 0x34F])
_SPACES: Final = {0xA0: " ", 0x202F: " ", 0x2007: " ", 0x2028: "\n", 0x2029: "\n"}


def tidied(text: str) -> str:
    """Return a text with ends of lines of one kind and without signs that nobody sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNPRINTED | _SPACES)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANKS.sub("\n\n", text).strip("\n")


def unflowed(text: str, *, deletes_space: bool) -> str:
    """Return a text whose lines were broken for the way (RFC 3676) with its paragraphs whole."""
    made: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line.removeprefix(" ")  # noqa: PLW2901 - stuffed, so that it begins with no ">"
        if goes_on and made and not line.startswith(">"):
            made[-1] += line
        else:
            made.append(line)
        goes_on = line.endswith(" ") and line != "-- "
        if goes_on and deletes_space:
            made[-1] = made[-1][:-1]
    return "\n".join(made)


def reduced(source: str, limit: int) -> str:
    """Return what people see of HTML as plain text of at most about ``limit`` characters."""
    return _Reducing(source, limit).text()


class _Reducing:
    """One pass over a piece of HTML."""

    def __init__(self, source: str, limit: int) -> None:
        self.source = source
        self.limit = limit
        self.lines: list[str] = []
        self.line: list[str] = []
        self.length = 0
        self.tags = 0
        self.quoted = 0
        self.hiding = ""
        """The element within which nothing is seen, and how many of its name are open in it."""
        self.hidden = 0

    def text(self) -> str:
        source, place, end = self.source, 0, len(self.source)
        while place < end and self.length < self.limit and self.tags < MOST_TAGS:
            found = source.find("<", place)
            found = end if found < 0 else found
            if found > place and not self.hidden:
                self._say(source[place:found])
            place = self._markup(found) if found < end else end
        self._break()
        return "\n".join(self.lines)[: self.limit]

    def _say(self, words: str) -> None:
        said = html.unescape(words) if "&" in words else words
        self.line.append(said.translate(_UNPRINTED))
        self.length += len(said)

    def _break(self) -> None:
        words = " ".join("".join(self.line).split())
        mark = "> " * min(self.quoted, 3)
        if words or (self.lines and self.lines[-1]):
            self.lines.append(mark + words if words else "")
        self.line = []

    def _markup(self, place: int) -> int:
        """Read what begins with "<"; return where it ends."""
        self.tags += 1
        source = self.source
        if source.startswith("<!--", place):
            end = source.find("-->", place + 4)
            return len(source) if end < 0 else end + 3
        if source[place + 1 : place + 2] in {"!", "?"}:
            end = source.find(">", place)
            return len(source) if end < 0 else end + 1
        name = _NAME.match(source, place + 1)
        if name is None:
            if not self.hidden:
                self._say("<")
            return place + 1
        end = source.find(">", name.end())
        if end < 0:
            return len(source)
        return self._tag(name[0].lower(), source[name.end() : end], end + 1)

    def _tag(self, name: str, rest: str, after: int) -> int:
        bare = name.lstrip("/")
        if name in _UNSEEN and not rest.endswith("/"):
            end = _ENDS[name].search(self.source, after)
            return len(self.source) if end is None else end.end()
        if self.hidden:
            if bare == self.hiding and not rest.endswith("/"):
                self.hidden += -1 if name.startswith("/") else 1
            return after
        if bare in _BLOCKS:
            self._break()
        elif bare in _CELLS:
            self.line.append("  ")
        if bare == "blockquote":
            self.quoted = max(0, self.quoted + (-1 if name.startswith("/") else 1))
        elif name[0] != "/" and bare not in _VOID and rest and not rest.endswith("/"):
            self._hide(name, rest)
        return after

    def _hide(self, name: str, attributes: str) -> None:
        found = _HIDDEN.search(attributes)
        if found is None:
            return
        if "color" in found[0].lower() and _BACKGROUND.search(attributes):
            return
        self.hiding, self.hidden = name, 1
