"""The first time, through its pages: progress, lists of people, suggestions, groups, clashes."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from categories.models import Category, Owner
from categories.owning.owners import assign
from directory.models import Membership, Person, Role
from foundation.audit import AuditEntry
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory, SchoolFactory

START = "/school/owners/start"
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head", school__pupils=200)


@pytest.fixture
def manager(session, head):
    return MembershipFactory(
        school=head.school, person__name="Tom Manager", job_title="School business manager"
    )


@pytest.fixture
def page(session, client, sign_in, head, manager):
    session.commit()
    sign_in(client, head)
    return client


def words(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def fields(answer):
    """Return what the page's forms would send: hidden fields and what is selected in lists."""
    found = dict(
        re.findall(r'<input[^>]*name="(\w+)"[^>]*type="hidden"[^>]*value="([^"]*)"', answer.text)
    )
    found |= dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', answer.text))
    for name, body in re.findall(
        r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', answer.text, re.DOTALL
    ):
        chosen = re.search(r'value="(\d*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return {name: unescape(value) for name, value in found.items()}  # fmt: skip


def owners(session, school_id):
    found = session.execute(
        sa.select(Category.slug, Owner.person_id)
        .join(Category, Category.id == Owner.category_id)
        .where(Owner.school_id == school_id, Owner.ended_at.is_(None))
        .order_by(Category.number)
    )
    found = {row.slug: row.person_id for row in found}
    session.commit()
    return found


def category(session, slug):
    return session.scalar(sa.select(Category.id).where(Category.slug == slug))


def give(session, head, slug, person_id, by=None):
    number = category(session, slug)
    assign(
        session, school_id=head.school_id, category_id=number, person_id=person_id, by=by, at=NOON
    )
    session.commit()
    return number


def test_the_tasks_show_how_far_it_is_and_where_to_go_on(session, page, head, manager):
    shown = words(page.get(START))
    assert "0 of 85 categories have an owner" in shown
    assert "Start with our suggestion" in shown
    assert shown.count("Not started") == 9
    give(session, head, "governing-body", manager.person_id)
    shown = words(page.get(START))
    assert "Continue with Leadership and governance" in shown
    assert "1 of 9 set In progress" in shown


def test_our_suggestion_is_used_in_one_go_and_changes_nothing_that_is_set(
    session, page, head, manager
):
    give(session, head, "budget", head.person_id)
    answer = page.get(f"{START}/suggestion")
    assert "Job title: School business manager" in words(answer)
    for _ in range(2):  # the same form twice
        done = page.post(f"{START}/suggestion", data=fields(answer))
    assert done.location == START
    found = owners(session, head.school_id)
    assert len(found) == 85
    assert found["budget"] == head.person_id
    assert found["purchasing"] == manager.person_id
    assert "Every category has an owner" in words(page.get(START))


def test_one_group_of_the_suggestion_is_saved_alone(session, page, head):
    data = fields(page.get(f"{START}/suggestion"))
    budget = f"owner-{category(session, 'budget')}"
    session.commit()
    data |= {budget: str(head.person_id), "only": "health"}
    answer = page.post(f"{START}/suggestion", data=data)
    assert "Saved: 4 categories." in answer.text
    assert len(owners(session, head.school_id)) == 4
    assert fields(answer)[budget] == str(head.person_id)  # chosen elsewhere, and not lost


def test_a_group_is_saved_and_the_next_unfinished_one_comes(session, page, head, manager):
    place = "/school/owners/group/leadership"
    data = fields(page.get(place))
    data |= {f"owner-{category(session, 'complaints')}": str(manager.person_id), "do": "save"}
    session.commit()
    assert page.post(place, data=data).location == "/school/owners/group/curriculum"
    found = owners(session, head.school_id)
    assert (len(found), found["complaints"]) == (9, manager.person_id)
    assert page.post(place, data={**fields(page.get(place)), "do": "later"}).location == START
    assert page.get("/school/owners/group/nowhere").status_code == 404


def test_the_ticked_ones_of_a_group_are_given_and_other_choices_are_kept(
    session, page, head, manager
):
    place = "/school/owners/group/finance"
    ticked = [str(category(session, slug)) for slug in ("budget", "grants")]
    insurance = f"owner-{category(session, 'insurance')}"
    session.commit()
    data = {**fields(page.get(place)), insurance: str(head.person_id), "do": "give"}
    assert "Tick at least one category" in page.post(place, data=data).text
    data["ticked"] = ticked
    assert "Choose who gets the ticked ones" in page.post(place, data=data).text
    answer = page.post(place, data={**data, "to": str(manager.person_id)})
    assert "2 categories go to Tom Manager now" in answer.text
    assert owners(session, head.school_id) == dict.fromkeys(("budget", "grants"), manager.person_id)
    assert fields(answer)[insurance] == str(head.person_id)


def test_everything_open_goes_to_the_head_and_the_exceptions_by_ticking(
    session, page, head, manager
):
    give(session, head, "budget", manager.person_id)
    assert page.post(f"{START}/all-to-head").location == "/school/owners/several"
    assert len(owners(session, head.school_id)) == 1  # what the page did not show stays
    data = fields(page.get(START))
    assert page.post(f"{START}/all-to-head", data=data).location == "/school/owners/several"
    assert "84 categories go to you now" in page.get("/school/owners/several").text
    data = {"categories": ["grants", "insurance"], "person_id": str(manager.person_id)}
    page.post("/school/owners/several", data=data)
    found = owners(session, head.school_id)
    assert len(found) == 85
    mine = {slug for slug, person in found.items() if person == manager.person_id}
    assert mine == {"budget", "grants", "insurance"}


@pytest.mark.parametrize("place", ["start/suggestion", "group/finance", "several"])
def test_two_who_set_the_same_at_once_lose_nothing(session, page, head, manager, place):
    other = HeadFactory(person__name="Ann Other")
    other.school, other.role = head.school, Role.STAFF
    session.commit()
    address = f"/school/owners/{place}"
    data = {**fields(page.get(address)), "do": "save"}
    number = give(session, head, "budget", other.person_id, by=other.person_id)
    data |= {f"owner-{number}": str(manager.person_id), "person_id": str(manager.person_id)}
    data["categories"] = ["budget"]
    answer = page.post(address, data=data)
    said = "Ann Other set Budget and school funding to Ann Other"
    assert said in words(answer)
    assert "you chose Tom Manager" in words(answer)
    assert owners(session, head.school_id)["budget"] == other.person_id

    settle = {**fields(answer), f"settle-{number}": "keep"}
    settle[f"owner-{number}"] = str(manager.person_id)
    assert page.post("/school/owners/settle", data=settle).location == address
    assert owners(session, head.school_id)["budget"] == other.person_id
    page.post("/school/owners/settle", data={**settle, f"settle-{number}": "replace"})
    assert owners(session, head.school_id)["budget"] == manager.person_id

    give(session, head, "budget", head.person_id)  # and it may change again before it is settled
    settle[f"settle-{number}"] = "replace"
    settle[f"owner-{number}"] = str(other.person_id)
    assert "Changed again meanwhile" in page.post("/school/owners/settle", data=settle).text


@pytest.mark.parametrize("place", ["start/suggestion", "group/finance"])
def test_somebody_who_left_meanwhile_cannot_be_chosen(session, page, head, manager, place):
    address = f"/school/owners/{place}"
    data = {**fields(page.get(address)), "do": "save"}
    session.get(Membership, manager.id).ended_at = NOON
    session.commit()
    answer = page.post(address, data=data)
    assert "does not work at the school any more" in answer.text
    assert owners(session, head.school_id) == {}


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/inbox", ""])
def test_settling_leads_nowhere_else(page, back):
    assert page.post("/school/owners/settle", data={"back": back}).location == "/school/owners"


PASTED = """Name\tE-mail\tJob title
Jo Smith\tjo@school.example\tSENCO
Broken line without address
Tom Again\tTOM\tTeacher
School office\toffice@school.example\t
"""


def test_a_pasted_list_is_checked_mended_and_then_added_once(session, page, head):
    answer = page.post(f"{START}/people", data={"people": PASTED, "do": "check"})
    assert "Line 3: There is no e-mail address on this line." in words(answer)
    assert "office@school.example looks like a shared mailbox" in words(answer)
    assert "1 new person" in words(answer)
    assert "Enter who reads it." not in words(answer)
    mended = {**fields(answer), "people": "Kim Mended, kim@school.example, Cook", "do": "add"}
    mended["who-office@school.example"] = ""
    answer = page.post(f"{START}/people", data=mended)  # nobody was named for the mailbox yet
    assert "2 new people" in words(answer)
    assert words(answer).count("Enter who reads it.") == 2  # in the summary and beside the field
    named = {**fields(answer), "who-office@school.example": "Pat Office", "do": "add"}
    named["own-office@school.example"] = "nonsense"
    answer = page.post(f"{START}/people", data=named)
    assert "Enter an address like" in words(answer)
    named = {**fields(answer), "who-office@school.example": "Pat Office", "do": "add"}
    named["own-office@school.example"] = "pat@school.example"
    for _ in range(2):
        assert page.post(f"{START}/people", data=named).location == f"{START}/suggestion"
    found = {
        place.person.email: (place.person.name, place.job_title, place.mailbox)
        for place in session.scalars(
            sa.select(Membership).where(Membership.school_id == head.school_id)
        )
        if "school.example" in place.person.email
    }
    assert found == {
        "jo@school.example": ("Jo Smith", "SENCO", ""),
        "kim@school.example": ("Kim Mended", "Cook", ""),
        "pat@school.example": ("Pat Office", "", "office@school.example"),
    }


def test_a_shared_mailbox_can_stand_behind_somebody_on_the_list(session, page, manager):
    data = {"people": "office@school.example", "do": "check"}
    data = fields(page.post(f"{START}/people", data=data)) | {"do": "add"}
    page.post(f"{START}/people", data={**data, "who-office@school.example": "tom  manager"})
    session.expire_all()
    assert session.get(Membership, manager.id).mailbox == "office@school.example"
    assert session.scalar(
        sa.select(sa.func.count()).where(AuditEntry.action == "membership.mailbox_set")
    )


def test_somebody_disabled_is_refused_and_the_others_are_added(session, page, authority_id):
    session.add(
        Person(
            authority_id=authority_id,
            email="gone@school.example",
            name="Gone",
            state="disabled",
            created_at=NOON,
        )
    )
    session.commit()
    data = {"people": "Gone A, gone@school.example\nNew B, new@school.example", "do": "add"}
    answer = page.post(f"{START}/people", data=data)
    assert "may not sign in at present" in answer.text
    assert "New B" in page.get(f"{START}/people").text


@pytest.mark.parametrize(
    ("place", "data", "said"),
    [
        ("people", {"people": "  \n"}, "Paste or type at least one person"),
        ("people/one", {"email": "a@s.example"}, "Enter the person’s full name."),
        ("people/one", {"name": "A B", "email": "a"}, "correct format"),
        ("people/help", {"place_id": "x"}, "Choose a colleague from the list."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(page, place, data, said):
    answer = page.post(f"{START}/{place}", data=data)
    assert said in answer.text
    assert "There is a problem" in answer.text


def test_one_person_is_added(session, page):
    data = {"name": "New Cook", "email": "cook@school.example", "job_title": "Cook"}
    assert page.post(f"{START}/people/one", data=data).location == f"{START}/people"
    assert "New Cook" in page.get(f"{START}/people").text


def test_the_head_lets_a_colleague_help_and_takes_it_back(
    session, page, sign_in, app, head, manager
):
    helper = app.test_client()
    sign_in(helper, manager)
    assert helper.get(START).status_code == 403
    page.post(f"{START}/people/help", data={"place_id": str(manager.id)})
    assert "Tom Manager may help" in words(page.get(f"{START}/people"))
    assert helper.get(START).status_code == 200
    assert "Let a colleague help" not in helper.get(f"{START}/people").text
    assert helper.post(f"{START}/people/help", data={"place_id": "1"}).status_code == 403
    helper.post(f"{START}/all-to-head", data=fields(helper.get(START)))
    assert set(owners(session, head.school_id).values()) == {head.person_id}
    page.post(f"{START}/people/help", data={"place_id": str(manager.id), "do": "end"})
    assert helper.get(START).status_code == 403


@pytest.fixture
def model(session, head):
    """A school like ours, where many categories have somebody."""
    school = SchoolFactory(name="Model Primary", pupils=210)
    place = MembershipFactory(school=school, job_title="Bursar", person__name="Secret Name")
    cook = MembershipFactory(school=school, job_title="Cook", person__name="Secret Cook")
    MembershipFactory(school=SchoolFactory(name="Empty Primary"))
    ids = session.scalars(sa.select(Category.id).order_by(Category.number).limit(20)).all()
    for number in ids:
        person = cook if number == ids[3] else place
        assign(
            session,
            school_id=school.id,
            category_id=number,
            person_id=person.person_id,
            by=None,
            at=NOON,
        )
    session.commit()
    return school


def test_a_similar_schools_pattern_is_put_to_our_own_people(session, page, head, manager, model):
    listed = words(page.get(f"{START}/like"))
    assert "Model Primary Same kind of school, about the same size, same district" in listed
    assert "20 categories set" in listed
    assert "Empty Primary" not in listed
    answer = page.get(f"{START}/like/{model.urn}")
    said = words(answer)
    assert "There: Bursar" in said
    assert "There: Cook. Nobody here has that title" in said
    assert "Nobody is set there either" in said
    assert "Secret" not in said
    assert page.post(f"{START}/like/{model.urn}", data=fields(answer)).location == START
    assert set(owners(session, head.school_id).values()) == {manager.person_id}
    assert len(owners(session, head.school_id)) == 19
    for urn in (head.school.urn, 9999999, 1):
        assert page.get(f"{START}/like/{urn}").status_code == 404


def test_the_pages_take_few_statements(session, page, model, statements):
    for place in ("", "/people", "/suggestion", "/like", f"/like/{model.urn}"):
        statements.clear()
        page.get(START + place)
        assert len(statements) < 12, place
