"""The search box."""

from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import Form, StringField

from portal.library.search import MOST_TEXT


class SearchForm(Form):
    """What is looked for. It is a GET form: no token, and any text will do."""

    q = StringField(
        "Look for",
        widget=GovTextInput(),
        description="Words, a number, or an exact “phrase in quotes”",
        render_kw={"maxlength": MOST_TEXT, "type": "search"},
    )
