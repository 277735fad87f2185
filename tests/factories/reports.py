"""Messages that come back, as mail servers write them."""

from email.message import EmailMessage


def notice(to: str, *, action: str = "failed", status: str = "5.1.1", code: str = "") -> bytes:
    """Write a delivery status notice (RFC 3464) about one recipient."""
    diagnosis = code or f"smtp; 550 {status} <jo@school.example>: User unknown"
    return f"""\
From: MAILER-DAEMON@relay.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; jo@school.example
Action: {action}
Status: {status}
Diagnostic-Code: {diagnosis}

--b1
Content-Type: text/rfc822-headers

Return-Path: <{to}>
Subject: 888-2627-C-00001-A v1: Hello

--b1--
""".replace("\n", "\r\n").encode()


def complaint(original_from: str, *, kind: str = "abuse") -> bytes:
    """Write a complaint (ARF, RFC 5965) that a provider sends to the plain address."""
    return f"""\
From: feedback@provider.example
To: bounces@portal.example
Subject: Complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

--b2
Content-Type: text/plain

A reader reported this.

--b2
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider/1.0
Version: 1
Original-Mail-From: <{original_from}>

--b2
Content-Type: message/rfc822

Return-Path: <{original_from}>
From: portal@authority.example
Subject: Hello

Hello
--b2--
""".replace("\n", "\r\n").encode()


def words(to: str, text: str, *, sender: str = "MAILER-DAEMON@old.example", **more: str) -> bytes:
    """Write a plain message in words."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = more.pop("subject", "failure notice")
    for name, value in more.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
