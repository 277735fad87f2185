"""Names of files lose what could mislead whoever saves or opens them."""

import pytest

from foundation.filenames import LONGEST, ending_of, is_disguised, safe_name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("form.pdf", "form.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\form.pdf", "form.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("two\u2028lines\u200b.pdf", "two lines.pdf"),
        ("...", "file"),
        ("", "file"),
        ("folder/", "file"),
        (".htaccess", "htaccess"),
        ("form.pdf. ", "form.pdf"),
        ("con.pdf", "con_.pdf"),
        ("LPT1", "LPT1_"),
        ("com1.tar.gz", "com1_.tar.gz"),
        ("console.pdf", "console.pdf"),
        ('a<b>:"c|d?*.pdf', "a b c d.pdf"),
        ("Übersicht – März.xlsx", "Übersicht – März.xlsx"),
        ("O\u0308ffnung.pdf", "Öffnung.pdf"),
        ("x" * 300 + ".pdf", "x" * (LONGEST - 4) + ".pdf"),
    ],
)
def test_file_names_lose_what_could_mislead(given, safe):
    assert safe_name(given) == safe
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "ending", "disguised"),
    [
        ("Form.PDF", "pdf", False),
        ("form", "", False),
        (".pdf", "", False),
        ("form.pdf.exe", "exe", False),
        ("invoice\u202efdp.exe", "exe", True),
        ("\u2067form.docx", "docx", True),
        ("Größe.docx", "docx", False),
    ],
)
def test_the_ending_is_the_one_that_counts_whatever_is_shown(name, ending, disguised):
    assert (ending_of(name), is_disguised(name)) == (ending, disguised)
