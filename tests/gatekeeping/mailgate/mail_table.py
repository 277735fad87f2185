"""The table of messages: files of tests/data/mail, their envelopes, and the verdict expected."""

from typing import NamedTuple

from gatekeeping.mailgate.policy import Why

ALEX, PRIYA, SAM = "alex@la.example", "priya@la.example", "sam@la.example"
"""Alex and Priya are of one team, Sam is of another."""


def offices(first: int, last: int | None = None) -> tuple[str, ...]:
    """Return the mailboxes of so many schools, or of those between two places."""
    places = range(1, first + 1) if last is None else range(first, last + 1)
    return tuple(f"office@s{place:02d}.example" for place in places)


class Before(NamedTuple):
    """An earlier message."""

    file: str
    rcpt: tuple[str, ...]
    days: float = 3
    sender: str = ALEX


class Row(NamedTuple):
    what: str
    file: str
    rcpt: tuple[str, ...]
    why: Why
    schools: int
    before: tuple[Before, ...] = ()
    sender: str = ALEX


ALL = offices(21)
FIRST, REST = offices(12), offices(13, 24)
HEADS = tuple(each.replace("office", "head") for each in offices(20))
TRUST = ("all@trust.example",)
EARLIER = (Before("letter", FIRST),)


def split(what: str, file: str, why: Why = Why.SPLIT, **more: object) -> Row:
    """Return a row of a second half, twelve schools, after the letter went to another twelve."""
    row = Row(what, file, REST, why, 24 if why is Why.SPLIT else 12, EARLIER)
    return row._replace(**more)


def wide(what: str, file: str, why: Why = Why.MANY, **more: object) -> Row:
    """Return a row of a message to 21 schools at once."""
    return Row(what, file, ALL, why, 21)._replace(**more)


ENVELOPES = [
    Row("twenty schools", "letter", offices(20), Why.FEW, 20),
    wide("twenty-one schools", "letter"),
    Row("one school", "letter", offices(1), Why.ONE_SCHOOL, 1),
    Row("no school", "letter", (PRIYA, "friend@elsewhere.example"), Why.ONE_SCHOOL, 0),
    Row("41 mailboxes of 20 schools", "letter",
        (*offices(20), *HEADS, "bursar@s07.example"), Why.FEW, 20),
    Row("one mailbox of two schools", "letter", ("office@fed.example",), Why.FEW, 2),
    Row("a mailbox of two schools with 18 others", "letter",
        ("office@fed.example", *offices(3, 20)), Why.FEW, 20),
    Row("a mailbox of two schools with 19 others", "letter",
        ("office@fed.example", *offices(3, 21)), Why.MANY, 21),
    Row("two schools and the mailbox of both", "letter",
        ("office@fed.example", *offices(20)), Why.FEW, 20),
    Row("a trust's mailbox", "letter", TRUST, Why.FEW, 5),
    Row("a list", "letter", ("heads@lists.la.example",), Why.MANY, 25),
    Row("a list of lists", "letter", ("county@lists.la.example",), Why.MANY, 24),
    Row("two lists that overlap", "letter",
        ("north@lists.la.example", "small@lists.la.example"), Why.FEW, 12),
    Row("a list and those who are on it", "letter",
        ("north@lists.la.example", *offices(20)), Why.FEW, 20),
    Row("lists that name each other", "letter", ("circle@lists.la.example",), Why.FEW, 3),
    Row("a list with a tag", "letter", ("heads+laptops@lists.la.example",), Why.MANY, 25),
    Row("blind copies", "bcc", ALL, Why.MANY, 21),
    Row("thirty named, three sent to", "to-says-thirty", offices(3), Why.FEW, 3),
    Row("colleagues do not count", "letter", (*offices(20), PRIYA, SAM), Why.FEW, 20),
    Row("strangers do not count", "letter", (*offices(20), "x@elsewhere.example"), Why.FEW, 20),
    Row("closed schools do not count", "letter",
        (*offices(20), "office@gone.example"), Why.FEW, 20),
    Row("tags and capitals make no school", "letter",
        (*offices(20), "office+news@s01.example", "OFFICE@S02.EXAMPLE"), Why.FEW, 20),
    Row("a domain of a school", "letter", (*offices(20), "anybody@mail.s44.example"), Why.MANY, 21),
]  # fmt: skip

PARTS = [
    split("the same letter to others", "letter"),
    split("to the same schools again", "letter", Why.FEW, rcpt=FIRST),
    split("eight more schools", "letter", Why.FEW, rcpt=offices(13, 20), schools=20),
    split("by a colleague of the team", "letter", sender=PRIYA),
    split("by another team", "letter", Why.FEW, sender=SAM),
    split("thirty days later", "letter", before=(Before("letter", FIRST, 29.9),)),
    split("thirty-one days later", "letter", Why.FEW, before=(Before("letter", FIRST, 31),)),
    split("in three parts", "letter", rcpt=offices(17, 24),
          before=(Before("letter", offices(8), 9), Before("letter-as-html", offices(9, 16), 2))),
    split("one school at a time is not read", "letter", Why.ONE_SCHOOL, rcpt=offices(24, 24),
          schools=1),
    split("in other words", "letter-in-other-words"),
    split("other greeting, dates, school", "letter-other-greeting-and-dates"),
    split("paragraphs in another order", "letter-in-another-order"),
    split("a paragraph more", "letter-with-a-paragraph-more"),
    split("another signature", "letter-other-signature"),
    split("as HTML", "letter-as-html"),
    split("with words that nobody sees", "letter-with-hidden-words"),
    split("behind a plain text that nobody sees", "letter-behind-a-decoy"),
    split("in two forms", "letter-alternative"),
    split("forwarded", "letter-forwarded"),
    split("forwarded as a file", "letter-forwarded-as-attachment"),
    split("messages in messages", "letter-nested-deeply"),
    split("in Base64", "letter-in-base64"),
    split("in quoted-printable", "letter-in-quoted-printable"),
    split("in UTF-16", "letter-in-utf16"),
    split("in flowed lines", "letter-flowed"),
    split("in an unknown character set", "letter-wrong-charset"),
    split("as an answer that it is not", "letter-as-reply"),
    split("another letter", "swimming", Why.FEW),
    split("another letter to the same schools", "swimming", Why.FEW, rcpt=offices(20), schools=20),
    split("another letter with the same Message-ID", "swimming-duplicated-message-id", Why.FEW,
          before=(Before("letter-duplicated-message-id", FIRST),)),
    split("the same letter with the same Message-ID", "letter-duplicated-message-id",
          before=(Before("letter-duplicated-message-id", FIRST),)),
    split("the next bulletin", "bulletin-13", Why.FEW, before=(Before("bulletin-12", FIRST),)),
    split("the same bulletin", "bulletin-12", before=(Before("bulletin-12", FIRST),)),
    split("see attached, another file", "see-attached-another", Why.FEW,
          before=(Before("see-attached", FIRST),)),
    split("see attached, the file renamed", "see-attached-renamed",
          before=(Before("see-attached", FIRST),)),
    split("after exempt mail", "letter", Why.FEW, before=(Before("child-missing", FIRST),)),
    split("after mail under a number", "letter", Why.FEW,
          before=(Before("number-in-subject", FIRST),)),
]  # fmt: skip

BROKEN = [
    wide("no Message-ID", "letter-without-message-id"),
    wide("a date that no calendar has", "letter-wrong-dates"),
    split("wrong dates join all the same", "letter-wrong-dates"),
    split("a date far away joins all the same", "letter-dated-in-the-future"),
    wide("8-bit headers", "letter-8bit-headers"),
    split("8-bit headers join", "letter-8bit-headers"),
    wide("broken MIME", "letter-broken-mime"),
    split("broken MIME joins", "letter-broken-mime"),
    wide("cut off", "letter-cut-off"),
    split("cut off joins", "letter-cut-off"),
    wide("no headers", "no-headers"),
    wide("nothing at all", "empty"),
    split("nothing at all joins nothing", "empty", Why.FEW, before=(Before("empty", FIRST),)),
    wide("headers alone", "only-headers"),
    split("zero bytes join", "zero-bytes"),
    wide("bare ends of lines", "bare-line-ends"),
    wide("two subjects", "two-subjects"),
]

EXEMPT = [
    wide("a calendar's answer", "calendar-reply", Why.CALENDAR),
    wide("a calendar's proposal", "calendar-counter-in-the-body", Why.CALENDAR),
    wide("an invitation", "calendar-request"),
    wide("a cancelled invitation", "calendar-cancel"),
    wide("a letter with a calendar's answer", "calendar-reply-with-a-letter"),
    wide("a bounce", "bounce", Why.BOUNCE, sender=""),
    wide("an old bounce", "bounce-old-style", Why.BOUNCE, sender=""),
    wide("a bounce that names a sender", "bounce-old-style"),
    wide("a letter without a sender", "letter", sender=""),
    wide("a letter under a daemon's name", "letter-under-a-daemons-name", sender=""),
    wide("a letter as a report", "letter-as-a-report", sender=""),
    wide("out of office", "out-of-office", Why.AUTOMATIC),
    wide("out of office, an older program", "out-of-office-older", Why.AUTOMATIC),
    wide("a read receipt", "read-receipt", Why.AUTOMATIC),
    wide("written by a program", "auto-generated"),
    wide("a letter as automatic reply", "letter-as-automatic-reply"),
    wide("a short request as automatic reply", "short-request-as-automatic-reply"),
    wide("bulk mail", "letter-as-bulk"),
    wide("an answer to a school", "reply", Why.REPLY),
    wide("an answer in German", "reply-in-german", Why.REPLY),
    wide("a numbered answer", "reply-numbered", Why.REPLY),
    wide("an answer to what is quoted", "reply-by-quoted-sender", Why.REPLY),
    wide("an answer that the school does not get", "reply", rcpt=offices(2, 22)),
    wide("an answer in a thread of ours", "reply-in-a-thread-of-ours"),
    wide("a letter as an answer", "letter-as-reply"),
    wide("a letter above a school's question", "letter-as-reply-with-history"),
    wide("an answer by its subject alone", "subject-alone-says-reply"),
    wide("a child missing education", "child-missing", Why.CASEWORK),
    wide("a missing child, asked about everywhere", "child-missing-everywhere", Why.CASEWORK),
    wide("one child above three mild questions", "child-above-three-questions"),
    wide("a consultation on one child", "ehcp-consultation", Why.CASEWORK),
    wide("one child's transfer", "admission-transfer", Why.CASEWORK),
    wide("one child's exclusion", "exclusion-of-one", Why.CASEWORK),
    wide("one employee", "employee-reference", Why.CASEWORK),
    wide("every child missing education", "missing-children-of-all"),
    wide("a form for casework", "casework-template"),
    wide("two children", "two-children"),
    wide("one child and a table", "casework-with-a-table"),
    wide("a survey with an example", "survey-with-an-example"),
    Row("mail of the portal", "ours", TRUST, Why.OURS, 5, sender="portal@la.example"),
    Row("mail of the portal, passed on to many", "ours", ALL, Why.MANY, 21),
    Row("a copied signature", "our-signature-on-another-message", TRUST, Why.FEW, 5),
    wide("a copied signature to many", "our-signature-on-another-message"),
    wide("a copied signature and Message-ID", "our-signature-and-id-on-another-message"),
    wide("headers like ours", "headers-like-ours"),
]

NUMBERS = [
    wide("a live number in the subject", "number-in-subject", Why.NUMBER),
    wide("a live number with its version", "number-with-version", Why.NUMBER),
    wide("a live number written otherwise", "number-written-otherwise", Why.NUMBER),
    wide("a live number in a header", "number-in-header", Why.NUMBER),
    wide("a live number beside an expired one", "two-numbers", Why.NUMBER),
    wide("a live number of the team", "number-in-subject", Why.NUMBER, sender=PRIYA),
    split("a live number, in parts", "number-in-subject", Why.NUMBER),
    wide("a number in the text alone", "number-in-the-text-alone"),
    wide("a live number of another team", "number-in-subject", Why.BAD_NUMBER, sender=SAM),
    wide("outside the audience", "number-in-subject", Why.BAD_NUMBER, rcpt=offices(41), schools=41),
    wide("an expired number", "number-expired", Why.BAD_NUMBER),
    wide("a number of another authority", "number-foreign", Why.BAD_NUMBER),
    wide("a mistyped number", "number-mistyped", Why.BAD_NUMBER),
    wide("something like a number", "number-no-number", Why.BAD_NUMBER),
    split("an expired number, in parts", "number-expired", Why.BAD_NUMBER, schools=24),
    Row("an expired number to few", "number-expired", offices(5), Why.FEW, 5),
]

TABLE = [*ENVELOPES, *PARTS, *BROKEN, *EXEMPT, *NUMBERS]
