"""What axe says of a page, with the contrast of words of one look measured once.

Contrast is most of what axe costs, and depends on styles alone. So words are left out that stand
in the same elements as words that were measured already at this width: the same up to the top,
with the same classes and states.
"""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

SCRIPT = Path(__file__).with_suffix(".js").read_text()


class Eyes:
    """Looks at pages with all of axe's rules, and remembers what words looked like."""

    def __init__(self) -> None:
        self._measured: set[tuple[str, str]] = set()

    def faults(self, page: Page, width: str) -> str:
        """Return axe's report of what is wrong with a page; empty if nothing is."""
        looks = page.evaluate(SCRIPT)
        new = [number for number, look in enumerate(looks) if (look, width) not in self._measured]
        self._measured |= {(look, width) for look in looks}
        page.evaluate(AXE_SCRIPT)
        violations = page.evaluate("numbers => window.portalLooks.run(numbers)", new)
        return AxeResults({"violations": violations}).generate_report() if violations else ""
