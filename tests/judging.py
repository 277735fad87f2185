"""Asking one check about one document, and making sure that its evidence stands in the text."""

from datetime import date
from importlib import import_module
from pkgutil import iter_modules

from gatekeeping import checks
from gatekeeping.documents import SubmissionDocument
from gatekeeping.evidence import text_of
from gatekeeping.findings import Context

TODAY = date(2026, 11, 23)


def findings(rule, document, **context):
    """Return what the module of ``rule`` ("k30") finds, the same twice, each span in its place."""
    (name,) = [
        found.name
        for found in iter_modules(checks.__path__)
        if found.name.startswith(f"{rule.lower()}_")
    ]
    check = import_module(f"{checks.__name__}.{name}").check
    read = SubmissionDocument.read(document)
    known = Context(**{"today": TODAY, **context})
    found = check(read, known)
    assert found == check(read, known)
    for finding in found:
        for span in finding.evidence:
            assert text_of(document, span.field)[span.start : span.end] == span.text
    return found
