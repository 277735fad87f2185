"""Documents that name a category which has ended: sent to what followed it, and shown so."""

import pytest

from categories.versions.following import in_words
from gatekeeping.models import State
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory
from tests.factories.gatekeeping import make_submission
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
