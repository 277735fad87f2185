"""The automatic checks (gatekeeping 4.6): every module of this folder is one rule.

A rule's module names its ``RULE``, ``VERSION`` and ``TITLE`` and has a function ``check(document,
context)`` that returns findings. Adding a file here is all that it takes. No check approves or
refuses; each says what it saw and asks.
"""

import importlib
import pkgutil
from functools import cache
from typing import Protocol as Shape
from typing import cast

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding
from gatekeeping.models import Severity

_GRAVEST_FIRST = (Severity.BLOCK, Severity.CHALLENGE, Severity.WARN, Severity.INFO)


class Check(Shape):
    """What a rule's module offers."""

    RULE: str
    VERSION: int
    TITLE: str

    def check(self, document: SubmissionDocument, context: Context) -> list[Finding]:
        """Return what the rule says of this document: nothing, or one or more findings."""
        ...


@cache
def checks() -> tuple[Check, ...]:
    """Return every rule, in the order of the rules' ids."""
    modules = [
        cast("Check", importlib.import_module(f"{__name__}.{found.name}"))
        for found in pkgutil.iter_modules(__path__)
    ]
    return tuple(sorted(modules, key=lambda module: module.RULE))


def run_checks(document: SubmissionDocument, context: Context) -> tuple[Finding, ...]:
    """Run every rule. The gravest findings come first, then by rule, whatever the order asked."""
    found = [finding for rule in checks() for finding in rule.check(document, context)]
    return tuple(
        sorted(
            found,
            key=lambda finding: (
                _GRAVEST_FIRST.index(finding.severity),
                finding.rule,
                finding.evidence,
            ),
        )
    )
