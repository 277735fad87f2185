"""Showing a page of the form with what the gate would ask about it, as last saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template

from gatekeeping.assessment import Assessment
from gatekeeping.burden import Step, steps
from gatekeeping.documents import SubmissionDocument
from gatekeeping.evidence import Excerpt, excerpts
from gatekeeping.findings import Finding
from gatekeeping.forms import Form
from gatekeeping.law.naming import in_words
from gatekeeping.law.opinions import Opinion
from gatekeeping.law.words import VERDICT_NAMES
from gatekeeping.models import Submission
from gatekeeping.views.own import BY_SLUG, Section, judged
from gatekeeping.wording import ROLES
from gatekeeping.writing.concerns import pages_of
from gatekeeping.writing.submissions import seen

LIVE_PAGES = frozenset(
    {"about", "text", "claim", "items", "effort", "reply", "need", "renewal", "dates", "emergency"}
)
"""Pages that are checked while they are written; the others change by choosing."""

WORDED = frozenset({"about", "text", "items"})
"""Pages whose words tell who should get it."""

MOST_CITED = 10


@dataclass(frozen=True)
class Live:
    """What the region beside a page shows."""

    here: list[tuple[Finding, list[Excerpt], Section | None]]
    elsewhere: int
    steps: tuple[Step, ...]
    cited: list[tuple[str, Opinion]]
    roles: Mapping[str, str]
    rates: str
    suggested: list[Mapping[str, Any]]
    """While no category is chosen: those that fit the words, with their headings."""


def live_of(document: SubmissionDocument, assessment: Assessment, slug: str) -> Live:
    """Return what concerns one page; a question that is mended elsewhere gets a link there."""
    here = []
    for finding in assessment.findings:
        pages = pages_of(finding)
        if slug in pages:
            pieces = excerpts(document, [span.as_json() for span in finding.evidence])
            other = BY_SLUG.get(pages[0]) if pages[0] != slug else None
            here.append((finding, pieces, other))
    return Live(
        here=here,
        elsewhere=len(assessment.findings) - len(here),
        steps=steps(document, assessment.schools, assessment.protocol) if slug == "effort" else (),
        cited=[
            (_capital(in_words(one.citation)), one.opinion)
            for one in assessment.law.cited[:MOST_CITED]
        ]
        if slug == "claim"
        else [],
        roles=ROLES,
        rates=assessment.protocol.rates_name,
        suggested=_suggested(assessment) if slug in WORDED else [],
    )


def _suggested(assessment: Assessment) -> list[Mapping[str, Any]]:
    return [
        each
        for finding in assessment.findings
        if finding.rule == "K81"
        for each in finding.detail.get("suggested", ())
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def show_section(
    template: str,
    draft: Submission,
    section: Section,
    form: Form,
    *,
    names: tuple[str, ...],
    conflict: str | None = None,
    **more: Any,
) -> str:
    """Show one page of the form; ``names`` are the document's fields that it edits."""
    document = SubmissionDocument.read(draft.document)
    assessment: Assessment = more.pop("assessment", None) or judged(draft)
    return render_template(
        template,
        draft=draft,
        document=document,
        section=section,
        form=form,
        mark=seen(draft.document, names),
        conflict=conflict,
        draft_id=draft.id,
        assessment=assessment,
        live=live_of(document, assessment, section.slug),
        live_pages=LIVE_PAGES,
        verdicts=VERDICT_NAMES,
        **more,
    )
