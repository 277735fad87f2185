"""What journeys stand on: the whole portal as `portal run` starts it, and people in Chromium."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests import servers

PORTAL = str(Path(sys.executable).parent / "portal")
PICTURES = os.environ.get("PORTAL_PICTURES")
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
DEMONSTRATION = ["demo", "--schools", "24", "--communications", "40"]
axe = Axe()


@dataclass
class Stage:
    """A running portal with a small demonstration authority."""

    address: str
    home: Path
    environment: dict[str, str]
    sink: servers.MailSink | None = None
    used: set[str] = field(default_factory=set)
    seen: set[tuple[str, str, str]] = field(default_factory=set)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `portal` command beside the running portal."""
        return subprocess.run(
            [PORTAL, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def mail_to(self, address: str, subject: str = "", seconds: float = 60) -> str:
        """Wait for the newest mail to an address whose subject holds some words."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for raw in reversed(self._caught()):
                message = message_from_bytes(raw, policy=default)
                text = message.get_body(("plain",)).get_content()
                if address in str(message["To"]) and subject in str(message["Subject"]):
                    return text
            time.sleep(0.1)
        raise AssertionError(f"no mail “{subject}” reached {address}")

    def fresh_link(self, address: str) -> str:
        """Wait for a sign-in link to this address that was not used before."""
        limit = time.monotonic() + 20
        while time.monotonic() < limit:
            text = self.mail_to(address, "ign in")
            for link in re.findall(r"https?://\S+/sign-in/\S+", text):
                if link not in self.used:
                    self.used.add(link)
                    return link
            time.sleep(0.1)
        raise AssertionError(f"no new link reached {address}")

    def _caught(self) -> list[bytes]:
        if self.sink is not None:
            return [mail.content for mail in self.sink.messages]
        return [place.read_bytes() for place in sorted((self.home / "mail").glob("*.eml"))]


class Visitor:
    """One person at one browser, who looks at every page for house style and axe's rules."""

    def __init__(self, stage: Stage, browser: Browser, width: str, *, scripts: bool = True) -> None:
        self.stage = stage
        across, down = WIDTHS[width]
        self.width, self.scripts = width, scripts
        self.context = browser.new_context(
            viewport={"width": across, "height": down}, java_script_enabled=scripts
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()

    def open(self, path: str) -> None:
        self.page.goto(self.stage.address + path)
        self.look()

    def press(self, name: str) -> None:
        """Press the button with this name."""
        self.page.get_by_role("button", name=name).first.click()
        self.look()

    def follow(self, name: str) -> None:
        """Follow the link with this name, also one that looks like a button."""
        link = self.page.get_by_role("link", name=name)
        link.or_(self.page.get_by_role("button", name=name)).first.click()
        self.look()

    def sign_in(self, address: str) -> None:
        self.open("/sign-in")
        self.page.locator("#email").fill(address)
        self.page.locator("main form button").click()
        self.page.goto(self.stage.fresh_link(address))
        self.look()
        self.press("Continue")
        if "/privacy-notice" in self.page.url:
            self.press("Continue")

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def resize(self, width: str) -> None:
        """Go on at another width, on the page that is open."""
        across, down = WIDTHS[width]
        self.width = width
        self.page.set_viewport_size({"width": across, "height": down})

    def look(self, *, rules: bool = True) -> None:
        """Check the page that is open: one heading, no sideways scrolling, nothing for axe.

        ``rules=False`` leaves out axe, where it has looked at the same page already.
        """
        self.page.wait_for_load_state("load")
        assert self.page.locator("h1").count() == 1, self.page.url
        if PICTURES:
            name = re.sub(r"\W+", "-", self.page.url.split("/", 3)[3]).strip("-") or "start"
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{PICTURES}/{name[:60]}.{self.width}.png", full_page=True)
        if self.width == "phone":
            wider = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider <= 1, f"{self.page.url} scrolls sideways by {wider} pixels"
        path = urlsplit(self.page.url).path  # a filter makes no page of another kind
        kind = re.sub(r"\d+|/sign-in/.*", "N", path)
        # an item's heading is its title
        shape = (kind, "" if kind == "/inbox/N" else self.heading, self.width)
        # axe is slow: once a kind of page is enough; and it is a script itself
        if rules and self.scripts and shape not in self.stage.seen:
            self.stage.seen.add(shape)
            found = axe.run(self.page)
            assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"

    def close(self) -> None:
        self.context.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; not for the whole session, because its event loop would be in others' way."""
    with servers.chromium() as opened:
        yield opened


@pytest.fixture(scope="session", params=["embedded", "servers"])
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    home = tmp_path_factory.mktemp(request.param)
    port, smtp_port = servers.free_port(), servers.free_port()
    environment = {
        **os.environ,
        "PORTAL_HOME": str(home),
        "PORT": str(port),
        "SMTP_PORT": str(smtp_port),
        "SINK_PORT": str(servers.free_port()),
        "SIGN_IN_LINKS_PER_CLIENT": "1000",
        "SIGN_IN_LINKS_PER_ADDRESS": "1000",
        "UNDO_SECONDS": "0",  # the journeys do not wait for what could be undone
    }
    with ExitStack() as stack:
        sink = None
        if request.param == "servers":
            sink = stack.enter_context(servers.mail_sink())
            environment |= {
                "DATABASE_URL": stack.enter_context(servers.postgresql()).url,
                "BROKER_URL": stack.enter_context(servers.redis()),
                "SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
                "SECRET_KEY": "for-tests-only",
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
            }
        made = Stage(f"http://127.0.0.1:{port}", home, environment, sink)
        for command in (["db", "upgrade"], DEMONSTRATION):
            done = made.run(*command)
            assert done.returncode == 0, done.stderr
        yield from _running(made)


def _running(stage: Stage) -> Iterator[Stage]:
    with (stage.home / "run.log").open("w") as log:
        parent = subprocess.Popen(
            [PORTAL, "run"], env=stage.environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
        assert parent.stdout is not None
        try:
            line = parent.stdout.readline()
            told = (stage.home / "run.log").read_text()
            assert line.startswith("ready http://"), f"{line}\n{told}"
            yield stage
        finally:
            parent.send_signal(signal.SIGTERM)
            try:
                assert parent.wait(timeout=servers.PATIENCE) == 0
            finally:
                parent.kill()
                parent.stdout.close()


@pytest.fixture
def visitor(stage: Stage, browser: Browser) -> Iterator["VisitorMaker"]:
    maker = VisitorMaker(stage, browser)
    yield maker
    maker.close()


class VisitorMaker:
    """Opens as many browsers as the journey has people, and closes them at its end."""

    def __init__(self, stage: Stage, browser: Browser) -> None:
        self._stage, self._browser = stage, browser
        self._visitors: list[Visitor] = []

    def __call__(
        self, address: str | None = None, width: str = "desktop", *, scripts: bool = True
    ) -> Visitor:
        made = Visitor(self._stage, self._browser, width, scripts=scripts)
        self._visitors.append(made)
        if address:
            made.sign_in(address)
        return made

    def close(self) -> None:
        for each in self._visitors:
            each.close()
