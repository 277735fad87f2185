"""The form to take a file back from schools."""

from collections.abc import Sequence

from wtforms import RadioField

from gatekeeping.changes.taking_back import LONGEST_WHY, NoFileError
from gatekeeping.forms.afterwards import Refusable, radios, short
from notifications.following.files import SentFile


class TakeBackForm(Refusable):
    """Which file, and why."""

    fallback = "why"

    file = radios("Which file?", ())
    why = short(
        "Why do you take it back?",
        f"Schools will read this. Do not repeat what must not be seen. Up to {LONGEST_WHY} "
        "characters.",
    )

    def offer(self, files: Sequence[SentFile]) -> None:
        """Offer what schools still have, each content once, also of an earlier version."""
        field: RadioField = self.file
        contents = {file.sha256: file for file in reversed(files) if not file.shown.gone}
        several = len({file.reference for file in contents.values()}) > 1
        field.choices = [
            (
                str(file.shown.id),
                f"{file.shown.name} ({file.reference})" if several else file.shown.name,
            )
            for file in reversed(contents.values())
        ]

    @property
    def file_id(self) -> int:
        """Return which file was chosen; NoFileError when none was."""
        if self.file.data not in {choice[0] for choice in self.file.choices or ()}:
            raise NoFileError
        return int(self.file.data)
