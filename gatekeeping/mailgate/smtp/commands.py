"""Reading MAIL and RCPT: the address exactly as it was written, and what was asked with it."""

import re
from dataclasses import dataclass
from typing import Final

LONGEST_ADDRESS: Final = 254  # bytes; what the database holds, and RFC 5321 (4.5.3.1.3) allows
TOO_LONG: Final = {
    "FROM": "501 5.1.7 The sender's address is too long",
    "TO": "553 5.1.3 The address is too long",
}
PLAIN: Final = r"[^<>\"\\\s\x00-\x1f\x7f]"
QUOTED: Final = r"\"(?:[^\"\\\x00-\x1f\x7f]|\\[ -~])*\""  # may hold what would end the address
ADDRESS: Final = re.compile(
    rf"(?:FROM|TO):[ ]?<(?P<address>(?:{PLAIN}|{QUOTED})*)>"
    r"(?:[ ]+(?P<rest>[!-~]+(?:[ ]+[!-~]+)*))?[ ]*",
    re.IGNORECASE,
)
MAIL_OPTIONS: Final = frozenset({"SIZE", "BODY"})
DELIVERY_OPTIONS: Final = {
    "MAIL": frozenset({"RET", "ENVID"}),
    "RCPT": frozenset({"NOTIFY", "ORCPT"}),
}


class NotUnderstoodError(Exception):
    """A command that cannot be taken as it is; the text is the answer."""


@dataclass(frozen=True)
class Address:
    """An address as it was written, without its brackets, and the parameters with it."""

    text: str
    options: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """Return it as it is compared: in lower case, without a route before it."""
        return self.typed.lower()

    @property
    def typed(self) -> str:
        """Return it as it was written, without a route before it."""
        if self.text.startswith("@") and ":" in self.text:  # <@one,@two:name@place>
            return self.text.partition(":")[2]
        return self.text

    @property
    def wishes(self) -> tuple[str, ...]:
        """Return the parameters that tell which notices of delivery are wanted (RFC 3461)."""
        wanted = DELIVERY_OPTIONS["MAIL"] | DELIVERY_OPTIONS["RCPT"]
        return tuple(one for one in self.options if one.partition("=")[0].upper() in wanted)

    def option(self, name: str) -> str:
        """Return the value of a parameter; empty when it was not given."""
        for each in self.options:
            key, _, value = each.partition("=")
            if key.upper() == name:
                return value
        return ""


def read_mail(arg: str | None, *, utf8: bool, delivery: bool) -> Address:
    """Read what follows MAIL. Raises NotUnderstoodError.

    ``utf8`` and ``delivery`` tell whether SMTPUTF8 and delivery notices may be asked for.
    """
    found = _read("FROM", arg)
    allowed = MAIL_OPTIONS | (DELIVERY_OPTIONS["MAIL"] if delivery else frozenset())
    for each in found.options:
        name, equals, value = each.partition("=")
        if name.upper() == "SMTPUTF8" and utf8 and not equals:
            continue
        if name.upper() not in allowed:
            raise NotUnderstoodError("555 5.5.4 A parameter of MAIL is not supported")
        if not value:
            raise NotUnderstoodError("501 5.5.4 A parameter of MAIL has no value")
    if not re.fullmatch(r"[0-9]{0,15}", found.option("SIZE")):
        raise NotUnderstoodError("501 5.5.4 SIZE must be a number")
    if found.option("BODY").upper() not in {"", "7BIT", "8BITMIME"}:
        raise NotUnderstoodError("501 5.5.4 BODY must be 7BIT or 8BITMIME")
    return found


def read_rcpt(arg: str | None, *, delivery: bool) -> Address:
    """Read what follows RCPT. Raises NotUnderstoodError."""
    found = _read("TO", arg)
    if not found.text:
        raise NotUnderstoodError("501 5.1.3 RCPT needs an address")
    allowed = DELIVERY_OPTIONS["RCPT"] if delivery else frozenset()
    for each in found.options:
        name, _, value = each.partition("=")
        if name.upper() not in allowed or not value:
            raise NotUnderstoodError("555 5.5.4 A parameter of RCPT is not supported")
    return found


def _read(word: str, arg: str | None) -> Address:
    found = ADDRESS.fullmatch(arg or "")
    if found is None or not (arg or "").upper().startswith(word):
        raise NotUnderstoodError(f"501 5.5.4 Write {word}:<address>")
    text = found["address"]
    if len(text.encode("utf-8", "surrogateescape")) > LONGEST_ADDRESS:
        raise NotUnderstoodError(TOO_LONG[word])
    try:
        text.encode()
    except UnicodeEncodeError as fault:
        raise NotUnderstoodError("501 5.1.3 The address is no UTF-8") from fault
    return Address(text, tuple((found["rest"] or "").split()))
