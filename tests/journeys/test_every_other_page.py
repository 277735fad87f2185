"""Every page that a link leads to, as each user but those of test_every_page.py."""

import pytest

from tests.journeys.walking import Shown, walk_as_each

USERS = {
    None: "/sign-in",
    "manager@lancashire.example": "/submissions",
    "legal@lancashire.example": "/law/claims",
    "data.protection@lancashire.example": "/dpia",
    "panel@demo-school.example": "/panel",
    "head@demo-school.example": "/inbox",
    "teacher@demo-school.example": "/inbox",
    "trust@demo-trust.example": "/trust/owners",
}


@pytest.mark.parametrize("stage", ["embedded"], indirect=True)
def test_every_page_is_sound_for_the_other_users(stage, visitor, tmp_path_factory):
    kinds = walk_as_each(USERS, visitor, Shown(tmp_path_factory), {})
    assert len(kinds) > 80, kinds
