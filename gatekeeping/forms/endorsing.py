"""The form with which a line manager endorses, or says why not."""

from govuk_frontend_wtf.wtforms_widgets import GovTextArea
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from foundation.errors import Refusal
from gatekeeping.forms import Form, tidy_text
from gatekeeping.writing.endorsing import LONGEST_NOTE


class EndorseForm(Form):
    """Yes or no to the submission as it was read (``digest``), with a note."""

    digest = HiddenField()
    note = TextAreaField(
        "A note",
        description="The author gets it. If you do not endorse it, say what should change.",
        widget=GovTextArea(),
        filters=[tidy_text],
        validators=[Length(max=LONGEST_NOTE, message=f"Use {LONGEST_NOTE:,} characters at most.")],
    )

    def show(self, refusal: Refusal, digest: str) -> None:
        """Put a refusal beside the note; the submission is now the one of this digest."""
        self.digest.data = digest
        self.note.errors = [*self.note.errors, str(refusal)]
