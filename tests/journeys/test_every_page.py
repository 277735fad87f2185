"""Every page that a link leads to, as each of those who see what is alike (see walking.py).

The other users walk in test_every_other_page.py, so that two processes share the longest walk.
"""

import pytest

from tests.journeys.cast import GATEKEEPER, OFFICER, PARTNER, Cast
from tests.journeys.walking import Shown, walk_as_each

ADMINISTRATOR = "admin@lancashire.example"
USERS = {
    OFFICER: "/submissions",
    GATEKEEPER: "/queue",
    "executive@lancashire.example": "/queue",
    "auditor@lancashire.example": "/register",
    ADMINISTRATOR: "/officers/without-manager",
}


@pytest.fixture
def alike(stage, browser) -> dict[str, list[str]]:
    """Return where to begin besides: with what is alike, and what was joined."""
    cast = Cast(stage, browser)
    asked = {"body": "Please tell us how many lollipop crossings there are near your gates."}
    one, number = cast.put("Lollipop crossings near the gates", **asked)
    two, _ = cast.put("Lollipop crossings near gates", author=PARTNER, **asked)
    parent, parents_number = cast.put("Weathervanes on the roofs")
    child, _ = cast.put("Weathervanes on the roof", author=PARTNER)
    cast.join(child, parents_number)
    cast.close()
    side_by_side = [f"/submissions/{one}/like/{two}", f"/submissions/{one}"]
    return {
        OFFICER: [*side_by_side, f"/submissions/{parent}"],
        GATEKEEPER: [*side_by_side, f"/queue/{two}/join?into={number}", f"/queue/{parent}"],
        ADMINISTRATOR: ["/data-held/school-census/change"],
    }


@pytest.mark.parametrize("stage", ["embedded"], indirect=True)
def test_every_page_is_sound_for_who_sees_what_is_alike(stage, visitor, alike, tmp_path_factory):
    kinds = walk_as_each(USERS, visitor, Shown(tmp_path_factory), alike)
    assert len(kinds) > 80, kinds
    assert kinds >= {
        "/asked-before",
        "/data-held/KEY/change",
        "/data-held/asked/N",
        "/submissions/N/like/N",
        "/submissions/N/like/N/ask/joining",
        "/submissions/N/like/N/schools",
        "/queue/N/join",
        "/queue/N/joined/N",
    }
