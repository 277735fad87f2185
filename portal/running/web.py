"""How gunicorn serves the pages (its configuration file, in Python as it asks).

Threads, because a browser opens connections before it needs them, and two of those would keep two
single-minded processes from answering anybody. What was asked for is not logged: addresses of
pages carry sign-in links and what people search for.
"""

import os
from typing import Any, Final

from foundation.settings import read_settings
from portal.running import child

SETTINGS: Final = read_settings()

child.begin()

wsgi_app = "portal.wsgi:app"
bind = [
    f"[{SETTINGS.host}]:{SETTINGS.port}"
    if ":" in SETTINGS.host
    else f"{SETTINGS.host}:{SETTINGS.port}"
]
workers = SETTINGS.web_processes
# The application is loaded once, for it takes longest, and holds no connection yet when processes
# are forked from it: one that dies is replaced at once, and they share most of their memory.
preload_app = True
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 6
keepalive = 5
control_socket_disable = True
loglevel = "warning"


def on_starting(server: Any) -> None:
    """Let gunicorn's messages go where everybody else's go."""
    server.log.error_log.handlers.clear()
    server.log.error_log.propagate = True


def when_ready(_server: Any) -> None:
    """Tell the parent that connections are taken."""
    child.tell_ready()


def post_fork(server: Any, _worker: Any) -> None:
    """Tie each process that serves pages to the one that watches them."""
    os.environ.pop(child.READY_FD, None)
    child.end_with_parent(server.pid)
