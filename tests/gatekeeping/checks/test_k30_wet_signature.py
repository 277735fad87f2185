import pytest

from gatekeeping.asked import AttachedText
from gatekeeping.models import Severity
from tests.judging import findings


@pytest.mark.parametrize(
    "text",
    [
        "A wet signature is needed.",
        "Please sign in ink.",
        "Sign in black ink and return the form.",
        "Print, sign and scan the form.",
        "Please print the form, sign it and email it back.",
        "Sign and return by post to County Hall.",
        "Return a signed paper copy.",
        "We need the original signed form.",
        "Send the original documents by post.",
        "The form must be hand-signed.",
        "Post the signed form to us.",
        "Print off the declaration, get the chair of governors to sign it and send a scan back.",
        "Electronic signatures are not accepted.",
        "We cannot accept electronic signatures.",
        "Forms will not be accepted without a wet signature.",
        "Please sign and return the enclosed declaration.",
        "Please sign the form with a pen and upload a photo.",
        "The headteacher's handwritten signature is required.",
        "Please return two signed copies of the agreement.",
        "Scan the signed page and upload it.",
        "The declaration should be signed by the head and scanned.",
        "PLEASE PRINT, SIGN AND RETURN",
        "Complete the form in black ink and BLOCK CAPITALS.",
        "Each form must be printed, signed by the head and posted.",
        "Only originals will be accepted: send the originals to County Hall.",
        "A hard copy, signed by the chair, must reach us by Friday.",
        "Forms not signed in ink will be rejected.",
        "It must be signed in the presence of a witness.",
        "Wet‑ink signatures please.",
        "Please download the agreement, have it signed by the head and return it.",
        "Signature: ______________ Date: ________",
        "Signed (Headteacher) ..................",
        "Do not type your name: a pen-and-ink signature is needed.",
        "If you cannot log in, print the form and sign it.",
    ],
)
def test_words_of_ink_paper_and_scans_are_found(text):
    (found,) = findings("K30", {"body": text})
    assert found.severity is Severity.CHALLENGE


@pytest.mark.parametrize(
    "text",
    [
        "No wet signature is needed.",
        "You do not need to print, sign or scan anything.",
        "Recycle your printer ink cartridges.",
        "An original song by year 6.",
        "Sign in to the portal to answer.",
        "Read the sign by the post office.",
        "Sign up for the newsletter.",
        "Staff who use sign language are welcome.",
        "New road signs will be put up near the school.",
        "Please print and display the poster.",
        "Original works of art by pupils are on show.",
        "The original deadline was 3 May.",
        "Wet signatures are no longer required.",
        "Sign in and return the form in the portal.",
        "Print the sign and put it on the door.",
        "You may sign the declaration electronically and return it online.",
        "This replaces the paper form with its wet signature.",
        "There is no need for a signature in ink.",
        "Visitors must sign in at reception.",
        "Please sign off the return in the portal.",
        "Look for signs of neglect and return the form.",
        "Sign-posting to services.",
        "Pupils may draw in ink or pencil.",
        "Wet weather may close the pitch.",
        "Instead of signing in ink, sign in and tick the box.",
        "Do I need to print and sign it? No.",
        "We have signed a contract and will send details.",
        "The agreement was signed in May.",
        "The original building dates from 1902.",
        "Please print this letter and share it with staff who sign in late.",
        "The scanned map shows the signed route.",
        "Send pupils' original poems to the competition.",
        "A signed declaration is not needed.",
        "Signed: the director of education",
        "Warning signs and symptoms: print the list.",
        "Electronic signatures are not required.",
        "Print name and class on each entry.",
        "Sign up and return to learning.",
        "Follow the sign and return to the car park.",
    ],
)
def test_other_signs_inks_and_originals_are_let_be(text):
    assert findings("K30", {"body": text}) == []


@pytest.mark.parametrize("signature", ["ink", "deed"])
def test_asking_for_ink_or_a_deed_without_a_provision_is_challenged(signature):
    (found,) = findings("K30", {"signature": signature})
    assert [(span.field, span.text) for span in found.evidence] == [("signature", signature)]


def test_a_deed_whose_provision_is_named_is_let_be():
    document = {
        "body": "Sign in ink before a witness.",
        "signature": "deed",
        "legal_claim": "Law of Property (Miscellaneous Provisions) Act 1989, section 1",
    }
    assert findings("K30", document) == []


def test_sign_and_return_is_no_ink_where_a_declaration_is_asked_for():
    text = "Please sign and return the declaration."
    assert findings("K30", {"body": text})
    assert findings("K30", {"body": text, "signature": "login"}) == []


def test_ink_in_an_attachment_is_shown_by_the_attachments_name():
    attached = (AttachedText("form.docx", "Sign below in black ink."),)
    (found,) = findings("K30", {"attachments": ["form.docx"]}, attachments=attached)
    assert [(span.field, span.text) for span in found.evidence] == [("attachments.0", "form.docx")]
    assert found.detail["attachments"][0]["name"] == "form.docx"


def test_an_attachment_that_the_document_does_not_name_is_not_read():
    attached = (AttachedText("other.docx", "Sign below in black ink."),)
    assert findings("K30", {"attachments": ["form.docx"]}, attachments=attached) == []
