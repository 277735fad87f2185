"""The form to take a file back from schools."""

from collections.abc import Sequence

from wtforms import RadioField

from gatekeeping.changes.taking_back import LONGEST_WHY, NoFileError
from gatekeeping.forms.afterwards import Refusable, radios, short
from notifications.models import NoticeAttachment


class TakeBackForm(Refusable):
    """Which file, and why."""

    fallback = "why"

    file = radios("Which file?", ())
    why = short(
        "Why do you take it back?",
        f"Schools will read this. Do not repeat what must not be seen. Up to {LONGEST_WHY} "
        "characters.",
    )

    def offer(self, files: Sequence[NoticeAttachment]) -> None:
        """Offer the files that schools can still open."""
        field: RadioField = self.file
        field.choices = [(str(file.id), file.name) for file in files]

    @property
    def file_id(self) -> int:
        """Return which file was chosen; NoFileError when none was."""
        if self.file.data not in {key for key, *_ in self.file.choices or ()}:
            raise NoFileError
        return int(self.file.data)
