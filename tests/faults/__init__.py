"""Faults with real processes: ``python -m tests.faults`` (``make faults``) prints a table.

Minutes long, so no part of ``make test``: there tests/journeys/test_killed_worker.py is the short
form of it.
"""
