"""Every setting of the product, read from the environment once, into one typed object."""

import os
import re
import secrets
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from foundation.gateway_settings import GatewaySettings, Port, Positive

SCHEMES: Final = {
    "public_url": ("http", "https"),
    "database_url": ("postgresql", "postgresql+psycopg", "sqlite"),
    "broker_url": ("redis", "rediss", "amqp", "amqps"),
    "smtp_url": ("smtp", "smtps"),
    "notify_url": ("http", "https"),
    "clamd_url": ("tcp", "unix"),
}
"""How each address may begin."""


RETURN_ADDRESS: Final = re.compile(r"[a-zA-Z0-9._-]{1,20}@[a-zA-Z0-9.-]{1,200}")
"""Short before the @: each mail's own id and signature follow there."""


NOTIFY_KEY: Final = 73
"""The length of two UUIDs and a hyphen, with which every key of GOV.UK Notify ends."""


class SettingsError(Exception):
    """The environment lacks a setting or holds a wrong one; the text names it."""


class Settings(GatewaySettings, BaseSettings):
    """The settings. Field ``database_url`` is the variable ``DATABASE_URL``, and so on.

    With none of ``DATABASE_URL``, ``BROKER_URL`` and ``SMTP_URL`` set the portal is *embedded*:
    SQLite, a broker in a folder, and a sink that catches all mail, everything under
    ``PORTAL_HOME``. Once any of them is set, ``SECRET_KEY`` and ``PUBLIC_URL`` must be set too.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    portal_home: Path = Path("var")
    host: str = "127.0.0.1"
    port: Port = 5000
    web_processes: Positive = 2
    worker_processes: Positive = 2
    public_url: str = ""
    database_url: str = ""
    broker_url: str = ""
    smtp_url: str = ""
    clamd_url: str = ""
    secret_key: str = ""
    mail_channel: Literal["smtp", "notify"] = "smtp"
    notify_api_key: str = Field(default="", repr=False)
    notify_template_id: str = ""
    notify_url: str = "https://api.notifications.service.gov.uk"
    mail_from: str = "portal@authority.example"
    return_address: str = ""
    return_host: str = "127.0.0.1"
    return_port: Annotated[int, Field(ge=0, le=65535)] = 0
    mail_lease_seconds: Positive = 60
    authority: str = ""
    held_mail_key: str = Field(default="", repr=False)
    upload_limit_mb: Positive = 20
    upload_count: Positive = 10
    sign_in_minutes: Positive = 30
    session_minutes: Positive = 60
    sign_in_links_per_address: Positive = 5
    sign_in_links_per_client: Positive = 300
    undo_seconds: Annotated[int | None, Field(ge=0, le=600)] = None
    trusted_proxies: Annotated[int, Field(ge=0)] = 0

    @field_validator("portal_home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator(*SCHEMES)
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        # The value itself stays out of the message: it may hold a password.
        schemes = SCHEMES[str(info.field_name)]
        if value and value.partition("://")[0] not in schemes:
            raise ValueError("it must begin with " + " or ".join(f"{name}://" for name in schemes))
        return value

    @field_validator("return_address")
    @classmethod
    def _returns(cls, value: str) -> str:
        if value and not RETURN_ADDRESS.fullmatch(value):
            raise ValueError("it must look like bounces@portal.example, without a + in it")
        return value

    @model_validator(mode="after")
    def _gateway(self) -> Self:
        if bool(self.gateway_tls_certificate) != bool(self.gateway_tls_key):
            raise ValueError("GATEWAY_TLS_CERTIFICATE and GATEWAY_TLS_KEY belong together")
        if self.gateway_require_tls and not self.gateway_tls_certificate:
            raise ValueError("GATEWAY_REQUIRE_TLS needs GATEWAY_TLS_CERTIFICATE")
        if self.gateway_port and not self.gateway_goes_on_to:
            raise ValueError("GATEWAY_NEXT_HOP must be set when GATEWAY_PORT is")
        return self

    @model_validator(mode="after")
    def _notify(self) -> Self:
        if self.mail_channel != "notify":
            return self
        missing = [
            name.upper()
            for name in ("notify_api_key", "notify_template_id")
            if not getattr(self, name)
        ]
        if missing:
            raise ValueError(f"{' and '.join(missing)} must be set when MAIL_CHANNEL is notify")
        if len(self.notify_api_key) < NOTIFY_KEY:
            raise ValueError("NOTIFY_API_KEY must be a whole key, with its name in front")
        return self

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.is_embedded:
            return self
        missing = [name.upper() for name in ("secret_key", "public_url") if not getattr(self, name)]
        if missing:
            message = f"{' and '.join(missing)} must be set when a server address is set"
            raise ValueError(message)
        return self

    @property
    def is_embedded(self) -> bool:
        """Tell whether everything is kept under ``portal_home``, with no server beside it."""
        return not (self.database_url or self.broker_url or self.smtp_url)

    @property
    def has_mail_sink(self) -> bool:
        """Tell whether mail is caught and shown on a page instead of sent."""
        return self.is_embedded and self.mail_channel == "smtp"

    @property
    def database(self) -> str:
        """Return the database's address: SQLite under ``portal_home`` unless one is set."""
        return self.database_url or f"sqlite:///{self.portal_home / 'portal.db'}"

    @property
    def broker(self) -> str:
        """Return the broker's address: a folder under ``portal_home`` unless one is set."""
        return self.broker_url or "folder://localhost"

    @property
    def smtp(self) -> str:
        """Return the mail server's address: the sink unless one is set."""
        return self.smtp_url or f"smtp://127.0.0.1:{self.sink_listens}"

    @property
    def sink_listens(self) -> int:
        """Return the port of the mail sink: the one after ``smtp_port`` unless one is set."""
        following = (self.smtp_port + step for step in (1, 2, -1))
        usual = next(port for port in following if port != self.port and port in range(1, 65536))
        return self.sink_port or usual

    @property
    def gateway_listens(self) -> tuple[str, int]:
        """Return host and port of the mail gateway; the port is 0 where there is none.

        The embedded mode has one on ``smtp_port``, before its mail sink.
        """
        if self.gateway_port or not self.has_mail_sink:
            return self.gateway_host, self.gateway_port
        return "127.0.0.1", self.smtp_port

    @property
    def gateway_goes_on_to(self) -> str:
        """Return the next mail server: in the embedded mode the sink unless one is set."""
        sink = f"127.0.0.1:{self.sink_listens}" if self.has_mail_sink else ""
        return self.gateway_next_hop or sink

    @property
    def gateway_reports_to(self) -> str:
        """Return where schools forward requests that passed no gate; the embedded mode has one."""
        if self.gateway_report_address or not self.is_embedded:
            return self.gateway_report_address
        return f"report@{self.mail_from.rpartition('@')[2]}".lower()

    @property
    def gateway_folder(self) -> Path:
        """Return the folder of what is under way through the gateway."""
        return self.portal_home / "gateway"

    @property
    def returns_to(self) -> str:
        """Return the address to which mail comes back; empty when none is set up.

        The embedded mode has its own, which the mail sink takes.
        """
        if self.return_address or not self.is_embedded:
            return self.return_address
        return f"bounces@{self.mail_from.rpartition('@')[2]}"

    @property
    def address(self) -> str:
        """Return the address that people open, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def files(self) -> Path:
        """Return the folder of stored files."""
        return self.portal_home / "files"

    @property
    def index(self) -> Path:
        """Return the folder of the search index, which only the portal may write."""
        return self.portal_home / "index"

    @property
    def sink(self) -> Path:
        """Return the folder in which the mail sink keeps what it caught."""
        return self.portal_home / "mail"

    @property
    def upload_limit(self) -> int:
        """Return the largest attachment in bytes."""
        return self.upload_limit_mb * 1_000_000

    @cached_property
    def signing_key(self) -> str:
        """Return the key that signs cookies; made and kept under ``portal_home`` if none is set."""
        if self.secret_key:
            return self.secret_key
        place = self.portal_home / "secret-key"
        if not place.exists():
            self.portal_home.mkdir(parents=True, exist_ok=True)
            _make_key(place)
        return place.read_text().strip()


def _make_key(place: Path) -> None:
    """Put a key there, whole or not at all: processes that start at once share the first one's."""
    with NamedTemporaryFile("w", dir=place.parent, prefix=f".{place.name}-") as made:
        made.write(secrets.token_urlsafe(48))
        made.flush()
        with suppress(FileExistsError):
            os.link(made.name, place)


def read_settings() -> Settings:
    """Read the environment.

    Raises SettingsError with the name of every missing or wrong variable.
    """
    try:
        return Settings()
    except ValidationError as fault:
        parts = []
        for error in fault.errors():
            name = ".".join(str(part) for part in error["loc"]).upper()
            message = error["msg"].removeprefix("Value error, ")
            parts.append(f"{name}: {message}" if name else message)
        sentence = "The settings are not complete. " + "; ".join(parts) + "."
        raise SettingsError(sentence) from fault
