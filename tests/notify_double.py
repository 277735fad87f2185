"""A double of GOV.UK Notify: a real HTTP server that checks what Notify checks.

Its API is that of https://docs.notifications.service.gov.uk/rest-api.html, as far as the portal
uses it. Keys, tokens, addresses and the template are looked at; what it takes it keeps.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"
API_KEY = f"portal-{SERVICE}-{SECRET}"
SKEW = 30


@dataclass
class Notify:
    """The double. ``answer_next`` is given to the next requests, in turn, before they are read."""

    url: str
    taken: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    answer_next: list[tuple[int, str, str]] = field(default_factory=list)
    """Status, name of the error, message."""


@contextmanager
def notify_double() -> Iterator[Notify]:
    """Run it on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    double = Notify(f"http://127.0.0.1:{server.server_port}")
    server.notify = double  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def double(self) -> Notify:
        return self.server.notify  # type: ignore[attr-defined,no-any-return]

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"]))
        if self._refused():
            return
        if self.path != "/v2/notifications/email":
            self._fail(404, "ResultNotFound", "No result found")
            return
        asked = json.loads(text)
        if "@" not in asked.get("email_address", ""):
            self._fail(400, "ValidationError", "email_address Not a valid email address")
        elif asked.get("template_id") != TEMPLATE:
            self._fail(400, "BadRequestError", "Template not found")
        elif missing := {"subject", "body"} - set(asked.get("personalisation", {})):
            self._fail(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        else:
            key = str(uuid.uuid4())
            self.double.taken.append({**asked, "id": key})
            self.double.statuses.setdefault(key, "created")
            self._answer(201, {"id": key, "reference": asked.get("reference")})

    def do_GET(self) -> None:
        if self._refused():
            return
        key = self.path.rpartition("/")[2]
        if self.path == f"/v2/template/{TEMPLATE}":
            self._answer(200, {"id": TEMPLATE, "subject": "((subject))", "body": "((body))"})
        elif key in self.double.statuses:
            self._answer(200, {"id": key, "status": self.double.statuses[key]})
        else:
            self._fail(404, "NoResultFound", "No result found")

    def _refused(self) -> bool:
        if self.double.answer_next:
            self._fail(*self.double.answer_next.pop(0))
        elif not _is_ours(self.headers.get("Authorization", "")):
            self._fail(403, "AuthError", "Invalid token: API key not found")
        else:
            return False
        return True

    def _fail(self, status: int, error: str, message: str) -> None:
        found = {"status_code": status, "errors": [{"error": error, "message": message}]}
        self._answer(status, found)

    def _answer(self, status: int, found: dict[str, Any]) -> None:
        text = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def _is_ours(authorization: str) -> bool:
    """Check a JSON Web Token as Notify does: HS256 by the secret, issued now by the service."""
    kind, _, token = authorization.partition(" ")
    if kind != "Bearer" or token.count(".") != 2:
        return False
    signed, _, signature = token.rpartition(".")
    head, claims = (json.loads(_decoded(part)) for part in signed.split("."))
    right = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()
    return (
        head["alg"] == "HS256"
        and hmac.compare_digest(right, _decoded(signature))
        and claims["iss"] == SERVICE
        and abs(time.time() - claims["iat"]) < SKEW
    )


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
