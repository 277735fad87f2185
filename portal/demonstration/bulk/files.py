"""A few real files that many papers share: small PDFs of one page, kept in the file store."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random

from foundation.files import FileStore
from portal.demonstration.bulk.wording import vocabulary

HOW_MANY = 40
MOST_BYTES = 100_000
LINES = 30
PDF = "application/pdf"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>"
)
NAMES = (
    *("guidance", "form", "timetable", "checklist", "plan", "price list", "minutes", "agenda"),
    *("consent form", "risk assessment"),
)


@dataclass(frozen=True)
class Shared:
    """A file in the store, with its words."""

    name: str
    sha256: str
    size: int
    text: str


def store(files: FileStore) -> Sequence[Shared]:
    """Put the shared files into the store (again, without harm) and return them."""
    return [_stored(files, number) for number in range(HOW_MANY)]


def _stored(files: FileStore, number: int) -> Shared:
    random = Random(number)  # noqa: S311 - made-up data keeps no secrets
    known = vocabulary()
    place = known.rare[number]
    name = f"{place} {NAMES[number % len(NAMES)]}"
    lines = [name, "", *(random.choice(known.sentences)[:95] for _ in range(LINES))]
    content = written_pdf(lines)
    kept = files.put(BytesIO(content), most=MOST_BYTES)
    return Shared(f"{name.replace(' ', '-').lower()}.pdf", kept.sha256, kept.size, "\n".join(lines))


def written_pdf(lines: Sequence[str]) -> bytes:
    """Write the lines on one page of a PDF, in a font that every reader has."""
    shown = b"\n".join(b"(" + _escaped(line) + b") Tj T*" for line in lines)
    drawn = b"BT /F1 11 Tf 15 TL 50 790 Td\n" + shown + b"\nET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return written + end + trailer % (len(parts) + 1, len(written))


def _escaped(line: str) -> bytes:
    plain = line.replace("\\", "").replace("(", "\\(").replace(")", "\\)")
    return plain.encode("cp1252", errors="replace")
