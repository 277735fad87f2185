"""The web application as a server starts it: settings from the environment."""

from foundation.settings import read_settings
from portal.app import create_app
from portal.celery import app_for

settings = read_settings()
app = create_app(settings)
# Celery is loaded now, so that the first person who changes something does not wait for it.
app_for(settings)
