"""The forms about files of owners: putting one up, and narrowing what of it is shown."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovFileInput
from wtforms import FileField
from wtforms.validators import ValidationError


class OwnersFileForm(FlaskForm):
    """A file of owners."""

    file = FileField("Your file", widget=GovFileInput(), description="A CSV or XLSX file.")

    def validate_file(self, field: FileField) -> None:
        """Ask for a file."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError("Choose a CSV or XLSX file.")
