"""One spelling for every way to write an e-mail address. Nothing here ever raises."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

MOST = 1_000
MOST_LABELS = 20
ESCAPED = re.compile(r"\\(.)")


def spell(address: str) -> str:
    """Return an address in the spelling by which the directory finds it.

    Lower case, without angle brackets, source route, quotation marks that are not needed and a
    dot at the end; the domain in its ASCII form. What is no address comes back in lower case.
    """
    bare = address[:MOST].strip().strip("<>").strip()
    local, at, domain = bare.rpartition("@")
    if not at:
        return bare.casefold()
    if local.startswith(
        "@"
    ):  # a source route, RFC 5321 4.1.1.3: @relay.example:name@school.example
        local = local.partition(":")[2]
    if local.startswith('"') and local.endswith('"') and len(local) > 1:
        local = ESCAPED.sub(r"\1", local[1:-1])
    if not local.isascii():
        local = unicodedata.normalize("NFC", local)
    return f"{local.lower()}@{spell_domain(domain)}"


def spell_domain(domain: str) -> str:
    """Return a domain in lower case and ASCII; as it stands where that cannot be."""
    bare = domain.strip().rstrip(".").lower()
    return bare if bare.isascii() else _in_ascii(bare)


@lru_cache(maxsize=1_000)
def _in_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain


def without_tag(spelled: str) -> str:
    """Return a spelled address without what stands behind a plus: ``jo+news@a`` is ``jo@a``."""
    local, at, domain = spelled.rpartition("@")
    bare, plus, _ = local.partition("+")
    return f"{bare}{at}{domain}" if plus and bare else spelled


def forms(spelled: str) -> Iterator[str]:
    """Give the address itself, the same without a tag, then one that stands within it."""
    yield spelled
    for form in (without_tag(spelled), routed(spelled)):
        if form != spelled:
            yield form


def names_of(spelled: str) -> list[str]:
    """Return every name under which the directory may have an entry for an address."""
    return [*forms(spelled), *domains_above(domain_of(spelled))]


def routed(spelled: str) -> str:
    """Return the address that stands within another, by which some servers pass mail on.

    ``name%school@here``, ``school!name@here`` and ``"name@school"@here``; else it comes back.
    """
    local = spelled.rpartition("@")[0]
    if "@" in local:
        return local
    name, sign, domain = local.rpartition("%")
    if sign and "." in domain:
        return f"{name}@{domain}"
    domain, sign, name = local.rpartition("!")
    domain = domain.rpartition("!")[2]
    return f"{name}@{domain}" if sign and "." in domain else spelled


def domain_of(spelled: str) -> str:
    """Return the domain of a spelled address; empty where it has none."""
    _, at, domain = spelled.rpartition("@")
    return domain if at else ""


def domains_above(domain: str) -> Iterator[str]:
    """Give a domain and those above it, the longest first, the top-level domain left out."""
    labels = domain.split(".")[-MOST_LABELS:]
    for start in range(max(len(labels) - 1, 1)):
        yield ".".join(labels[start:])


PROVIDERS = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "outlook.co.uk", "hotmail.com"),
        *("hotmail.co.uk", "live.com", "live.co.uk", "msn.com", "passport.com"),
        *("yahoo.com", "yahoo.co.uk", "ymail.com", "rocketmail.com", "aol.com", "aol.co.uk"),
        *("icloud.com", "me.com", "mac.com", "btinternet.com", "btopenworld.com", "bt.com"),
        *("sky.com", "virginmedia.com", "virgin.net", "ntlworld.com", "blueyonder.co.uk"),
        *("talktalk.net", "tiscali.co.uk", "lineone.net", "plus.com", "plus.net", "plusnet.com"),
        *("orange.net", "orange.co.uk", "wanadoo.co.uk", "freeserve.co.uk", "fsmail.net"),
        *("o2.co.uk", "zen.co.uk", "mail.com", "email.com", "gmx.com", "gmx.co.uk", "gmx.net"),
        *("proton.me", "protonmail.com", "pm.me", "tutanota.com", "zoho.com", "fastmail.com"),
        *("hushmail.com", "yandex.com", "mail.ru", "qq.com", "163.com", "nhs.net"),
        "onmicrosoft.com",
    }
)
"""Domains under which anybody may have a mailbox: none of them is ever one school's."""
