from email.message import EmailMessage

import pytest

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def catch(settings):
    def catch(number, to, text, subject="Your link"):
        message = EmailMessage()
        message["To"], message["Subject"] = to, subject
        message.set_content(text)
        settings.sink.mkdir(parents=True, exist_ok=True)
        place = settings.sink / f"{1_700_000_000_000_000_000 + number}-{number}.eml"
        place.write_bytes(message.as_bytes())

    return catch


def test_the_newest_mail_comes_first_with_a_link_that_can_be_followed(client, catch, settings):
    catch(1, "head@school.example", f"Old: {settings.address}/sign-in/old")
    catch(2, "head@school.example", f"New: {settings.address}/sign-in/new")
    page = client.get("/caught-mail").text
    assert page.index("/sign-in/new") < page.index("/sign-in/old")
    assert f'href="{settings.address}/sign-in/new"' in page


def test_only_addresses_of_ours_become_links_and_nothing_in_a_mail_runs(client, catch):
    catch(1, "a@b.example", "See https://evil.example/x <script>alert(1)</script>")
    page = client.get("/caught-mail").text
    assert 'href="https://evil.example' not in page
    assert "<script>alert" not in page


def test_mails_are_found_by_recipient(client, catch):
    catch(1, "head@school.example", "one")
    catch(2, "teacher@school.example", "two")
    page = client.get("/caught-mail?to=teacher").text
    assert "teacher@school.example" in page
    assert "head@school.example" not in page


def test_of_many_recipients_the_first_are_named_and_any_is_found(client, catch):
    catch(1, ", ".join(f"office@school{place}.example" for place in range(40)), "To all of you.")
    page = client.get("/caught-mail").text
    assert "office@school4.example and 35 more" in page
    assert "office@school5.example" not in page
    assert "To all of you." in client.get("/caught-mail?to=school39.example").text


def test_there_are_fifty_on_a_page(client, catch):
    for number in range(60):
        catch(number, f"p{number}@school.example", "x", subject=f"Subject {number}.")
    first, second = client.get("/caught-mail").text, client.get("/caught-mail?page=2").text
    assert "Subject 59." in first
    assert "Subject 9." not in first
    assert "Subject 9." in second


def test_a_file_that_is_no_mail_does_no_harm(client, catch, settings):
    catch(1, "head@school.example", "fine")
    (settings.sink / "9-9.eml").write_bytes(b"\xff\xfe\x00 not a mail")
    assert "head@school.example" in client.get("/caught-mail").text
