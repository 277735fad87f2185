"""Letters that look the same to their readers are the same, whatever they are made of."""

import pytest

from gatekeeping.mailgate.message import Message, read
from gatekeeping.mailgate.rule.likeness import ALIKE_FROM, alike, marks
from gatekeeping.mailgate.words.disguises import undisguised

pytestmark = pytest.mark.sqlite_only
KEY = b"a key"
LETTER = (
    "We are auditing laptops that were issued in the pandemic. Could your school tell us how many "
    "it still holds, how many are broken, and how many were never returned by families? Serial "
    "numbers are not needed. Please answer on the form by 30 May. The answers go to the committee "
    "in June, which wants to see whether more are needed for year 11 and for children in care."
)
WORDS = LETTER.split()
OTHER = (
    "The swimming pool at Thornby is closed while its roof is mended; coaches wait in Mill Lane. "
    "Lifeguards from Eastgate take the lessons of the autumn. Towels and goggles can be hired. "
) * 3
RUSSIAN = "Уважаемые родители, сообщаем вам о собрании в школе"
SEEN_AS_OURS = str.maketrans("aeopcxys", "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0455")
LINES = "\n".join(" ".join(WORDS[start : start + 9]) for start in range(0, len(WORDS), 9))
HISTORY = "From: Ann <ann@la.example>\nSent: Monday\nTo: Bo\nSubject: Laptops\n\n"


def html(body: str) -> Message:
    return read(f"Subject: Laptop audit\nContent-Type: text/html\n\n{body}".encode())


def plain(body: str, more: str = "") -> Message:
    kind = "Content-Type: text/plain; charset=utf-8"
    return read(f"{more or 'Subject: Laptop audit'}\n{kind}\n\n{body}".encode())


def two_forms(first: str, last: str) -> Message:
    return read(
        "Subject: Laptop audit\nContent-Type: multipart/alternative; boundary=b\n\n"
        f"--b\n\n{first}\n--b\nContent-Type: text/html\n\n<p>{last}</p>\n--b--\n".encode()
    )


ALL = {
    "letters of another alphabet": plain(LETTER.translate(SEEN_AS_OURS)),
    "some letters of another alphabet": plain(
        " ".join(word.translate(SEEN_AS_OURS) if at % 2 else word for at, word in enumerate(WORDS))
    ),
    "signs of no width": plain("\u200b".join(LETTER)),
    "signs that nobody sees": plain("\U000e0041\ufe0f\u3164".join(LETTER)),
    "accents": plain(LETTER.replace("a", "\u00e1").replace("o", "o\u0308")),
    "letters spaced out": plain(" ".join(LETTER)),
    "words parted at ends of lines": plain(
        " ".join(f"{word[:3]}-\n{word[3:]}" if len(word) > 5 else word for word in WORDS)
    ),
    "white on a dark ground": html(
        f"<table bgcolor='#036'><tr><td style='color:#fff'>{LETTER}</table><p>Thank you very much"
    ),
    "white where a style makes the ground": html(
        f"<style>td{{background:#036}}</style><td style='color:white'>{LETTER}</td>"
    ),
    "nearly white words beside it": html(f"<p>{LETTER}</p><p style='color:#fefefe'>{OTHER}"),
    "words far away beside it": html(
        f"<p>{LETTER}</p><p style='position:absolute;left:-9999px'>{OTHER}</p>"
    ),
    "words of no height beside it": html(
        f"<p>{LETTER}</p><div style='height:0;overflow:hidden'>{OTHER}</div>"
    ),
    "after a hidden paragraph without an end": html(f"<p style='display:none'>x<p>{LETTER}"),
    "after a hidden word in a block that ends": html(
        f"<p>{OTHER[:90]}<div><span style='display:none'>x</div><p>{LETTER}"
    ),
    "hidden, then shown": html(f"<div style='display:none;display:block'>{LETTER}</div>"),
    "said to be hidden by what hides nothing": html(f"<p data-style='display:none'>{LETTER}</p>"),
    "behind an empty comment": html(f"<!-->{LETTER}<!-- -->"),
    "in an element that programs show": html(f"<xml>{LETTER}</xml>"),
    "hidden as a whole": html(f"<div style='font-size:0'>{LETTER}</div>"),
    "a plain form that nobody sees": two_forms(f"{LETTER} {OTHER} {OTHER[::-1]}" * 2, LETTER),
    "after the signature": plain(f"Hello\n\nKind regards\nAlex\n\n{LINES}"),
    "below an answer that points there": plain(
        f"Please see below.\n\n{HISTORY}{LETTER}",
        "In-Reply-To: <1@la.example>\nSubject: RE: Laptop audit",
    ),
}


@pytest.mark.parametrize("way", ALL)
def test_a_letter_in_disguise_is_still_alike(way):
    assert alike(marks(plain(LETTER), KEY), marks(ALL[way], KEY)) >= ALIKE_FROM


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("d\u0435ar all", "dear all"),
        ("soft\u00adhyphen", "softhyphen"),
        ("caf\u00e9 ysgol\u0302", "caf\u00e9 ysgol\u0302"),
        (RUSSIAN, RUSSIAN),
        (f"{RUSSIAN}: please print and hand out", f"{RUSSIAN}: please print and hand out"),
    ],
)
def test_words_of_another_alphabet_stay(text, read_as):
    assert undisguised(text) == read_as
