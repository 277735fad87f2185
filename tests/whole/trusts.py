"""A trust with people whom it named for its schools, for the pages of trusts."""

from typing import Any

from directory.models import Membership, Role
from tests.factories.categories import CategoryFactory, TrustOwnerFactory
from tests.factories.directory import OfficerFactory, SchoolFactory


def fill_trusts(hats: dict[str, Membership], size: int) -> dict[str, dict[str, Any]]:
    """Name ``size`` people for the trust of the small world; return what addresses need."""
    trust_id = hats["trust"].organisation_id
    for _ in range(size):
        SchoolFactory(trust_id=trust_id)
        place = OfficerFactory(organisation_id=trust_id, team=None, role=Role.TRUST)
        TrustOwnerFactory(trust_id=trust_id, category=CategoryFactory(), person=place.person)
    school = hats["head"].school
    assert school is not None
    return {
        "categories.trust": {"trust_id": trust_id},
        "categories.trust_school": {"urn": school.urn},
        "categories.end_trust_lead": {"trust_id": trust_id, "membership_id": place.id},
    }
