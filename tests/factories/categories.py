import factory

from categories.models import Category, Cover, GroupDefault, Owner, OwnerReminder, TrustOwner
from tests.factories.base import NOON, InAuthority


class CategoryFactory(InAuthority):
    """A category beyond the 85 that the test database begins with."""

    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"category-{n}")
    number = factory.Sequence(lambda n: 1000 + n)
    heading = factory.Sequence(lambda n: f"Category {n}")
    group = "leadership"
    group_heading = "Leadership and governance"
    keywords = factory.LazyFunction(list)


class OwnerFactory(InAuthority):
    class Meta:
        model = Owner

    assigned_at = NOON


class CoverFactory(InAuthority):
    class Meta:
        model = Cover

    created_at = NOON


class GroupDefaultFactory(InAuthority):
    class Meta:
        model = GroupDefault

    set_at = NOON


class TrustOwnerFactory(InAuthority):
    class Meta:
        model = TrustOwner

    set_at = NOON


class OwnerReminderFactory(InAuthority):
    class Meta:
        model = OwnerReminder

    asked_on = NOON.date()
