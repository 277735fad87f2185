"""What must hold, one step after the other on the same chain."""

import re
import smtplib
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from gatekeeping.models.mailgate import CaseKind
from tests.exim.server import GONE, SHOWN
from tests.exim.stage import BACK_WITHIN, COPIES, SCHOOLS, SENDER, Chain, letter
from tests.mail_chain import without_received

ODD = b"\r\n".join(
    [
        b"Return-Path: <kept@council.example>",
        b"Envelope-To: kept@council.example",
        b"X-Folded: one\r\n \ttwo  ",
        b"X-Eight: Caf\xe9",
        b"Content-Type: text/plain; charset=iso-8859-1",
        *letter("Odd bytes").split(b"\r\n\r\n", 1)[0].split(b"\r\n"),
        b"",
        b".a dot first",
        b"..two",
        b"\xe9\xff 8 bits\ttabs   ",
        b"nul \0 here",
        b"x" * 990,
        b"y" * 12_000,
        b"From the start",
        b"",
        b".",
        b"",
        b"",
    ]
)


def bytes_unchanged(made: Chain) -> None:
    """Bytes arrive as they were sent, 8 bits, dots, long lines and trace headers too."""
    made.passes("Odd bytes", made.mailboxes(1), ODD)
    content = letter("Nothing but a header").split(b"\r\n\r\n")[0] + b"\r\n\r\n"
    made.passes("Nothing but a header", made.mailboxes(1), content)
    large = letter("Large", "\r\n".join(["z" * 76] * 130_000))
    made.passes("Large", made.mailboxes(1), large)


def held_or_not(made: Chain) -> None:
    """20 schools pass, in one transaction with bcc; 21 and 250 are held, each with one mail."""
    made.passes("To twenty", [*made.mailboxes(20), "a@elsewhere.example"])
    made.send(made.mailboxes(21), letter("To twenty-one", "Please fill in the form by Friday."))
    made.send(made.mailboxes(SCHOOLS), letter("To all", "Send us the figures of last year."))
    found = made.cases(2)
    assert sorted(case.schools for case in found) == [21, SCHOOLS]
    assert {case.kind for case in found} == {CaseKind.HELD}
    assert made.mails() == 2


def refused_one_by_one(made: Chain) -> None:
    """Whom the second door refuses comes back to the sender; the others get it."""
    made.send([f"a@{GONE}", *made.mailboxes(2)], letter("One is gone", "The pool is shut today."))
    made.arrives("One is gone", made.mailboxes(2))
    returned = made.arrives("Mail delivery failed: returning message to sender", [SENDER])
    assert f"a@{GONE}".encode() in returned
    assert b"550 no such mailbox" in returned, returned


def brought_again(made: Chain) -> None:
    """Without a gateway mail waits in Exim, which brings it again by itself."""
    before = made.exim.said.count(" == ")
    made.gateways.kill()
    made.send(made.mailboxes(1), letter("The gateway is away"))
    made.deferred(before + 1)
    made.gateways.start(2)
    began = time.monotonic()
    made.arrives("The gateway is away", made.mailboxes(1), within=BACK_WITHIN)
    print(f"    it came {time.monotonic() - began:.0f} s after the gateway was back")  # noqa: T201


def without_database(made: Chain) -> None:
    """Without the database mail to one school passes, and mail to two waits and comes again."""
    before = made.exim.said.count(" == ")
    made.server.kill()
    made.passes("Meanwhile to one", made.mailboxes(1))
    made.send(made.mailboxes(2), letter("Meanwhile to two", "The pool is closed."))
    made.deferred(before + 1)
    made.server.start()
    made.arrives("Meanwhile to two", made.mailboxes(2), within=BACK_WITHIN)


def many_at_once(made: Chain) -> None:
    """300 messages by 30 connections at once, and 40 by one: nothing is left to a queue run."""
    runs = made.exim.said.count("no immediate delivery")

    def several(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", made.exim.smtp) as client:
            for each in range(10):
                subject = f"Number {number}-{each}-"
                client.sendmail("a@council.example", ["b@elsewhere.example"], letter(subject))

    began = time.monotonic()
    with ThreadPoolExecutor(30) as pool:
        list(pool.map(several, range(30)))
    with smtplib.SMTP("127.0.0.1", made.exim.smtp) as client:
        for each in range(40):
            subject = f"Number one-{each}-"
            client.sendmail("a@council.example", ["b@elsewhere.example"], letter(subject))
    end = time.monotonic() + BACK_WITHIN
    while _count(made, b"Subject: Number ") < 340:
        assert time.monotonic() < end, f"{_count(made, b'Subject: Number ')}: {made.said}"
        time.sleep(0.1)
    print(f"    they took {time.monotonic() - began:.0f} s")  # noqa: T201
    assert _count(made, b"Subject: Number ") == 340
    assert made.exim.said.count("no immediate delivery") == runs


def _count(made: Chain, head: bytes) -> int:
    return sum(head in each.content for each in list(made.sink.messages))


def monitored_in_line(made: Chain) -> None:
    """In line in monitor mode 21 schools get it, and a case was seen."""
    before = len(made.cases_now)
    made.restart_gateways("monitor")
    made.passes("Watched", made.mailboxes(21), letter("Watched", "Tell us what the roof costs."))
    assert made.cases(before + 1)[-1].kind is CaseKind.SEEN


def copied(made: Chain) -> None:
    """Beside: the original passes at once, also without a gateway; its one copy opens a case."""
    before = len(made.cases_now)
    made.restart_gateways("hold")
    made.exim.again(with_copies)
    to = made.mailboxes(21)
    made.send(to, _to_all(to, "Copied", "How many pupils walk to school?"))
    arrived = made.arrives("Copied", to)
    assert without_received(arrived, 1) == _to_all(to, "Copied", "How many pupils walk to school?")
    assert made.cases(before + 1)[-1].kind is CaseKind.SEEN
    assert made.cases(before + 1)[-1].schools == 21
    made.gateways.kill()
    made.send(to, _to_all(to, "Copied without", "Which of you has a kiln?"))
    made.arrives("Copied without", to)
    made.gateways.start(2)
    made.is_empty()
    made.cases(before + 2)
    made.sink.refuse_next = 1
    made.send(to, _to_all(to, "Copied once", "Who would like a tree?"))
    made.arrives("Copied once", to, within=BACK_WITHIN)
    made.cases(before + 3)
    given = re.findall(rf"[-=]> {re.escape(COPIES)} .*T=gateway", made.exim.said)
    assert len(given) == 3, given


def encrypted(made: Chain) -> None:
    """Encrypted on the way to the gateway, every message is still answered at once."""
    made.gateways.kill()
    key, own = made.exim.folder / "key.pem", made.exim.folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-keyout", str(key), "-out", str(own), "-subj", "/CN=gateway.example"]
    subprocess.run(command, check=True, capture_output=True)
    tls = {"GATEWAY_TLS_CERTIFICATE": str(own), "GATEWAY_TLS_KEY": str(key)}
    made.gateways.settings = tls
    made.gateways.start(2)
    made.exim.again(with_encryption)
    for number in range(3):
        made.passes(f"Sealed {number}", made.mailboxes(1))
    made.is_empty()
    assert len(re.findall(r"=> \S+ R=to_gateway .* X=TLS", made.exim.said)) == 3


def with_encryption(text: str) -> str:
    """Set what the page says for a gateway on another machine."""
    return text.replace("  hosts_avoid_tls = *\n", "  hosts_require_tls = *\n")


def looped(made: Chain) -> None:
    """Set up wrongly, so that it goes round, a message ends by itself, and comes back once."""
    made.restart_gateways("hold")
    made.exim.again(lambda text: re.sub(r"condition = \$\{if !eq.*", "condition = true", text))
    made.send(made.mailboxes(2), letter("Round and round", "The pool is warm."))
    end = time.monotonic() + BACK_WITHIN
    while 'Too many "Received" headers' not in made.exim.said:
        assert time.monotonic() < end, made.said
        time.sleep(0.5)
    made.exim.again()
    made.is_empty()
    assert not [each for each in made.sink.messages if b"Subject: Round" in each.content[:2000]]


def out_of_the_path(made: Chain) -> None:
    """With ``condition = false`` mail goes out without the gateway."""
    made.gateways.kill()
    made.exim.again(lambda text: re.sub(r"condition = \$\{if !eq.*", "condition = false", text))
    made.send(made.mailboxes(21), letter("Around", "Whoever wants to, may."))
    made.arrives("Around", made.mailboxes(21))


def _to_all(recipients: list[str], subject: str, body: str) -> bytes:
    return letter(subject, body).replace(
        b"To: office@900001.school.example", b"To: " + ",\r\n ".join(recipients).encode(), 1
    )


def with_copies(text: str) -> str:
    """Put the two routers of the page in place of ``to_gateway``."""
    page = (SHOWN / "mail-gateway.md").read_text()
    [routers] = re.findall(r"^    copy_to_gateway:\n(?:(?:    .*)?\n)+", page, re.MULTILINE)
    routers = re.sub(r"^    ", "", routers, flags=re.MULTILINE)
    return re.sub(r"^to_gateway:\n(?:  .*\n)+", routers, text, flags=re.MULTILINE)


STEPS = (
    bytes_unchanged,
    held_or_not,
    refused_one_by_one,
    brought_again,
    without_database,
    many_at_once,
    monitored_in_line,
    encrypted,
    looped,
    copied,
    out_of_the_path,
)
