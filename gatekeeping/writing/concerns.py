"""Which page of the form a finding concerns: where its words stand, and where it is mended."""

from collections.abc import Mapping
from typing import Final

from gatekeeping.findings import Finding

FIELDS: Final[Mapping[str, str]] = {
    "title": "about",
    "kind": "about",
    "purpose": "about",
    "decision_maker": "about",
    "body": "text",
    "audience": "audience",
    "audience_text": "audience",
    "categories": "categories",
    "legal_claim": "claim",
    "origin": "claim",
    "items": "items",
    "effort": "effort",
    "costs_pence": "effort",
    "expected_response": "effort",
    "reminders": "effort",
    "chase_minutes": "effort",
    "reply_by": "reply",
    "signature": "reply",
    "personal_data": "reply",
    "dpia": "reply",
    "voluntary": "reply",
    "if_not": "need",
    "asked_elsewhere": "need",
    "results_back": "need",
    "retention": "need",
    "budget_owner": "need",
    "renews": "renewal",
    "used_before": "renewal",
    "number": "renewal",
    "send_on": "dates",
    "due_on": "dates",
    "as_at": "dates",
    "period": "dates",
    "frequency": "dates",
    "emergency": "emergency",
    "emergency_grounds": "emergency",
    "attachments": "attachments",
}
"""Field of the document -> page of the form."""

RULES: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"K0{number}": ("claim",) for number in range(1, 8)},
    "K08": ("claim", "items"),
    "K10": ("text", "items"),
    "K11": ("items",),
    "K12": ("items",),
    "K20": ("audience",),
    "K21": ("audience",),
    "K30": ("text", "reply"),
    "K31": ("reply",),
    "K40": ("text",),
    "K41": ("about", "text", "dates"),
    "K50": ("dates",),
    "K51": ("dates",),
    "K52": ("dates",),
    "K60": ("effort",),
    "K61": ("about", "effort"),
    "K62": ("renewal",),
    "K70": ("items", "reply"),
    "K71": ("reply",),
    "K72": ("reply",),
    "K80": ("renewal",),
    "K81": ("categories",),
    "K91": ("text",),
    "K92": ("about", "items"),
    "K93": ("emergency",),
}
"""Where each rule's question is answered."""


def pages_of(finding: Finding) -> tuple[str, ...]:
    """Return the pages that a finding concerns, first the one on which to mend it."""
    told = [FIELDS.get(span.field.split(".")[0], "") for span in finding.evidence]
    return tuple(dict.fromkeys(page for page in (*RULES.get(finding.rule, ()), *told) if page))
