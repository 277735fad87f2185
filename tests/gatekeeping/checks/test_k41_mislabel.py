import pytest

from gatekeeping.asked import AttachedText
from gatekeeping.models import Severity
from tests.judging import findings

DATES = {"send_on": "2026-12-01", "due_on": "2026-12-12"}


@pytest.mark.parametrize(
    "text",
    [
        "Please return the form by Friday.",
        "Please let us know how many pupils will attend.",
        "Let us know by 12 December which day suits you.",
        "Please complete the survey.",
        "Complete the survey at https://forms.office.com/r/abc",
        "How many pupils walk to school?",
        "Does your school have a travel plan?",
        "Could you tell us who your eco lead is?",
        "Could schools please confirm their INSET days?",
        "We would be grateful if you could complete the attached spreadsheet and email it back.",
        "We need to know how many laptops you have.",
        "Please provide details of your after-school clubs.",
        "Please send us your admissions policy.",
        "Schools are asked to submit their figures by 3 March.",
        "Kindly confirm receipt of this letter.",
        "Please reply by Tuesday.",
        "Nominations must be received by 5 May.",
        "Please nominate a member of staff.",
        "Please email the number of places you need to catering@example.gov.uk.",
        "We are asking all schools to tell us about their boilers.",
        "Tell us about your clubs by filling in the form.",
        "Please fill in the questionnaire online.",
        "Headteachers must notify us of any vacancies.",
        "You are required to return the audit.",
        "Please ensure that the enclosed form is returned to this office.",
        "The return is due on 5 January.",
        "If your school takes part in the scheme, please tell us how many pupils use it.",
        "We'd love your feedback: smartsurvey.co.uk/s/abc",
        "It would help us to know the age of your boiler.",
        "Take five minutes to answer our poll.",
        "Please ask your site manager to send us the meter readings.",
        "Give us the numbers for each year group.",
        "PLEASE COMPLETE AND RETURN THE ATTACHED FORM",
        "Please indicate below whether you intend to take part.",
        "Can you share your latest attendance figures with us?",
        "What percentage of your pupils bring a packed lunch?",
        "Please could you let me have a list of governors?",
        "Please update the attached spreadsheet with your numbers.",
        "Your response is needed by 4 December.",
        "RSVP to events@example.gov.uk by 3 June.",
        "To help us plan, please tell us your dates.",
        "Please complete the SCR.",
        "Please tell us more about your clubs.",
        "To support our bid, please let us know your preferred supplier.",
        "If you have not yet replied, please do so by Friday.",
        "We would be grateful for a reply by Friday.",
        "Grateful for your returns by noon on Tuesday.",
        "I should be obliged if you would let me have the figures.",
        "May I ask that you send your list to me?",
        "Kindly let us have your numbers at your earliest convenience.",
        "You will need to send us your data by the end of term.",
        "All schools need to complete the audit tool.",
        "Every school has to make a return.",
        "Please submit via the link.",
        "Click here to complete the survey.",
        "Use the link below to tell us your views.",
        "We are keen to hear from schools about their experience of the scheme.",
        "Your input is needed: fill in the short form below.",
        "Please find attached a form for completion and return.",
        "Please see the attached form, to be completed and returned by Friday.",
        "The attached proforma needs to be filled in by each school.",
        "Let me have your comments by Monday.",
        "Could I have your response by 3 May?",
        "Schools wishing to take part should complete the application form by 12 May.",
        "Don't forget to send us your numbers.",
        "It is essential that we receive your data by 4 May.",
        "Headteachers are asked for their views on the plan.",
        "Please can you confirm attendance.",
        "Please advise how many places you need.",
        "What is your school's current roll?",
        "Has your school got a defibrillator?",
    ],
)
def test_information_that_asks_is_found(text):
    (found,) = findings("K41", {"kind": "communication", "body": text})
    assert found.severity is Severity.CHALLENGE
    assert findings("K41", {"kind": "data_request", "body": text}) == []


@pytest.mark.parametrize(
    "text",
    [
        "The new menus are here. Please put them up.",
        "If you have any questions, please contact us.",
        "Please note that the office closes on Friday.",
        "Questions? Contact the team on 01772 000000.",
        "What is changing? From January the menu has more fruit.",
        "What do I need to do? Nothing.",
        "Do you need to do anything? No, this is for information only.",
        "Please share this letter with parents and staff.",
        "Please read the guidance and keep it.",
        "Did you know that one in five children has no breakfast?",
        "You do not need to reply.",
        "No response is needed.",
        "Let us know if you have any questions.",
        "Please let us know if you need more copies.",
        "Thank you for completing the survey last term.",
        "We will send you the results by Friday.",
        "Parents must complete the form on our website by 31 October.",
        "Visit www.example.gov.uk for more information.",
        "How do I get help? Call the service desk.",
        "Please display the poster in the entrance hall.",
        "The survey is now closed. The results are on our website.",
        "Need help? Email us.",
        "Please remind parents to apply by 15 January.",
        "Who can apply? All pupils in year 6.",
        "Please do not return any forms.",
        "Schools do not have to do anything. Nothing needs to be returned.",
        "Thank you to everyone who returned the form.",
        "The council will return the form to you.",
        "Please ensure that gates are locked after school.",
        "Why are we doing this? The law has changed.",
        "Are you ready for winter? Our guide explains how to prepare.",
        "Please circulate to governors.",
        "For more information email roads@example.gov.uk.",
        "Roads near the school will close. Please tell parents to use the other gate.",
        "Please check the date in your diary.",
        "When will the work start? Work starts on 4 May and should end by 6 May.",
        "If anything is unclear, please email us.",
        "Please answer pupils' questions with care.",
        "Report any accident to the police on 101.",
        "Please give the leaflet to pupils.",
        "The deadline for parents to apply is 15 January.",
        "Please keep a record of visitors.",
        "Make sure that all staff complete the training.",
        "You can find the policy on our website.",
        "We have completed our review of the policy.",
        "Please sign in at reception.",
        "Thank you for your help.",
        "Please make sure pupils return library books.",
        "Please take note of the following dates.",
        "Staff should report concerns to the designated lead.",
        "How will this affect my school? It will not.",
        "The form has moved to a new address.",
        "Please update your records.",
        "Please record the change in your calendar.",
        "Please take this into account in your plans.",
        "Please add these dates to your calendar.",
        "Please provide hand sanitiser for visitors.",
        "Please check your policies and update them.",
        "Schools must publish their policy on the website.",
        "Please let us know if you have any questions about the form.",
        "The form can be found on our website.",
        "Please support this campaign.",
        "Schools are reminded that the deadline for parents is 15 January.",
        "We hope you find this helpful.",
        "Please contact your adviser if you would like a visit.",
        "Feel free to share this with colleagues.",
        "No action is needed.",
        "Please book repairs through the help desk.",
        "The survey results show that most pupils walk.",
        "Please follow the guidance when returning to school.",
        "Please ensure staff are aware of the change.",
        "Your school will receive its results in January.",
        "Please pass this on to your site manager.",
        "You may wish to tell parents about the change.",
        "Please wait for the engineer to report to reception.",
        "The team will ask you for nothing.",
        "Pupils return to school on 5 January.",
        "Please bring the letter with you.",
        "Please collect your certificate from reception.",
        "Please keep your contact details up to date in the directory.",
        "What time does the gate open? At 8.40.",
        "Can parents apply late? Yes, but places may be gone.",
        "How much does it cost? It is free.",
        "Where can I find out more? On our website.",
        "Please respond to parents promptly.",
        "Please send any unwanted books to charity.",
        "Staff can send questions to the help desk.",
        "For your information: the form has been updated.",
        "The attached form is for parents.",
        "Please give this form to parents.",
        "Please print the attached poster.",
        "When a family asks you for a place, tell us within two days.",
        "If somebody has typed a password, change it at once and tell the service desk.",
        "Check the number of pupils first, and count those who joined this term.",
    ],
)
def test_information_that_asks_nothing_back_is_let_be(text):
    assert findings("K41", {"kind": "communication", "body": text}) == []


@pytest.mark.parametrize(
    ("document", "fires"),
    [
        ({"title": "URGENT: new form"}, True),
        ({"title": "Urgent - please read"}, True),
        ({"title": "New form", "body": "This is urgent. The form is new."}, True),
        ({"title": "Action needed immediately"}, True),
        ({"title": "URGENT: new form", "due_on": "2026-12-11"}, False),
        ({"title": "URGENT: new form", "due_on": None}, False),
        ({"title": "Non-urgent: new form"}, False),
        ({"title": "This is not urgent"}, False),
        ({"title": "Urgent care centre opens"}, False),
        ({"title": "Insurgents in history lessons"}, False),
        ({"title": "New form", "body": "x " * 200 + "urgent"}, False),
    ],
)
def test_urgent_with_more_than_ten_days_is_asked_about(document, fires):
    found = findings("K41", {"kind": "data_request", **DATES, **document})
    assert bool(found) == fires
    assert all(finding.detail["days"] == 11 for finding in found)


def test_the_finding_about_haste_names_the_days():
    (found,) = findings("K41", {"kind": "data_request", "title": "URGENT", **DATES})
    assert "12 December 2026, 11 days" in found.says
    assert "11 December 2026" in found.says


def test_without_a_send_date_the_days_count_from_today():
    document = {"kind": "data_request", "title": "URGENT", "due_on": "2026-12-03"}
    assert findings("K41", document) == []
    assert findings("K41", {**document, "due_on": "2026-12-04"})


@pytest.mark.parametrize(
    "document",
    [
        {"items": [{"name": "Number of laptops"}]},
        {"reply_by": "email"},
        {"attachments": ["reply_slip.docx"]},
        {"attachments": ["Questionnaire.pdf"]},
    ],
)
def test_fields_and_files_that_only_a_request_has_give_it_away(document):
    assert findings("K41", {"kind": "communication", **document})


@pytest.mark.parametrize("name", ["survey results.pdf", "guidance.pdf", "information.docx"])
def test_other_files_are_let_be(name):
    assert findings("K41", {"kind": "communication", "attachments": [name]}) == []


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("Please complete this form and return it by Friday.", True),
        ("School name: ______\nCompleted by: ______\nPosition: ______", True),
        ("The new menus begin in January. Thank you.", False),
        ("What is changing?\nThe menus are.\nWho can help?\nThe kitchen team can.", False),
    ],
)
def test_asks_inside_an_attachment_count(text, fires):
    attached = (AttachedText("notes.docx", text),)
    document = {"kind": "communication", "attachments": ["notes.docx"]}
    found = findings("K41", document, attachments=attached)
    assert bool(found) == fires


def test_headings_put_as_questions_are_no_asks():
    text = (
        "What is changing?\nThe menus change in January.\n\nWhat do I need to do?\nNothing.\n\n"
        "Will it cost more?\nNo, prices stay.\n\nAny questions?\nE-mail meals@example.gov.uk."
    )
    assert findings("K41", {"kind": "communication", "body": text}) == []


def test_a_list_of_questions_asks():
    text = "1. How many ovens do you have?\n2. How old is each?\n3. Do you cook on site?"
    (found,) = findings("K41", {"kind": "communication", "body": text})
    assert len(found.evidence) >= 2
