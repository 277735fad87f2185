"""Handing rows out as a file: a download by its own name, never a page."""

from collections.abc import Iterable
from typing import Final

from flask import Response

KINDS: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_download(content: bytes | Iterable[bytes], name: str) -> Response:
    """Answer with a CSV file or a workbook, which the end of ``name`` says."""
    response = Response(content, mimetype=KINDS[name.rpartition(".")[2]])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
