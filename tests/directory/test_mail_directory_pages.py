import io

import pytest

from directory.models import Role
from directory.models_mail import MailEntryKind
from tests.factories.directory import OfficerFactory, SchoolFactory
from tests.whole.mail_counting import MailEntryFactory

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def administrator(session, client, sign_in):
    place = OfficerFactory(role=Role.ADMINISTRATOR)
    school = SchoolFactory(name="Hillside Primary", email="")
    MailEntryFactory(address="office@hillside.example", urns=[school.urn])
    MailEntryFactory(address="old@hillside.example", urns=[school.urn], is_closed=True)
    MailEntryFactory(
        address="all@lists.example",
        kind=MailEntryKind.LIST,
        members=["office@hillside.example"],
        urns=[7],
    )
    MailEntryFactory(address="police.example", kind=MailEntryKind.PARTNER, team="Safer Schools")
    session.commit()
    sign_in(client, place)
    return place


@pytest.mark.parametrize(
    ("asked", "shown", "not_shown"),
    [
        ("", ["office@hillside.example", "@police.example", "1 closed"], ["comes to"]),
        ("?kind=list", ["all@lists.example"], ["office@hillside.example"]),
        ("?kind=nonsense&q=%25", ["No entry has this"], ["office@hillside.example"]),
        ("?q=hillside", ["office@hillside.example"], ["all@lists.example", "comes to"]),
        (
            "?q=All%40Lists.example",
            ["comes to 2 schools", "Hillside Primary", "not on record"],
            ["closed:"],
        ),
        ("?q=old%40hillside.example", ["Not counted", "Hillside Primary (URN"], ["comes to"]),
        ("?q=pc%40police.example", ["for Safer Schools", "counts as no school"], ["comes to"]),
        ("?q=x%40nowhere.example", ["It stands for no school"], ["comes to"]),
        ("?page=9", ["There are no more"], ["office@hillside.example"]),
    ],
)
def test_an_administrator_sees_what_addresses_stand_for(
    client, administrator, asked, shown, not_shown
):
    page = client.get(f"/mail-directory{asked}").text
    assert [words for words in shown if words not in page] == []
    assert [words for words in not_shown if words in page] == []


def upload(client, content: bytes, **more: str):
    file = (io.BytesIO(content), "mail.csv")
    return client.post(
        "/mail-directory/upload", data={"file": file, **more}, content_type="multipart/form-data"
    )


def test_a_file_is_taken_with_a_report_of_each_bad_row(client, administrator):
    content = b"address,kind,urns\nnew@hillside.example,mailbox,7\nbroken,mailbox,7\n"
    page = upload(client, content).text
    for words in ("1 added, 0 changed", "1 row could not be used", "Line 3, “address”"):
        assert words in page
    assert "office@hillside.example" in client.get("/mail-directory").text
    page = upload(client, content, replace="y").text
    assert "1 as they were, 4 removed" in page
    page = upload(client, b"address,kind\nnew@hillside.example,alias\n").text
    assert "Nothing was brought in" in page
    assert "was brought in</h1>" not in page.replace("Nothing was brought in", "")


def test_a_file_that_would_remove_most_of_many_entries_is_asked_about(client, administrator):
    head, one = b"address,kind,urns\n", b"a@many.example,mailbox,7\n"
    more = b"".join(b"b%d@many.example,mailbox,7\n" % number for number in range(30))
    assert "31 added" in upload(client, head + one + more).text
    page = upload(client, head + one, replace="y")
    assert "This file would remove 34 of 35 entries" in page.text
    assert 'name="sure"' in page.text
    assert "35</span>" in client.get("/mail-directory").text  # nothing was changed
    page = upload(client, head + one, replace="y", sure="y").text
    assert "1 as they were, 34 removed" in page
    assert (
        "31 added, 0 changed, 0 as they were, 1 removed"
        in upload(client, head + more + b"c@many.example,mailbox,7\n", replace="y").text
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"address\nx@y.example\n", "The file lacks the column “kind”"),
        (b"address,kind\n" + b"x" * 2000, "smaller than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    client, administrator, content, words, monkeypatch
):
    monkeypatch.setattr("directory.views.mail_directory.LARGEST", 1_000)
    page = upload(client, content).text
    assert words in page
    assert "There is a problem" in page
    assert "office@hillside.example" in client.get("/mail-directory").text
