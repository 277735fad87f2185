import factory

from directory.models_updates import (
    ChangeKind,
    LinkKind,
    SchoolChange,
    SchoolLink,
    SchoolsUpdate,
    UpdateState,
)
from directory.updates.comparing import TURNS
from tests.factories.base import NOON, InAuthority


class SchoolsUpdateFactory(InAuthority):
    class Meta:
        model = SchoolsUpdate

    name = factory.Sequence(lambda n: f"edubasealldata{n}.csv")
    sha256 = "0" * 64
    state = UpdateState.COMPARED
    at = NOON
    compared_at = NOON
    counts = factory.LazyFunction(
        lambda: dict.fromkeys(
            ("rows", "own", "elsewhere", "unchanged", "rejected", "missing", "left_out"), 1
        )
    )


class SchoolLinkFactory(InAuthority):
    class Meta:
        model = SchoolLink

    urn = factory.Sequence(lambda n: 110000 + n)
    link_urn = factory.Sequence(lambda n: 150000 + n)
    kind = LinkKind.SUCCESSOR


class SchoolChangeFactory(InAuthority):
    """A change of one school; ``update_id``, ``urn``, ``before`` and ``after`` are given."""

    class Meta:
        model = SchoolChange

    kind = ChangeKind.RENAMING
    turn = factory.LazyAttribute(lambda change: TURNS[change.kind])
    name = factory.Sequence(lambda n: f"School {n}")
