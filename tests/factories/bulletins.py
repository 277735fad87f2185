import factory

from notifications.models_reaching import Bulletin, BulletinMail
from notifications.models_reading import FeedKind, PrivateAddress
from tests.factories.base import NOON, InAuthority


class BulletinFactory(InAuthority):
    class Meta:
        model = Bulletin

    composed_at = NOON


class BulletinMailFactory(InAuthority):
    class Meta:
        model = BulletinMail


class PrivateAddressFactory(InAuthority):
    """An address whose secret nobody knows."""

    class Meta:
        model = PrivateAddress

    kind = FeedKind.ATOM
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    created_at = NOON
