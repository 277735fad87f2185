"""Text as a person reads it, whatever signs it was written with.

Signs that nobody sees are left out, and letters of other alphabets that look like ours are read as
ours: by these a letter looks the same to its readers and other to a machine.
"""

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    "[\0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ff]+"
)
_SIGNS: Final = (
    "аеорсухѕіјԁһԛԝѵкАВЕКМНОРСТУХЅІЈԌαορντυικηχΑΒΕΖΗΙΚΜΝΟΡΤΥΧοօսհցզɑɡıʏᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢ"
)
_READ_AS: Final = (
    "aeopcyxsijdhqwvkABEKMHOPCTYXSIJGaopvtuiknxABEZHIKMNOPTYXoouhgqagiyabcdefghijklmnoprstuvwz"
)
_LOOKALIKES: Final = str.maketrans(_SIGNS, _READ_AS)
_ALIKE: Final = frozenset(_SIGNS)
_WORD: Final = re.compile(r"[^\W\d_]+")
_MOST_FOREIGN: Final = 0.05
_ACCENTS: Final = re.compile("[\u0300-\u034e\u0350-\u036f]+")
"""Those of European languages."""
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_SPACED: Final = re.compile(r"(?<!\w)\w(?: \w(?!\w)){3,}")
_MAY_BE_SPACED: Final = re.compile(r" \w \w \w(?!\w)")
_PARTED: Final = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


def undisguised(text: str) -> str:
    """Return a text without signs that nobody sees, in the letters that it looks written in.

    Words that really are of another alphabet stay: such a text has letters unlike ours, too.
    """
    if text.isascii():
        return text.replace("\x00", "")
    text = _UNSEEN.sub("", text)
    if _ALIKE.isdisjoint(text):
        return text
    letters = [sign for sign in text if sign.isalpha()]
    foreign = sum(1 for sign in letters if sign > "\u036f" and sign not in _ALIKE)
    is_ours = foreign <= _MOST_FOREIGN * len(letters)
    return _WORD.sub(lambda found: _read(found[0], is_ours=is_ours), text)


def _read(word: str, *, is_ours: bool) -> str:
    if word.isascii():
        return word
    read = word.translate(_LOOKALIKES)
    is_mixed = any(sign.isascii() for sign in word)
    return read if read.isascii() and (is_ours or is_mixed) else word


def bare_letters(text: str) -> str:
    """Return a text for comparing: no accents, words that were spaced out or parted whole again."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
        if not text.isascii():
            text = _BEYOND_ASCII.sub(_without_accents, text)
    if _MAY_BE_SPACED.search(text):
        text = _SPACED.sub(lambda found: found[0].replace(" ", ""), text)
    return _PARTED.sub("", text) if "-\n" in text else text


def _without_accents(found: re.Match[str]) -> str:
    return "".join(sign for sign in found[0] if not unicodedata.combining(sign))
