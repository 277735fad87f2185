"""Running the checks of the law on a document, without a database."""

from datetime import date

from gatekeeping.checks import checks
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context
from gatekeeping.law.duties import shipped
from gatekeeping.law.facts import judged

TODAY = date(2026, 11, 23)
KINDS = {("01", "2"): 400, ("34", "4"): 80, ("34", "2"): 151, ("11", "7"): 20, ("15", "1"): 24}
RULES = frozenset({f"K0{number}" for number in range(1, 9)})
ROOT = "http://www.legislation.gov.uk/id/"


def findings(document, precedents=None, kinds=KINDS):
    read = SubmissionDocument.read(document)
    law = judged(read, shipped(), precedents or {}, kinds, TODAY)
    context = Context(today=TODAY, schools=sum(kinds.values()), law=law)
    return [found for rule in checks() if rule.RULE in RULES for found in rule.check(read, context)]


def rules(document, **more):
    return {found.rule for found in findings(document, **more)}


def only(rule, document, **more):
    (found,) = [found for found in findings(document, **more) if found.rule == rule]
    return found
