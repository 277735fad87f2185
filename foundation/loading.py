"""Loading a process quickly, and ending it quickly.

What is imported lives as long as the process. To look for garbage in it over and over takes a
quarter of the time in which a process starts, and to take it apart a third of what it costs to
start and end one; so the collector is told to leave it alone.
"""

import atexit
import gc


def begin() -> None:
    """Look for no garbage until ``end``; leave what is there to the system when the process ends.

    For the very beginning of a process. What runs at its exit still runs.
    """
    gc.disable()
    atexit.register(gc.freeze)


def end() -> None:
    """Look for garbage from now on, but not in what was loaded; nothing if nobody began."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
