"""What journeys stand on: the whole portal as `portal run` starts it, and people in Chromium."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests import servers
from tests.journeys.looking import Eyes
from tests.journeys.stage import Stage, opened

PICTURES = os.environ.get("PORTAL_PICTURES")
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
eyes = Eyes()


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

    def arrive(self, address: str) -> None:
        """Sign in as quickly as may be: by the link of a mail only if nobody like this one did."""
        if self.stage.is_new(self.width, self.scripts):
            self.sign_in(address)
            return
        cookie = self.stage.cookie_of(address)
        self.context.add_cookies([{"name": "portal", "value": cookie, "url": self.stage.address}])
        self.open("/")

    def sign_in(self, address: str) -> None:
        """Sign in by the link of a mail."""
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
        if rules and self.scripts and self.stage.looked_at.first(*shape):
            faults = eyes.faults(self.page, self.width)
            assert not faults, f"{self.page.url}\n{faults}"

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
    with opened(request.param, tmp_path_factory) as made:
        yield made


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
            made.arrive(address)
        return made

    def close(self) -> None:
        for each in self._visitors:
            each.close()
