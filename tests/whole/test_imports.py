"""Imports run one way, down, and each library has one door."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.sources import PACKAGES, ROOT, modules

DOORS = {
    "aiosmtpd": {
        "gatekeeping/mailgate/smtp/half_closed.py",
        "portal/mailin/server.py",
        "portal/mailsink/server.py",
    },
    "alembic": {"foundation/migrate.py"},
    "celery": {
        "portal/celery.py",
        "portal/tasks.py",
        "portal/running/scheduler.py",
        "portal/running/worker.py",
    },
    "cryptography": {"foundation/sealing.py"},
    "filetype": {"foundation/filewords/kinds.py"},
    "flask_limiter": {"portal/limits.py"},
    "gunicorn": set(),
    "holidays": {"directory/bank_holidays.py"},
    "icalendar": {"notifications/feeds/calendar_file.py"},
    "kombu": {"portal/folder_broker.py"},
    "markdown_it": {"foundation/markdown.py"},
    "nh3": {"foundation/markdown.py"},
    "notifications_python_client": {"notifications/mail/channels/notify.py"},
    "numpy": {
        "gatekeeping/alike/packed.py",
        "gatekeeping/alike/scanning.py",
        "gatekeeping/alike/topics.py",
        "gatekeeping/mailgate/rule/comparing.py",
        "gatekeeping/mailgate/rule/likeness.py",
    },
    "openpyxl": {"foundation/spreadsheets.py", "foundation/workbooks.py"},
    "psycopg": {"foundation/copying.py", "foundation/db.py"},
    "pydantic_settings": {"foundation/settings.py"},
    "pygal": {"foundation/charts.py"},
    "rapidfuzz": {"gatekeeping/closeness.py"},
    "redis": set(),
    "segno": {"foundation/pdf.py"},
    "smtplib": {"gatekeeping/mailgate/smtp/next_hop.py", "notifications/mail/channels/smtp.py"},
    "weasyprint": {"foundation/pdf.py"},
    "whoosh": {"portal/library/whoosh_engine.py", "portal/library/whoosh_reading.py"},
}
"""Each library, and the files that alone may import it; none where it is only run, or used by
other libraries."""


def imported(tree: ast.Module) -> Iterator[str]:
    """Name every module that a file imports, also inside its functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def test_the_contracts_of_setup_cfg_are_kept():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_imported_only_by_its_door(library):
    found = {
        str(place.relative_to(ROOT))
        for place, tree in modules().items()
        for name in imported(tree)
        if name.split(".")[0] == library
    }
    assert found <= DOORS[library]


def test_no_package_imports_one_above_it_not_even_inside_a_function():
    height = {name: place for place, name in enumerate(PACKAGES)}
    upward = [
        (str(place.relative_to(ROOT)), name)
        for place, tree in modules().items()
        for name in imported(tree)
        if height.get(name.split(".")[0], 0) > height[place.relative_to(ROOT).parts[0]]
    ]
    assert upward == []
