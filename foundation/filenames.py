"""Names of files as strangers give them, made safe to show, to save and to hand on."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 120
_RESERVED: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE
)
"""What Windows takes for a device, with any ending (learn.microsoft.com, Naming Files)."""
_ODD: Final = re.compile(r'[<>:"|?*;]')
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def safe_name(name: str, *, otherwise: str = "file") -> str:
    """Return a name without folders, controls, hidden direction marks and what Windows forbids.

    At most ``LONGEST`` characters, with the ending it had; ``otherwise`` when nothing is left.
    """
    composed = unicodedata.normalize("NFC", name)
    kept = "".join(sign if _is_plain(sign) else " " if sign.isspace() else "" for sign in composed)
    base = kept.replace("\\", "/").rsplit("/", 1)[-1]
    base = re.sub(r"\s+", " ", _ODD.sub(" ", base)).strip(" .")
    ending = found[0] if (found := _ENDING.search(base)) else ""
    stem = base[: len(base) - len(ending)][: LONGEST - len(ending)].strip(" .")
    first, dot, rest = stem.partition(".")
    if _RESERVED.fullmatch(first.strip()):
        stem = f"{first.strip()}_{dot}{rest}"
    return f"{stem or otherwise}{ending}" if base else otherwise


def is_disguised(name: str) -> bool:
    """Tell whether a name holds signs that nobody sees and that turn what is shown around."""
    return any(unicodedata.bidirectional(sign) in _TURNS for sign in name)


def ending_of(name: str) -> str:
    """Return the ending of a name in small letters, without its dot; nothing when it has none."""
    stem, dot, ending = safe_name(name).rpartition(".")
    return ending.lower() if dot and stem else ""


_TURNS: Final = frozenset({"RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"})


def _is_plain(sign: str) -> bool:
    return not unicodedata.category(sign).startswith(("C", "Zl", "Zp")) and sign not in "\t\r\n"
