from datetime import time

import factory

from notifications.models_reaching import Digest, DigestEntry, ReachChoice, Rhythm
from tests.factories.base import NOON, InAuthority


class ReachChoiceFactory(InAuthority):
    """A daily digest at half past seven; ``person_id`` is given by the test."""

    class Meta:
        model = ReachChoice

    rhythm = Rhythm.DAILY
    digest_at = time(7, 30)
    digest_on = 0
    quiet_weekend = False
    bulletin = True
    changed_at = NOON


class DigestFactory(InAuthority):
    class Meta:
        model = Digest

    due_at = NOON
    composed_at = NOON


class DigestEntryFactory(InAuthority):
    """An item of the reader of ``delivery``, waiting for a digest that is due."""

    class Meta:
        model = DigestEntry
        exclude = ("delivery",)

    delivery_id = factory.LazyAttribute(lambda entry: entry.delivery.id)
    person_id = factory.LazyAttribute(lambda entry: entry.delivery.person_id)
    due_at = NOON
