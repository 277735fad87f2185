"""Printing the words of a PDF, as a program: standard input to standard output, page by page.

The one door to pypdf. It runs in a process of its own (``python -m gatekeeping.pdf_words PAGES
CHARACTERS``) with little memory, so that a page made to take hours can be stopped, and what was
printed until then is kept.
"""

import io
import logging
import resource
import sys

MEMORY = 1_500_000_000
LOCKED, CUT, BROKEN = 3, 4, 5
"""Exit codes, beside 0: it is locked; it has more pages or characters; it is broken."""


def main(most_pages: int, most_characters: int) -> int:
    """Print the words; return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # A stranger's PDF may be odd in a hundred ways; none is worth a line of the log.
    logging.disable()
    try:
        return _print_pages(sys.stdin.buffer.read(), most_pages, most_characters)
    except Exception:  # noqa: BLE001 - see above
        return BROKEN


def _print_pages(content: bytes, most_pages: int, most_characters: int) -> int:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        return LOCKED
    printed = 0
    for place, page in enumerate(reader.pages):
        if place >= most_pages or printed >= most_characters:
            return CUT
        words = page.extract_text()
        printed += len(words)
        begun = b"\f" if place else b""
        sys.stdout.buffer.write(begun + words.encode(errors="replace") + b"\n")
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
