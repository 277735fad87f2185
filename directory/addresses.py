"""E-mail addresses and telephone numbers: how they are written and checked."""

import re
from typing import Final

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

MOST = 254
WITHOUT_ZERO = (9, 10)
_PLAIN: Final = re.compile(
    r"[a-z0-9_'+-]+(?:\.[a-z0-9_'+-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63})",
    re.ASCII | re.IGNORECASE,
)
"""Nearly every address there is. The library says yes to each, and takes thirty times as long."""
_SPECIAL: Final = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)


class AddressError(ValueError):
    """The text is not an e-mail address; the message says how to mend it."""


def clean_address(text: str) -> str:
    """Return the address in lower case, without spaces around it.

    It is checked by its form only, never by asking the network. Raises AddressError.
    """
    bare = text.strip().strip("<>").removeprefix("mailto:").strip()
    if not bare:
        raise AddressError("there is no e-mail address")
    if _is_plain(bare):
        return bare.lower()
    try:
        checked = validate_email(bare, check_deliverability=False, test_environment=True)
    except EmailNotValidError as fault:
        raise AddressError(
            "this is not an e-mail address; write it like name@school.example"
        ) from fault
    address = checked.normalized.lower()
    if len(address) > MOST:
        raise AddressError(f"the e-mail address is longer than {MOST} characters")
    return address


def _is_plain(text: str) -> bool:
    """Tell whether an address is plainly one, and needs no changing beyond its capitals."""
    if len(text) > MOST or "--" in text:  # the library looks closer at punycode
        return False
    found = _PLAIN.fullmatch(text)
    return found is not None and found[1].lower() not in _SPECIAL


def clean_telephone(text: str) -> str:
    """Return the telephone number with single spaces.

    Excel takes a number for a sum and drops its leading zero; a bare British number gets it back.
    """
    number = " ".join(text.split())
    digits = number.replace(" ", "")
    if digits.isdigit() and digits[0] != "0" and len(digits) in WITHOUT_ZERO:
        return "0" + number
    return number
