"""What the author of HTML mail hides from its readers, as far as its own tag tells.

In doubt it is seen: a letter that is taken for hidden would not be read at all.
"""

import re
from collections.abc import Mapping
from typing import Final

_ATTRIBUTE: Final = re.compile(
    r"""([^\s=/>"']{1,40})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?"""
)
_NOTHING: Final = re.compile(r"0+(?:\.0*)?(?:px|pt|em|rem|%)?")
_TINY: Final = re.compile(r"(?:0|1(?=px|pt|%)|0?\.\d+(?=px|pt))(?:\.\d+)?(?:px|pt|em|rem|%)?")
_FAR: Final = re.compile(r"-\d{4,}(?:px|pt|em)")
_WHITE: Final = re.compile(
    r"white|#(?:f[c-f]){3}|#fff|rgba?\(\s*25[2-5]\s*,\s*25[2-5]\s*,\s*25[2-5]\b[^)]*\)"
)
_GROUND: Final = re.compile(
    r"""(?:background(?:-color)?\s*[:=]|bgcolor\s*=)\s*["']?\s*([^;"'>]{1,60})"""
)
_PALE: Final = re.compile(rf"(?:{_WHITE.pattern}|transparent|none|inherit|initial|0)\b")
LOOKED_AT: Final = 400_000


def has_dark_ground(source: str) -> bool:
    """Tell whether white words may be seen somewhere in this HTML."""
    grounds = _GROUND.finditer(source[:LOOKED_AT].lower())
    return any(not _PALE.match(found[1].strip()) for found in grounds)


def is_hidden(name: str, attributes: str, *, white_is_seen: bool) -> bool:
    """Tell whether an element is hidden from readers by its own attributes."""
    given: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(attributes[:4_000]):
        given.setdefault(found[1].lower(), found[2] or found[3] or found[4] or "")
    style = _style(given.get("style", ""))
    if "hidden" in given and "display" not in style:
        return True
    color = style.get("color", given.get("color", "") if name == "font" else "")
    return _is_out_of_sight(style) or (not white_is_seen and bool(_WHITE.fullmatch(color)))


def _style(text: str) -> Mapping[str, str]:
    """Return the properties of a style; of several alike the last holds, or an important one."""
    made: dict[str, str] = {}
    strong: set[str] = set()
    for each in text.lower().split(";"):
        name, _, value = each.partition(":")
        value, mark, _ = value.partition("!important")
        if name.strip() not in strong or mark:
            made[name.strip()] = value.strip()
        if mark:
            strong.add(name.strip())
    return made


def _is_out_of_sight(style: Mapping[str, str]) -> bool:
    if style.get("display") == "none" or style.get("visibility") in {"hidden", "collapse"}:
        return True
    if _NOTHING.fullmatch(style.get("opacity", "1")) or _TINY.fullmatch(style.get("font-size", "")):
        return True
    if style.get("overflow") == "hidden" and any(
        _NOTHING.fullmatch(style.get(side, "")) for side in ("max-height", "height", "width")
    ):
        return True
    is_placed = style.get("position") in {"absolute", "fixed"}
    far = [
        style.get("text-indent", ""),
        *(style.get(side, "") for side in ("left", "top") if is_placed),
    ]
    return any(_FAR.fullmatch(one) for one in far)
