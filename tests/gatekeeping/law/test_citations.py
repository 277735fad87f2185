import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeping.law.citations import read
from gatekeeping.law.normal import plain

SAMPLES = Path(__file__).parents[2] / "data" / "citations_sample.jsonl"
ROOT = "http://www.legislation.gov.uk/id/"
EA96, EA02, CA04 = "ukpga/1996/56", "ukpga/2002/32", "ukpga/2004/31"
ASCLA, SSFA, ATTENDANCE = "ukpga/2009/22", "ukpga/1998/31", "uksi/2024/208"
PUPILS, CHILDCARE = "uksi/2013/2094", "ukpga/2006/21"


def ids(text):
    return [citation.id.removeprefix(ROOT) for citation in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Education Act 2002, s 175(2)", [f"{EA02}/section/175/2"]),
        ("SI 2013/2094, reg 3", [f"{PUPILS}/regulation/3"]),
        ("Education Act 1996, sch 2, para 3(1)(b)", [f"{EA96}/schedule/2/paragraph/3/1/b"]),
        ("Education Act 1996, pt 3", [f"{EA96}/part/3"]),
        ("Education Act 1996, Part IV", [f"{EA96}/part/IV"]),
        ("Chapter 2 of Part 1 of the Education Act 1996", [f"{EA96}/part/1/chapter/2"]),
        ("S175/157 EA02", [f"{EA02}/section/175", f"{EA02}/section/157"]),
        ("s175&157 Education Act 2002", [f"{EA02}/section/175", f"{EA02}/section/157"]),
        ("Sec. 11 of the Children Act 2004", [f"{CA04}/section/11"]),
        ("section 537A of the Education Act 1996 (c. 56)", [f"{EA96}/section/537A"]),
        ("1996 c.56 s 537A", [f"{EA96}/section/537A"]),
        ("1996 c. 56", [EA96]),
        ("EA 1996 s537A", [f"{EA96}/section/537A"]),
        ("EA96", [EA96]),
        ("EA96 s.29(3)", [f"{EA96}/section/29/3"]),
        ("ASCLA 2009 s251", [f"{ASCLA}/section/251"]),
        ("s251 ASCL Act 2009", [f"{ASCLA}/section/251"]),
        ("SSFA 1998 s.42(3)", [f"{SSFA}/section/42/3"]),
        ("s.42(3)-(5) SSFA 1998", [f"{SSFA}/section/42/3", f"{SSFA}/section/42/5"]),
        ("CA2004 s.11", [f"{CA04}/section/11"]),
        ("C&FA 2014", ["ukpga/2014/6"]),
        ("C & FA 2014 s 69", ["ukpga/2014/6/section/69"]),
        ("DPA 2018 Sch 1 Pt 2 para 18", ["ukpga/2018/12/schedule/1/part/2/paragraph/18"]),
        ("UK GDPR Art 6(1)(c)", ["eur/2016/679/article/6/1/c"]),
        ("S.I. 2013 No. 2094", [PUPILS]),
        ("SI2024/208 r.13", [f"{ATTENDANCE}/regulation/13"]),
        (
            "Reg 13(1) of the School Attendance (Pupil Registration) (England) Regs 2024",
            [f"{ATTENDANCE}/regulation/13/1"],
        ),
        ("Children Act 1989 ss 13-15", [f"ukpga/1989/41/section/{n}" for n in (13, 14, 15)]),
        ("ss 537-537B of the Education Act 1996", [f"{EA96}/section/{n}" for n in ("537", "537B")]),
        (
            "sections 13, 14 and 15A of the Childcare Act 2006",
            [f"{CHILDCARE}/section/{n}" for n in ("13", "14", "15A")],
        ),
        (
            "paragraph 3 of Schedule 2 to the Childcare Act 2006",
            [f"{CHILDCARE}/schedule/2/paragraph/3"],
        ),
        ("subsection (2) of section 175 of the Education Act 2002", [f"{EA02}/section/175/2"]),
        (
            "Education Act 1996, s\u00a0537A\u2013537B",
            [f"{EA96}/section/{n}" for n in ("537A", "537B")],
        ),
        ("Ｅｄｕｃａｔｉｏｎ Act １９９６ ｓ ５３７Ａ", [f"{EA96}/section/537A"]),
        ("section 11 of the\nChildren\nAct 2004", [f"{CA04}/section/11"]),
        ("SECTION 175 OF THE EDUCATION ACT 2002 REQUIRES THIS", [f"{EA02}/section/175"]),
        ("Education Act 1996, s 537 A", [f"{EA96}/section/537A"]),
        ("s 537 A of the Education Act '96", [f"{EA96}/section/537A"]),
        ("section 175 of the 2002 Education Act", [f"{EA02}/section/175"]),
        ("Education Act of 1996, section 537A", [f"{EA96}/section/537A"]),
        ("s.175/s.157 Education Act 2002", [f"{EA02}/section/175", f"{EA02}/section/157"]),
        ("SEND Regs 2014 reg 6", ["uksi/2014/1530/regulation/6"]),
        ("COSHH Regulations 2002 reg 6", ["uksi/2002/2677/regulation/6"]),
        ("SI 2013/2094 and 2024/208", [PUPILS, ATTENDANCE]),
        ("PSED (s149 EqA 2010)", ["ukpga/2010/15/section/149"]),
        ("education act 1996 section 537a", [f"{EA96}/section/537A"]),
        (
            "School Attendance Pupil Registration England Regulations 2024 regulation 13",
            [f"{ATTENDANCE}/regulation/13"],
        ),
        (
            "Apprenticeships, Skills, Children & Learning Act 2009, s 251",
            [f"{ASCLA}/section/251"],
        ),
        ("Children’s Wellbeing and Schools Act 2026, s 38", ["ukpga/2026/21/section/38"]),
        ("Childrens Wellbeing and Schools Act 2026, s 38", ["ukpga/2026/21/section/38"]),
        (
            "Equality Act 2010 (Specific Duties and Public Authorities) Regulations 2017, reg 4",
            ["uksi/2017/353/regulation/4"],
        ),
        ("Regulatory Reform (Fire Safety) Order 2005 art 9", ["uksi/2005/1541/article/9"]),
        ("Health & Safety at Work Act 1974 s 2", ["ukpga/1974/37/section/2"]),
        ("SI 2010/1954 (W. 187) reg 8", ["wsi/2010/1954/regulation/8"]),
        ("SSI 2009/436 reg 4", ["ssi/2009/436/regulation/4"]),
        ("7 & 8 Geo. 6 c. 31", ["ukpga/Geo6/7-8/31"]),
        ("Whitby Harbour Act 2001 (c. ii)", ["ukla/2001/2"]),
        (
            "s 175 EA 2002, s 11 CA 2004 and SSFA 1998 s 42",
            [f"{EA02}/section/175", f"{CA04}/section/11", f"{SSFA}/section/42"],
        ),
        (
            "Education Act 2002, s 175, Children Act 2004, s 11",
            [f"{EA02}/section/175", f"{CA04}/section/11"],
        ),
        (
            "section 175 of the Education Act 2002 (section 157 for academies)",
            [f"{EA02}/section/175", f"{EA02}/section/157"],
        ),
    ],
)
def test_citations_resolve_as_people_write_them(text, expected):
    assert ids(text) == expected
    assert all(citation.confidence == "exact" for citation in read(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://www.legislation.gov.uk/id/ukpga/1996/56/section/537A", "section/537A"),
        ("https://legislation.gov.uk/ukpga/1996/56/section/537A/enacted", "section/537A"),
        ("see www.legislation.gov.uk/ukpga/1996/56/section/537A/2024-08-19.", "section/537A"),
        ("https://www.legislation.gov.uk/cy/ukpga/1996/56/section/537A", "section/537A"),
        ("https://www.legislation.gov.uk/ukpga/1996/56/section/537A/data.xml", "section/537A"),
        ("https://www.legislation.gov.uk/ukpga/1996/56/section/537A#commentary-c1", "section/537A"),
        ("https://www.legislation.gov.uk/ukpga/1996/56#section-537A-1", "section/537A/1"),
        ("https://www.legislation.gov.uk/ukpga/1996/56/section/537A?view=plain", "section/537A"),
        ("(https://www.legislation.gov.uk/ukpga/1996/56/contents)", ""),
    ],
)
def test_pasted_addresses_give_their_provision(text, expected):
    (citation,) = read(text)
    assert (citation.type, citation.year, citation.number) == ("ukpga", 1996, 56)
    assert citation.provision == expected
    assert text[citation.start : citation.end] == citation.text
    assert not citation.text.endswith(".")


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("Education Act 2022", "Education Act 2002"),
        ("Education Act 2003 s 175", "Education Act 2002"),
        ("Education and Inspection Act 2006 s 88", "Education and Inspections Act 2006"),
        ("the 2006 Regulations", "Education (Pupil Registration) (England) Regulations 2006"),
        (
            "Attendance Regulations 2024",
            "School Attendance (Pupil Registration) (England) Regulations 2024",
        ),
        ("sec 251", "Apprenticeships, Skills, Children and Learning Act 2009"),
        ("s.175", "Education Act 2002"),
        ("Health and Safety at Work Act", "Health and Safety at Work etc. Act 1974"),
        ("Education Act 1996 (c. 65)", "Education Act 1996"),
        (
            "Education (Pupil Registration) Regulations 2006",
            "Education (Pupil Registration) (England) Regulations 2006",
        ),
    ],
)
def test_what_is_near_is_only_suggested(text, suggestion):
    (citation,) = read(text)
    assert (citation.confidence, citation.id) == ("suggest", "")
    assert citation.suggestion == suggestion
    assert citation.score > 0


@pytest.mark.parametrize("text", ["Education Act", "Children Act", "Data Protection Act"])
def test_a_title_without_a_year_never_resolves(text):
    (citation,) = read(text)
    assert (citation.confidence, citation.id, citation.year) == ("suggest", "", None)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("The Education Act 1996 is old. Section 537A says so.", f"{EA96}/section/537A"),
        ("The Education Act 1996 is old; the 1996 Act, s 537.", f"{EA96}/section/537"),
        ("Under the Education Act 1996 and section 537 of that Act.", f"{EA96}/section/537"),
        (
            "Education Act 1996, Children Act 1989: section 9 of the 1989 Act.",
            "ukpga/1989/41/section/9",
        ),
        ("EA 1996 and CA 1989 apply. Section 9 does too.", "ukpga/1989/41"),
    ],
)
def test_words_that_point_back_resolve_when_exactly_one_fits(text, last):
    assert ids(text)[-1] == last


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("KCSIE 2025 para 82", "guidance"),
        ("Part 1 of Keeping children safe in education", "guidance"),
        ("Working Together 2023 s.11", "guidance"),
        ("Prevent Duty return", "guidance"),
        ("School Admissions Code, paragraph 1.4", "code"),
        ("SEND Code of Practice", "code"),
        ("Ofsted inspection framework", "framework"),
        ("Academy Trust Handbook", "contract"),
        ("Children's Wellbeing and Schools Bill, clause 4", "bill"),
        ("Explanatory Notes to the Charities Act 2006", "notes"),
        ("Equality Act 2010: advice for schools", "guidance"),
    ],
)
def test_papers_are_recognised_as_what_they_are(text, kind):
    (citation,) = read(text)
    assert citation.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Complete section 2 of the form by 14 December 2026.",
        "Section 4 asks about schools 5 to 11.",
        "Act now: read section 3.",
        "Act on this by 2026.",
        "In order 2026 places were offered.",
        "The section 151 officer and the s106 agreement",
        "Year 5s 12 and 13; the school's 3 classes; it's 12:30",
        "Our electricity bill and our water Bill went up in 2026.",
        "Sister Act 1992 in the hall",
        "Ask for part 1 and chapter 2 of the book, rule 3 of the game.",
        "DEC 2026, KS2 2026 and SATS 2026",
        "Ref 12/11/2026 and 2025/26 term 3",
        "Purchase Order 2026",
    ],
)
def test_what_is_no_law_is_left_alone(text):
    assert read(text) == ()


def expected_provision(sample):
    return sample["provision"].split("-")[0].replace("(", "/").replace(")", "")


@pytest.mark.parametrize(
    "sample", [json.loads(line) for line in SAMPLES.read_text().splitlines()], ids=lambda s: s["id"]
)
def test_the_samples_are_read_as_expected(sample):
    (expected,) = sample["expected"]
    found = read(sample["text"])[0]
    assert str(found.year) == expected["year"]
    assert found.type == expected.get("type", found.type)
    assert str(found.number) == expected.get("number", str(found.number))
    assert found.title == expected.get("title", found.title)
    assert found.document == expected.get("document", found.document)
    assert found.version == (expected.get("version") or "")
    assert found.language == (expected.get("language") or "")
    if "fragment" in expected:
        assert found.provision == (expected["fragment"] or "")
    elif expected["provision"]:
        kind, _, rest = found.provision.partition("/")
        assert (kind, rest) == (expected["provision_kind"], expected_provision(expected))
    else:
        assert found.provision == ""


NUMBERS = st.from_regex(r"[1-9][0-9]{0,2}[A-Z]{0,2}(\([1-9]\)(\([a-c]\))?)?", fullmatch=True)
ACTS = st.sampled_from(["Education Act 1996", "EA 2002", "SI 2013/2094", "CA2004", "1996 c. 56"])
WORDS = st.sampled_from(["section", "s", "s.", "ss", "reg", "regs.", "sch", "para", "Sections"])
JOINTS = st.sampled_from([", ", " and ", "-", "/", " to ", " & ", " "])
PIECES = st.one_of(NUMBERS, ACTS, WORDS, JOINTS, st.text(max_size=6))
BETWEEN_PLAIN_ENDS = re.compile(
    r"(?<![A-Za-z\d])(\d{1,4})\s{0,2}(?:-|to|through)\s{0,2}(\d{1,4})(?![A-Za-z\d])"
)


def check_nothing_is_invented(text):
    even = plain(text).text.upper()
    closed = even.replace(" ", "")  # "s 537 A" is section 537A
    given_numbers = set(re.findall(r"\d+[A-Z]*|[A-Z]+\d*[A-Z]*", even))
    for low, high in BETWEEN_PLAIN_ENDS.findall(even.lower()):
        given_numbers |= {str(one) for one in range(int(low), min(int(high), int(low) + 40) + 1)}
    for citation in read(text):
        assert text[citation.start : citation.end] == citation.text
        for part in citation.provision.split("/"):
            if any(char.isdigit() for char in part):
                assert part.upper() in closed or part in given_numbers


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_reading_never_raises_and_never_invents_whatever_the_text(text):
    check_nothing_is_invented(text)


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=300, deadline=None)
def test_reading_never_invents_a_provision_from_pieces_of_citations(text):
    check_nothing_is_invented(text)


@pytest.mark.parametrize(
    "text",
    [
        "s 1 " * 50_000,
        "(" * 200_000,
        "Education " * 20_000,
        "EDUCATION ACT 1996 " * 10_000,
        "1, " * 60_000,
        "section 1(1)(a)" * 13_000,
        "The and of the " * 13_000 + "Act 1999",
        "SI 2013/" * 25_000,
        "www.legislation.gov.uk/ukpga/1996/56/section/" * 4_000,
        "a\n" * 100_000,
        "’" * 200_000,
    ],
    ids=lambda text: text[:12],
)
def test_long_and_hostile_texts_are_read_in_good_time(text):
    assert len(read(text)) >= 0
