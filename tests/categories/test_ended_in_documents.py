"""Documents that name a category which has ended: sent to what followed it, and shown so."""

import pytest

from categories.catalogue import current_ids
from categories.versions.following import in_words
from gatekeeping.models import State
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, HeadFactory, OfficerFactory
from tests.factories.gatekeeping import make_submission
from tests.factories.notifications import DeliveryFactory
from tests.factories.versions import bring_into_force, changed_list

pytestmark = pytest.mark.sqlite_only
DOCUMENT = {"title": "Spelling", "body": "Please read.", "categories": ["english", "catering"]}


@pytest.fixture
def split(session, authority_id):
    """English becomes two, catering ends."""
    listed = changed_list(
        session,
        authority_id,
        gone=["english", "catering"],
        new={"reading": ["english"], "writing": ["english"]},
    )
    bring_into_force(session, authority_id, listed, at=NOON)


def test_a_category_is_called_by_what_it_became(session, authority_id, split):
    words = in_words(session, authority_id)
    assert words["english"] == (
        "English and literacy (until 23 November 2026, now “Reading” and “Writing”)"
    )
    assert words["catering"] == "School meals and catering (until 23 November 2026)"
    assert words["science"] == "Science"


def test_an_officer_sees_what_became_of_what_they_had_chosen(session, split, client, sign_in):
    officer = OfficerFactory()
    draft = make_submission(State.DRAFT, author=officer, document=DOCUMENT)
    session.commit()
    sign_in(client, officer)
    page = client.get(f"/submissions/{draft.id}/write/categories").text
    assert "It is now “Reading” and “Writing”: these are ticked below." in page
    assert "Nothing has taken its place" in page
    assert page.count(" checked") == 2


def test_a_gatekeeper_sees_what_the_chosen_categories_are_now(session, split, client, sign_in):
    gatekeeper = GatekeeperFactory()
    waiting = make_submission(State.TRIAGE, document=DOCUMENT)
    session.commit()
    sign_in(client, gatekeeper)
    page = client.get(f"/queue/{waiting.id}").text
    assert "Reading<br>Writing<br>" in page
    assert "Chosen as English and literacy (until 23 November 2026), School meals" in page


def test_an_item_of_before_says_until_when_its_category_was(session, authority_id, client, sign_in):
    head = HeadFactory()
    english = current_ids(session, authority_id)["english"]
    item = DeliveryFactory.to(head, category_id=english)
    listed = changed_list(session, authority_id, gone=["english"])
    bring_into_force(session, authority_id, listed, at=NOON)
    session.refresh(head)
    pages = ("/inbox", f"/inbox/{item.id}", "/school/sent")
    session.commit()
    sign_in(client, head)
    for page in pages:
        assert "English and literacy (until 23 November 2026)" in client.get(page).text
