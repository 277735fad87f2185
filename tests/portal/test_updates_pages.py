"""The administrator's pages about schools that change."""

import io
import zipfile
from datetime import date

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from directory.models import Membership, Person, Role, School
from directory.models_updates import ChangeState, SchoolChange
from directory.updates.applying import apply_chosen
from directory.updates.staging import compare_waiting
from foundation import clock
from foundation.audit import AuditEntry
from foundation.files import FileStore, TooLargeError
from notifications.models import DeliveryState, NoticeKind
from notifications.models_mail import Mail
from portal.updates.uploading import take_in
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import HeadFactory, MembershipFactory, OfficerFactory, SchoolFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory
from tests.schools_file import ACADEMY, CLOSED, row, write, write_links

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def admin(client, session, sign_in):
    place = OfficerFactory(role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, place)
    return place


@pytest.fixture
def work(database, settings, session):
    """Do what the workers do."""

    def work():
        session.rollback()
        compare_waiting(database, FileStore(settings.files), at=clock.now())
        apply_chosen(database, at=clock.now())
        session.expire_all()

    return work


@pytest.fixture
def put_up(client, session, tmp_path, work):
    """Upload rows and links; return the address of the update's page."""

    def put_up(rows, *pairs):
        session.commit()
        files = {"file": (io.BytesIO(write(tmp_path / "s.csv", rows).read_bytes()), "edubase.csv")}
        if pairs:
            content = write_links(tmp_path / "l.csv", *pairs).read_bytes()
            files["links"] = (io.BytesIO(content), "links.csv")
        answer = client.post("/schools/updates", data=files)
        assert answer.status_code == 302
        assert "being compared" in client.get(answer.location).text
        work()
        return answer.location

    return put_up


def read(session, query):
    """Read, and let go of the database at once: the pages write to it."""
    session.rollback()
    found = list(session.scalars(query))
    session.rollback()
    return found


def ids(session):
    return read(session, sa.select(SchoolChange.id).order_by(SchoolChange.id))


def test_a_file_is_compared_chosen_from_and_applied(client, session, admin, put_up, work):
    place = HeadFactory(school=SchoolFactory(urn=101, name="Hill School"))
    OwnerFactory(school=place.school, person=place.person, category=CategoryFactory())
    notice = NoticeFactory(kind=NoticeKind.DATA_REQUEST, title="Pupils on roll", due_on=NOON.date())
    DeliveryFactory.to(place, notice=notice)
    DeliveryFactory.to(place, state=DeliveryState.DONE)
    page = put_up(
        [row(101, "Hill School", **CLOSED), row(150, "Hill Academy", **ACADEMY)], (101, 150)
    )
    text = client.get(page).text
    assert "Becoming an academy" in text
    assert "Hill School → Hill Academy" in text
    assert "1 person, 1 category with owners, 1 open item go on at Hill Academy" in text
    assert "Pupils on roll" in text
    chosen = {"kind": "academising", "change": ids(session), "then": "apply"}
    assert "being applied" in client.post(page + "/choose", data=chosen, follow_redirects=True).text
    work()
    assert "Applied" in client.get(page).text
    assert read(session, sa.select(School.status).where(School.urn == 101)) == ["closed"]
    again = client.post(page + "/choose", data=chosen, follow_redirects=True).text
    assert "settled these meanwhile" in again


def test_a_school_to_close_shows_what_is_due_before_and_after(client, session, admin, put_up):
    place = HeadFactory(school=SchoolFactory(urn=101))
    for title, due in (("Before", "2027-07-01"), ("Later", "2027-10-01")):
        day = date.fromisoformat(due)
        notice = NoticeFactory(kind=NoticeKind.DATA_REQUEST, title=title, due_on=day)
        DeliveryFactory.to(place, notice=notice)
    page = put_up([row(101, place.school.name, status="3", closed="31-08-2027")])
    text = client.get(page + "?kind=closing").text
    assert "all of it stays until the school closes" in text
    assert "Before (due 1 July 2027), Later (due 1 October 2027, after it closes)" in text


def test_what_ends_a_school_says_that_it_stays_so_and_then_where_things_went(
    client, session, admin, put_up, work
):
    SchoolFactory(urn=101, name="Hill School")
    rows = [row(101, "Hill School", **CLOSED), row(150, "Hill Academy", **ACADEMY)]
    page = put_up(rows, (101, 150)) + "?kind=academising"
    text = client.get(page).text
    assert "This cannot be undone." in text
    assert 'href="/schools/101"' in text
    assert 'href="/schools/150"' not in text
    chosen = {"kind": "academising", "change": ids(session), "then": "apply"}
    path = page.partition("?")[0] + "/choose"
    assert "data-waiting" in client.post(path, data=chosen, follow_redirects=True).text
    work()
    text = client.get(page).text
    assert "data-waiting" not in text
    assert "This cannot be undone." not in text
    assert 'went on at <a class="govuk-link" href="/schools/150">Hill Academy</a>' in text


def test_a_head_of_a_school_that_is_not_here_yet_is_not_counted_as_to_settle(
    client, session, admin, put_up
):
    put_up([row(150, "Brand New", title="Ms", first="Una", last="Vale")])
    assert "to settle" not in client.get("/schools/updates").text


def test_nothing_ticked_is_said_beside_the_list(client, session, admin, put_up):
    SchoolFactory(urn=101)
    page = put_up([row(101, "New"), row(102, "Fresh")])
    for ticked in ([], ["x"], ["9" * 40], ["-1"]):
        data = {"kind": "opening", "then": "apply", "change": ticked}
        text = client.post(page + "/choose", data=data).text
        assert "Tick the changes first" in text
        assert 'href="#change"' in text
    assert set(read(session, sa.select(SchoolChange.state))) == {"waiting"}


def test_all_of_a_kind_are_passed_over_and_put_back(client, session, admin, put_up):
    page = put_up([row(urn, f"School {urn}") for urn in range(101, 104)])
    whole = {"kind": "opening", "then": "pass-all"}
    assert (
        "3 changes passed over"
        in client.post(page + "/choose", data=whole, follow_redirects=True).text
    )
    back = {"kind": "opening", "then": "back-all"}
    assert (
        "3 changes put back" in client.post(page + "/choose", data=back, follow_redirects=True).text
    )


def test_the_list_is_searched_and_paged(client, session, admin, put_up, statements):
    page = put_up([row(1000 + number, f"School {number}") for number in range(60)])
    assert "Showing 1 to 50 of 60" in client.get(page).text
    assert "Showing 51 to 60 of 60" in client.get(page + "?page=2").text
    found = client.get(page + "?kind=opening&q=1007").text
    assert "School 7" in found
    assert "School 8<" not in found
    assert "fits “nothing such”" in client.get(page + "?kind=opening&q=nothing+such").text
    assert client.get(page + "?kind=details&page=9999999").status_code == 200
    assert client.get(page + "?kind=unheard-of").status_code == 200
    statements.clear()
    client.get(page)
    assert len(statements) < 18


def _zip(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"extract/{name}.csv", content)
    return target.getvalue()


def test_the_zip_file_of_gias_is_taken_with_its_links(client, session, admin, tmp_path, work):
    SchoolFactory(urn=101)
    session.commit()
    rows = [row(101, "Old", **CLOSED), row(150, "New", **ACADEMY)]
    packed = _zip(
        links_edubasealldata=write_links(tmp_path / "l.csv", (101, 150)).read_bytes(),
        edubasealldata=write(tmp_path / "s.csv", rows).read_bytes(),
    )
    answer = client.post("/schools/updates", data={"file": (io.BytesIO(packed), "extract.zip")})
    work()
    assert "Becoming an academy" in client.get(answer.location).text


def _spoilt(packed):
    """Return a ZIP whose list of files is whole and whose first file is not."""
    start = packed.index(b"edubasealldata") + len("edubasealldata.csv")
    return packed[:start] + b"\xff" * 8 + packed[start + 8 :]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "The file is empty"),
        (b"", "", "Choose the file of schools"),
        (b"PK\x03\x04 broken", "a.zip", "The file is damaged"),
        (_spoilt(_zip(edubasealldata="URN,name\n" * 500)), "a.zip", "The file is damaged"),
        (_zip(links_edubasealldata="x"), "a.zip", "This is a file of links"),
        (b"URN,LinkURN", "links_edubasealldata.csv", "This is a file of links"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_beside_its_field(
    client, admin, content, name, said
):
    text = client.post("/schools/updates", data={"file": (io.BytesIO(content), name)}).text
    assert said in text
    assert 'href="#file"' in text


def test_a_file_over_the_limit_is_refused_and_not_kept(tmp_path):
    large = FileStorage(io.BytesIO(b"x" * 100), "a.csv")
    with pytest.raises(TooLargeError) as refusal:
        take_in(FileStore(tmp_path), large, None, most=99)
    assert refusal.value.field == "file"
    assert [place for place in tmp_path.rglob("*") if place.is_file()] == []


def test_a_broken_file_says_why_on_its_page(client, admin, work):
    file = (io.BytesIO(b"a,b\r\n1,2\r\n"), "other.csv")
    answer = client.post("/schools/updates", data={"file": file})
    work()
    assert "not a list of schools from GIAS" in client.get(answer.location).text
    assert "Cannot be read" in client.get("/schools/updates").text


@pytest.fixture
def case(session, admin, put_up):
    """A head in the portal and another in the file; return the address of the page."""
    head = HeadFactory(school=SchoolFactory(urn=101, name="Hill"), person__name="Ann Example")
    MembershipFactory(school=head.school, person__name="Cas Deputy")
    put_up([row(101, "Hill", title="Mr", first="Bob", last="Other")])
    return f"/schools/heads/{ids(session)[0]}"


def current_heads(session):
    query = sa.select(Person.email).join(Membership, Membership.person_id == Person.id)
    return read(session, query.where(Membership.role == Role.HEAD, Membership.ended_at.is_(None)))


def test_a_new_head_is_named(client, session, case):
    assert "Mr Bob Other" in client.get("/schools/heads").text
    assert 'value="Bob Other"' in client.get(case).text
    new = {"answer": "new", "person_id": "0", "name": "Bob Other", "former": "leaves"}
    assert "Enter the headteacher’s e-mail address" in client.post(case, data=new).text
    wrong = client.post(case, data={**new, "email": "bob"}).text
    assert "correct format" in wrong
    answer = client.post(case, data={**new, "email": "bob@hill.example"}, follow_redirects=True)
    assert "Hill has a new headteacher" in answer.text
    assert current_heads(session) == ["bob@hill.example"]
    assert "settled this meanwhile" in client.post(case, data=new, follow_redirects=True).text
    assert client.get(case).status_code == 404


def test_a_colleague_becomes_head_and_the_former_one_stays(client, session, case):
    (deputy,) = read(session, sa.select(Person.id).where(Person.name == "Cas Deputy"))
    data = {"answer": "new", "person_id": "999999", "former": "stays_as_staff"}
    assert "Choose a person from the list" in client.post(case, data=data).text
    client.post(case, data={**data, "person_id": str(deputy)})
    (head,) = current_heads(session)
    assert read(session, sa.select(Person.id).where(Person.email == head)) == [deputy]


@pytest.mark.parametrize(("answer", "told"), [("same", "stays"), ("leave", "left as it is")])
def test_the_head_stays(client, session, case, answer, told):
    before = current_heads(session)
    assert told in client.post(case, data={"answer": answer}, follow_redirects=True).text
    assert current_heads(session) == before


def test_the_school_is_asked_and_stays_on_the_list(client, session, case):
    text = client.post(case, data={"answer": "ask"}, follow_redirects=True).text
    assert "is being asked" in text
    assert "Asked" in text
    (written,) = read(session, sa.select(Mail.text))
    assert "Mr Bob Other as headteacher of Hill" in written
    assert read(session, sa.select(SchoolChange.state)) == [ChangeState.WAITING]
    client.post(case, data={"answer": "leave"})
    noted = sa.select(AuditEntry.action).where(AuditEntry.action.startswith("school.head_"))
    assert read(session, noted.order_by(AuditEntry.id)) == ["school.head_asked", "school.head_left"]


def test_a_school_without_a_mailbox_cannot_be_asked(client, session, case):
    session.execute(sa.update(School).values(email=""))
    session.commit()
    assert "We know no e-mail address" in client.post(case, data={"answer": "ask"}).text
    assert "Say who the headteacher is" in client.post(case, data={}).text
