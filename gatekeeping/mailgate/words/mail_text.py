"""The text of bodies: HTML reduced to what people see of it, flowed lines joined again.

Written for mail of any kind, well made or not: one pass, no pattern that can run long, nothing
that can raise. Quoted parts come out with "> " before each line, as in plain mail. What is hidden
from readers is left out; where it is in doubt whether they see it, it counts as seen.
"""

import html
import re
from collections import Counter
from typing import Final

from gatekeeping.mailgate.words.disguises import undisguised
from gatekeeping.mailgate.words.hidden_text import has_dark_ground, is_hidden

MOST_TAGS: Final = 60_000
_NAME: Final = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:]{0,30}")
LEAST_SEEN: Final = 40
"""Where fewer words are seen than this, and more are hidden, all of them count as seen."""
FEW: Final = 10
_UNSEEN: Final = frozenset({"style", "script", "title", "template", "noframes"})
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
_ENDED_BY: Final = {
    "p": _BLOCKS - {"br", "caption"},
    "li": frozenset({"li"}),
    "td": frozenset({"td", "th", "tr"}),
    "tr": frozenset({"tr"}),
}
"""What begins ends these, whose own end may be left out."""
_SPACES: Final = {"\xa0": " ", "\u202f": " ", "\u2007": " ", "\u2028": "\n", "\u2029": "\n"}


def tidied(text: str) -> str:
    """Return a text with ends of lines of one kind and without signs that nobody sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign, put in _SPACES.items():  # in a tenth of the time that translate takes
        text = text.replace(sign, put)
    text = undisguised(text)
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
    found = _Reducing(source, limit)
    text = found.text()
    if found.concealed >= FEW and len(text.split()) < min(LEAST_SEEN, found.concealed):
        return _Reducing(source, limit, hides=False).text()
    return text


class _Reducing:
    """One pass over a piece of HTML."""

    def __init__(self, source: str, limit: int, *, hides: bool = True) -> None:
        self.source = source
        self.limit = limit
        self.hides = hides
        self.white_is_seen = has_dark_ground(source)
        self.concealed = 0
        """How many words nobody sees."""
        self.within: Counter[str] = Counter()
        """The blocks that are open within what is hidden."""
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
            if self.hidden:
                self.concealed += len(source[place:found].split())
            elif found > place:
                self._say(source[place:found])
            place = self._markup(found) if found < end else end
        self._break()
        return "\n".join(self.lines)[: self.limit]

    def _say(self, words: str) -> None:
        said = html.unescape(words) if "&" in words else words
        self.line.append(said)
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
        if source.startswith(("<!-->", "<!--->"), place):
            return source.find(">", place) + 1  # an empty comment
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
        if self.hidden and not self._comes_out(name, bare, rest):
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

    def _comes_out(self, name: str, bare: str, rest: str) -> bool:
        """Follow a tag within what is hidden; tell whether it ends that and stands beyond it."""
        is_end = name.startswith("/")
        if not is_end and name in _ENDED_BY.get(self.hiding, ()) and not self.within.total():
            self.hidden = 0
            return True
        if bare == self.hiding:
            self.hidden += 0 if rest.endswith("/") else -1 if is_end else 1
        elif bare in _BLOCKS and bare not in _VOID:
            if is_end and not self.within[bare]:  # that of an element around it
                self.hidden = 0
                return True
            self.within[bare] += -1 if is_end else 1
        return False

    def _hide(self, name: str, attributes: str) -> None:
        if self.hides and is_hidden(name, attributes, white_is_seen=self.white_is_seen):
            self.hiding, self.hidden = name, 1
            self.within.clear()
