"""Making PDF files: the only door to WeasyPrint and Segno. Both load when the first one is made.

What is rendered may name nothing but the few files that are handed over with it: the network and
the disk are out of reach, whatever the HTML says.
"""

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from foundation.dates import day

STATIC = Path(__file__).parent / "static"
PLACE = "file:///paper/"
TYPES = {".css": "text/css", ".svg": "image/svg+xml"}


class ForeignFileError(Exception):
    """The HTML names a file that was not handed over with it."""


def render(html: str, files: Mapping[str, bytes] | None = None) -> bytes:
    """Return the HTML as a tagged PDF (PDF/UA-1) that a screen reader can read.

    ``files`` holds the content of each style sheet and image that the HTML names, by its name;
    ``paper.css`` is there already. Takes seconds: for workers, never for a page. Raises
    ForeignFileError when the HTML names anything else.
    """
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    known = {"paper.css": (STATIC / "paper.css").read_bytes(), **(files or {})}
    page = HTML(string=html, base_url=PLACE, url_fetcher=_fetcher()(known))
    try:
        made: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as fault:  # no Exception to Python, so nobody would catch it
        raise ForeignFileError(str(fault)) from fault
    return made


@cache
def templates(package: str) -> Environment:
    """Return the templates of a package, for pages that are printed.

    Workers have no Flask: a page is rendered by itself, with nothing that may be missing.
    """
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = day
    return made


def qr_code(text: str) -> bytes:
    """Return a QR code of the text as an SVG image, with the quiet border that readers need."""
    import segno

    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=4, xmldecl=False)
    return target.getvalue()


@cache
def _fetcher() -> type[Any]:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # no types
        """Hands out what is in a dictionary, and refuses everything else."""

        def __init__(self, files: Mapping[str, bytes]) -> None:
            super().__init__(allowed_protocols=())
            self._files = files

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            del headers
            name = url.removeprefix(PLACE)
            if name == url or name not in self._files:
                message = f"a PDF may not fetch {urlsplit(url).scheme or 'this'}"
                raise FatalURLFetchingError(message)
            kind = TYPES.get(Path(name).suffix, "application/octet-stream")
            return URLFetcherResponse(url, body=self._files[name], headers={"Content-Type": kind})

    return OwnFiles
