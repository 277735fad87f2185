"""Each of these is a process of its own: what it does to the collector is for good."""

import subprocess
import sys

import pytest

AT_EXIT = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 1000, 'end'));"


def said(code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.split()


def test_no_garbage_is_looked_for_while_loading_and_all_of_it_is_left_at_the_end():
    told = said(
        f"{AT_EXIT} from foundation import loading; loading.begin(); print(gc.isenabled());"
        "import json; loading.end(); print(gc.isenabled(), gc.get_freeze_count() > 1000)"
    )
    assert told == ["False", "True", "True", "True", "end"]


def test_ending_what_nobody_began_changes_nothing():
    assert said(
        "import gc; from foundation import loading; loading.end();"
        "print(gc.isenabled(), gc.get_freeze_count())"
    ) == ["True", "0"]


@pytest.mark.parametrize("arguments", [("number", "verify", "888"), ("db", "nothing")])
def test_a_command_looks_for_garbage_while_it_works(arguments):
    told = said(
        f"{AT_EXIT} import sys; sys.argv = ['portal', *{arguments!r}];"
        "atexit.register(lambda: print(gc.isenabled()));"
        "from portal.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass"
    )
    assert told[-3:] == ["True", "True", "end"]
