"""Lists of people as pasted: every layout, bad lines beside good ones, shared mailboxes."""

import pytest

from categories.starting.pasting import MOST_LINES, is_shared, kept, read_kept, read_pasted

JO = ("Jo Smith", "jo.smith@s.example", "Teacher")


def people(text):
    return [(one.name, one.email, one.job_title) for one in read_pasted(text).people]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jo Smith, jo.smith@s.example, Teacher", [JO]),
        ("Jo Smith\tjo.smith@s.example\tTeacher", [JO]),
        ("Jo Smith; JO.Smith@S.example ;Teacher", [JO]),
        ('"Jo Smith","jo.smith@s.example","Teacher"', [JO]),
        ("Jo Smith <jo.smith@s.example>, Teacher", [JO]),
        ("mailto:jo.smith@s.example, Jo Smith, Teacher", [JO]),
        ("Jo\tSmith\tjo.smith@s.example\tTeacher", [JO]),
        ("Smith, Jo, jo.smith@s.example, Teacher", [JO]),
        ("Jo Smith, jo.smith@s.example, 01772 123456, Teacher", [JO]),
        ("jo.smith@s.example", [("Jo Smith", "jo.smith@s.example", "")]),
        ("Jo Smith jo.smith@s.example", [("Jo Smith", "jo.smith@s.example", "")]),
        ("Jo, j@s.example, Teacher, PE lead", [("Jo", "j@s.example", "Teacher, PE lead")]),
        ("Name, E-mail, Job title\nJo Smith, jo.smith@s.example, Teacher", [JO]),
        ("\ufeffJo Smith\tjo.smith@s.example\tTeacher\r\n\r\n", [JO]),
        ("Jo Smith, jo.smith@s.example, Teacher\n" * 3, [JO]),
        (
            "Ann B <a@s.example>; Jo C <j@s.example>",
            [("Ann B", "a@s.example", ""), ("Jo C", "j@s.example", "")],
        ),
        ("", []),
    ],
)
def test_people_are_read_from_every_usual_layout(text, found):
    assert people(text) == found
    assert not read_pasted(text).problems


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Jo Smith, Teacher", "no e-mail address"),
        ("Jo Smith, jo@, Teacher", "is not an e-mail address"),
        ("Jo Smith, jo@@s.example, Teacher", "is not an e-mail address"),
        ("x1@s.example", "Write the person’s name"),
        ("Jo a@s.example@b.example", "one person"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_loses_nobody(line, words):
    text = f"Ann B, ann@s.example, Head\n\n{line}\nJo C, j@s.example, Cook"
    pasted = read_pasted(text)
    (problem,) = pasted.problems
    assert (problem.line, problem.text) == (3, line)
    assert words in problem.reason
    assert [one.name for one in pasted.people] == ["Ann B", "Jo C"]


def test_a_shared_mailbox_asks_who_stands_behind_it():
    pasted = read_pasted("School office, office@s.example, Administrator\nadmin@s.example")
    assert [one.email for one in pasted.mailboxes] == ["office@s.example", "admin@s.example"]
    assert pasted.people == pasted.problems == []


def test_a_mailbox_with_a_persons_name_is_their_address_or_stands_behind_their_own():
    assert people("Jo Smith, office@s.example, Clerk") == [
        ("Jo Smith", "office@s.example", "Clerk")
    ]
    (one,) = read_pasted("Jo Smith, office@s.example, Clerk\nJO SMITH, jo@s.example").people
    assert (one.email, one.mailbox, one.job_title) == ("jo@s.example", "office@s.example", "Clerk")


@pytest.mark.parametrize(
    "name", ["office", "head", "enquiries", "bursar2", "school.office", "info"]
)
def test_addresses_of_posts_are_known(name):
    assert is_shared(f"{name}@s.example")
    assert not is_shared(f"jo.{name}son@s.example")


def test_a_list_that_is_too_long_says_so_and_keeps_the_first():
    pasted = read_pasted("\n".join(f"P Q, p{n}@s.example" for n in range(MOST_LINES + 2)))
    assert len(pasted.people) == MOST_LINES
    assert [one.line for one in pasted.problems] == [MOST_LINES + 1, MOST_LINES + 2]


def test_who_is_kept_comes_back_and_what_was_tampered_with_does_not():
    read = read_pasted("Jo Smith, office@s.example\nJo Smith, jo@s.example, Cook").people
    assert [(one.name, one.email, one.job_title, one.mailbox) for one in read_kept(kept(read))] == [
        ("Jo Smith", "jo@s.example", "Cook", "office@s.example")
    ]
    for text in ("", "{", "[1]", '[["a"]]', '[["a","no","",""]]', '{"a": 1}', "[" * 9999):
        assert read_kept(text) == []
