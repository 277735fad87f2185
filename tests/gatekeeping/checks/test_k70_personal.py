import pytest

from gatekeeping.asked import AttachedText
from gatekeeping.models import Severity
from tests.judging import findings


def request(name, **more):
    return {"kind": "data_request", "items": [{"name": name}], **more}


@pytest.mark.parametrize(
    "name",
    [
        "Pupil name and date of birth",
        "Name",
        "UPN",
        "Names of all pupils with poor attendance",
        "Please send the names and dates of birth of each child on a part-time timetable.",
        "List of pupils on reduced timetables",
        "Home address of each pupil",
        "DOB",
        "Number of pupils by ethnicity, year group and gender",
        "Number of looked-after children by year group",
        "Please describe each incident.",
        "Salary of each member of staff",
        "Staff sickness absence by person",
        "How many pupils have self-harmed?",
        "Please list all children with a social worker.",
        "Which pupils receive support?",
        "Pupil-level attendance data",
        "Parents' telephone numbers",
        "Contact details for parents of year 6 children",
        "For each pupil, give the reason for absence.",
        "Full name, class and address",
        "Unique pupil number",
        "Names of governors",
        "Headteacher's salary",
        "Case notes",
        "Postcodes of all pupils",
        "email the list of pupils to us",
        "Exclusions: number by SEN type and sex",
        "Pupil ethnicity",
        "SEN status",
        "Medical conditions",
        "Religion of each pupil",
        "Child protection plan dates",
        "Fingerprints",
        "EHC plan",
        "Pupils' allergies",
    ],
)
def test_items_about_people_are_found(name):
    (found,) = findings("K70", request(name))
    assert found.severity is Severity.CHALLENGE


@pytest.mark.parametrize(
    "name",
    [
        "Name of the school",
        "School name",
        "Name of headteacher",
        "Number of pupils by year group",
        "Number of pupils with SEND",
        "How many children walk to school?",
        "Total staff in post",
        "Do not include pupil names.",
        "We do not need names or dates of birth.",
        "Name of your MIS supplier",
        "Contact name for this return",
        "Name of the person completing the form",
        "Number of pupils eligible for free school meals",
        "Pupil premium strategy date",
        "Cost per pupil",
        "List of after-school clubs",
        "Percentage attendance by year group",
        "Date of the last fire drill",
        "Address of the school",
        "Please nominate a member of staff.",
        "Total number of pupils on roll",
        "Contact Jane Smith on 01772 000000.",
        "List of staff vacancies",
        "How many boilers do you have, by type and age?",
        "Number of laptops by year of purchase",
        "File name",
        "Number of meals by day and class size band",
        "Meter readings by month and fuel",
        "Health and safety policy date",
        "Does your school have a safeguarding policy?",
        "Safeguarding training dates",
        "SEN budget",
        "Mental health lead",
        "Religious education syllabus",
        "Percentage of pupils from ethnic minorities",
        "Number on roll",
        "Race for Life date",
        "Disabled toilets",
    ],
)
def test_items_about_the_school_and_plain_counts_are_let_be(name):
    assert findings("K70", request(name)) == []


@pytest.mark.parametrize("personal_data", ["names", "special", "children_at_scale"])
def test_what_the_document_declares_counts(personal_data):
    assert findings("K70", {"personal_data": personal_data})


def test_an_item_marked_as_personal_counts():
    assert findings("K70", {"items": [{"name": "Grade", "personal": True}]})
    assert findings("K70", {"items": [{"name": "Grade"}]}) == []


@pytest.mark.parametrize(
    ("kind", "body", "fires"),
    [
        ("data_request", "Please send the name of each child. Thank you.", True),
        ("data_request", "Please list:\n- pupil name\n- date of birth", True),
        ("data_request", "We already hold names and dates of birth of pupils.", False),
        ("data_request", "Contact: Alex Doe, 01772 000000.", False),
        ("communication", "Please tell us the names of pupils who will come.", True),
        ("communication", "The new policy tells how pupil names are kept.", False),
    ],
)
def test_the_text_counts_where_it_asks(kind, body, fires):
    assert bool(findings("K70", {"kind": kind, "body": body})) == fires


def test_the_columns_of_a_workbook_count():
    attached = (AttachedText("list.xlsx", "Pupil name\tDate of birth\tUPN\n"),)
    document = {"kind": "data_request", "attachments": ["list.xlsx"]}
    assert findings("K70", document, attachments=attached)


def test_small_counts_come_with_advice_on_counts():
    (found,) = findings("K70", request("Number of pupils by ethnicity and year group"))
    assert "fewer than 5" in found.says
