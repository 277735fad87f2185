from notifications.models_reading import DeliveryNote, SavedView
from tests.factories.base import NOON, InAuthority


class DeliveryNoteFactory(InAuthority):
    class Meta:
        model = DeliveryNote

    text = "Ask the office."
    at = NOON


class SavedViewFactory(InAuthority):
    class Meta:
        model = SavedView

    name = "Urgent ones"
    created_at = NOON
