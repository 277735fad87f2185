"""Text as a person reads it, whatever signs it was written with.

Signs that nobody sees are left out, and letters of other alphabets that look like ours are read as
ours: by these a letter looks the same to its readers and other to a machine.
"""

import re
import unicodedata
from typing import Final

_UNSEEN: Final = dict.fromkeys(
    [
        *(0, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0),
        *range(0x180B, 0x180E),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE0200),
    ]
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
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_SPACED: Final = re.compile(r"(?<!\w)\w(?: \w(?!\w)){3,}")
_PARTED: Final = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


def undisguised(text: str) -> str:
    """Return a text without signs that nobody sees, in the letters that it looks written in.

    Words that really are of another alphabet stay: such a text has letters unlike ours, too.
    """
    if text.isascii():
        return text.replace("\x00", "")
    text = text.translate(_UNSEEN)
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
        text = _BEYOND_ASCII.sub(_without_accents, unicodedata.normalize("NFD", text))
    text = _SPACED.sub(lambda found: found[0].replace(" ", ""), text)
    return _PARTED.sub("", text)


def _without_accents(found: re.Match[str]) -> str:
    return "".join(sign for sign in found[0] if not unicodedata.combining(sign))
