import pytest

from gatekeeping.models import Severity
from tests.judging import findings


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("post", "Return the form by post."),
        ("post", "Please post the completed form to County Hall."),
        ("post", "Use the pre-paid envelope."),
        ("post", "Send it back in the enclosed envelope."),
        ("post", "Please reply by fax."),
        ("post", "Return it to Room 12, County Hall."),
        ("post", "Return to the address above."),
        ("post", "Replies by post only."),
        ("email", "Email the completed form to us."),
        ("email", "Please complete the attached spreadsheet and email it back."),
        ("email", "Reply by email."),
        ("email", "Return your list to data@example.gov.uk."),
        ("email", "Please email the number of places you need to x@example.gov.uk."),
        ("email", "Please reply to this email."),
        ("email", "Send the figures to the team at data@example.gov.uk by Friday."),
        ("email", "Responses should be sent via email."),
        ("file", "Please complete the attached spreadsheet."),
        ("file", "Fill in the attached form and return it."),
        ("file", "The attached template should be completed by Friday."),
        ("file", "Please complete the Excel workbook."),
        ("file", "Complete and return the enclosed questionnaire."),
        ("file", "Return the reply slip."),
        ("file", "Please use the attached pro-forma."),
    ],
)
def test_answers_by_post_mail_or_file_are_found(way, text):
    (found,) = findings("K31", {"body": text})
    assert found.severity is Severity.WARN
    assert way in found.detail["ways"]


@pytest.mark.parametrize(
    "text",
    [
        "Attached is the guidance for information.",
        "The vacant post closes on Friday.",
        "Post-16 providers are invited.",
        "Post it on the noticeboard.",
        "Read our blog post.",
        "Send the enclosed leaflets home with pupils.",
        "If you have questions email data@example.gov.uk.",
        "You do not need to send anything by post.",
        "No need to email it back.",
        "The attached map shows the route.",
        "For details email roads@example.gov.uk.",
        "The post office will close.",
        "Please share the attached poster with parents.",
        "Answer on the form in the portal.",
        "Please read the attached policy and complete the training online.",
        "Reply in the portal, not by email.",
        "We will write to you by email.",
        "We will send the results by email.",
        "You will receive a copy by post.",
        "Please post the link on your website.",
        "Letters to parents will be sent by post.",
    ],
)
def test_other_posts_mails_and_attachments_are_let_be(text):
    assert findings("K31", {"body": text}) == []


@pytest.mark.parametrize(
    ("document", "fires"),
    [
        ({"kind": "data_request", "reply_by": "email"}, True),
        ({"kind": "data_request", "reply_by": "post"}, True),
        ({"kind": "data_request", "reply_by": "portal"}, False),
        ({"kind": "data_request", "reply_by": "none"}, False),
        ({"kind": "communication", "reply_by": "email"}, False),
    ],
)
def test_a_request_answered_elsewhere_than_in_the_portal_is_pointed_out(document, fires):
    assert bool(findings("K31", document)) == fires
