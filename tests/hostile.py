"""Hostile files, made in memory: what no officer should send and no worker may fall over."""

import io
import struct
import zipfile

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + bytes(40)
PROGRAM = b"MZ" + bytes(200)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def zipped(parts, *, method=zipfile.ZIP_DEFLATED):
    """Return a zip of these parts: words or bytes by their names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def word(body="<w:p><w:r><w:t>Dear head</w:t></w:r></w:p>", *, prolog="", **more):
    """Return a Word document; ``more`` are further parts, their slashes as two underlines."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"{prolog}<w:document {WORD}><w:body>{body}</w:body></w:document>",
    }
    parts |= {name.replace("__", "/").replace("_DOT_", "."): text for name, text in more.items()}
    return zipped(parts)


def related(kind, target, *, external=True):
    """Return a part that names something elsewhere."""
    mode = ' TargetMode="External"' if external else ""
    return (
        f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r1" Type="{RELATED}/{kind}" Target="{target}"{mode}/></Relationships>'
    )


def slides(*titles):
    """Return a presentation with a slide for each title."""
    space = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    )
    parts = {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}
    for place, title in enumerate(titles, 1):
        parts[f"ppt/slides/slide{place}.xml"] = (
            f'<p:sld {space}><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>'
            f"<p:txBody><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:txBody></p:sp>"
            "<p:sp><p:txBody><a:p><a:r><a:t>A point</a:t></a:r></a:p></p:txBody></p:sp></p:sld>"
        )
    return zipped(parts)


def open_text(body, kind="text"):
    """Return an OpenDocument file whose content is ``body``."""
    space = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("text", "text"), ("table", "table"))
    )
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {space}><office:body><office:{kind}>{body}"
            f"</office:{kind}></office:body></office:document-content>",
        }
    )


def pdf(*, pages=1, act=None, file=None, password=""):
    """Return a PDF; ``act`` is an action that it starts with, ``file`` one that it has inside."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if act:
        values = {NameObject("/Type"): NameObject("/Action"), NameObject("/S"): NameObject(act)}
        if act == "/JavaScript":
            values[NameObject("/JS")] = TextStringObject("app.alert(1)")
        if act == "/Launch":
            values[NameObject("/F")] = TextStringObject("calc.exe")
        place = writer._add_object(DictionaryObject(values))
        page = writer.pages[0]
        page[NameObject("/Annots")] = ArrayObject(
            [writer._add_object(DictionaryObject({NameObject("/A"): place}))]
        )
    if file:
        writer.add_attachment(*file)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def many_pages(count):
    """Return a PDF of ``count`` pages that all are one and the same."""
    kids = b" ".join([b"3 0 R"] * count)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    return _written(objects)


def endless_pages():
    """Return a PDF whose pages hold one another."""
    return _written(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R 2 0 R]>>"]
    )


def _written(objects):
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        start,
    )


def bomb(size=60_000_000):
    """Return a Word document whose text unpacks to ``size`` bytes."""
    return word("a" * size)


def many_entries(count):
    """Return a zip whose list of contents is longer than any document's."""
    return zipped({f"{'a' * 600}{place}": b"" for place in range(count)}, method=zipfile.ZIP_STORED)


def ole(*names):
    """Return an old Office file in which streams of these names stand."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"".join(n.encode("utf-16-le") for n in names)
