"""The form with which schools report a request that did not come through the portal."""

from govuk_frontend_wtf.wtforms_widgets import GovFileInput
from wtforms import FileField

from gatekeeping.forms.advising import line, long
from gatekeeping.forms.afterwards import Refusable


class ReportRequestForm(Refusable):
    """Who sent it, and what it says: pasted, or the mail as a file."""

    fallback = "text"
    sender = line(
        "Who sent it to you?",
        "Their e-mail address. You can leave this empty if you add the mail as a file.",
    )
    text = long(
        "What does it say?",
        "Paste the whole mail with its subject. Take out what is about one child or one person.",
    )
    file = FileField(
        "Or add the mail as a file",
        description="A saved mail, which ends in .eml. You need not paste it then.",
        widget=GovFileInput(),
    )
