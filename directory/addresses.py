"""E-mail addresses and telephone numbers: how they are written and checked."""

from email_validator import EmailNotValidError, validate_email

MOST = 254
WITHOUT_ZERO = (9, 10)


class AddressError(ValueError):
    """The text is not an e-mail address; the message says how to mend it."""


def clean_address(text: str) -> str:
    """Return the address in lower case, without spaces around it.

    It is checked by its form only, never by asking the network. Raises AddressError.
    """
    bare = text.strip().strip("<>").removeprefix("mailto:").strip()
    if not bare:
        raise AddressError("there is no e-mail address")
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


def clean_telephone(text: str) -> str:
    """Return the telephone number with single spaces.

    Excel takes a number for a sum and drops its leading zero; a bare British number gets it back.
    """
    number = " ".join(text.split())
    digits = number.replace(" ", "")
    if digits.isdigit() and digits[0] != "0" and len(digits) in WITHOUT_ZERO:
        return "0" + number
    return number
