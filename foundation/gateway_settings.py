"""The settings of the mail gateway; ``foundation.settings`` reads them with the others."""

import ipaddress
import re
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator

Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]
MAIL_ADDRESS: Final = re.compile(r"[^@\s<>]{1,64}@[a-zA-Z0-9.-]{1,200}")
"""Nothing that a command line or a header could be broken with."""


class GatewaySettings(BaseModel):
    """Where mail is taken and handed on, whose, and how much of it."""

    smtp_port: Port = 8025
    gateway_port: Annotated[int, Field(ge=0, le=65535)] = 0
    gateway_host: str = "127.0.0.1"
    gateway_next_hop: str = ""
    gateway_clients: str = "127.0.0.0/8,::1"
    gateway_mode: Literal["hold", "monitor"] = "hold"
    gateway_processes: Positive = 1
    gateway_limit_mb: Positive = 50
    gateway_tls_certificate: str = ""
    gateway_tls_key: str = ""
    gateway_require_tls: bool = False
    gateway_copy_address: str = ""
    gateway_report_address: str = ""
    gateway_confirm_port: Annotated[int, Field(ge=0, le=65535)] = 0
    sink_port: Annotated[int, Field(ge=0, le=65535)] = 0

    @field_validator("gateway_copy_address", "gateway_report_address")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        if value and not MAIL_ADDRESS.fullmatch(value):
            raise ValueError("it must look like report@portal.example")
        return value.lower()

    @field_validator("gateway_clients")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in _listed(value):
            try:
                ipaddress.ip_network(part)
            except ValueError:
                sentence = "it must be addresses or networks, such as 127.0.0.0/8, parted by commas"
                raise ValueError(sentence) from None
        return value

    @field_validator("gateway_next_hop")
    @classmethod
    def _next_hop(cls, value: str) -> str:
        parts = urlsplit(value if "://" in value else f"smtp://{value}")
        try:
            is_right = parts.scheme == "smtp" and bool(parts.hostname and parts.port)
        except ValueError:
            is_right = False
        if value and (not is_right or parts.username or parts.path.strip("/")):
            raise ValueError("it must look like host:port or smtp://host:port?starttls=1")
        return value

    @property
    def gateway_networks(self) -> tuple[str, ...]:
        """Return whose mail the gateway takes, each a network."""
        return _listed(self.gateway_clients)

    @property
    def gateway_limit(self) -> int:
        """Return the largest message that the gateway takes, in bytes."""
        return self.gateway_limit_mb * 1_000_000


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())
