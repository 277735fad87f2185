"""Showing a refusal beside the field that it names."""

from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from foundation.errors import Refusal


def show_refusal(session: Session, form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal beside its field, else beside the first one; nothing of the try stays."""
    session.rollback()
    field = form[refusal.field] if refusal.field in form else next(iter(form))
    field.errors = [*field.errors, str(refusal)]
