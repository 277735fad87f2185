"""Taking out of a parent what a child brought, as far as it is still there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from gatekeeping.assessment import assess
from gatekeeping.changes.effects import (
    CHANGEABLE,
    Effect,
    consequence_in,
)
from gatekeeping.changes.replacing import replace_version
from gatekeeping.changes.since_frozen import changes_since
from gatekeeping.changes.weighing import Change, Weight
from gatekeeping.deciding.recording import newest_version
from gatekeeping.documents import AudienceWords, Effort, Item, SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.models import (
    Attachment,
    Joining,
    JoiningKind,
    State,
    Submission,
    SubmissionVersion,
)
from gatekeeping.uniting.reaching import cells_of, together
from gatekeeping.uniting.records import Made, joinings_of, made_of
from gatekeeping.uniting.wholes import LEVELS, numbers_of, without
from gatekeeping.uniting.work import Part, whole_effort
from gatekeeping.writing.freezing import freeze

FROZEN = CHANGEABLE | {State.CHALLENGED}
"""In these the parent gets a new version without the child."""
WRITTEN = frozenset({State.DRAFT, State.RETURNED})
"""In these it is being written, and loses what the child brought as it stands."""
SAID = {
    "reach": "schools or work, which its officer has changed since",
    "body": "words in the text for schools, which its officer has changed since",
    "purpose": "words in the purpose, which its officer has changed since",
}


@dataclass(frozen=True)
class Rest:
    """A parent's document without a child, what stays in it, and whether schools stay too."""

    document: SubmissionDocument
    kept: Sequence[str]
    rebased: bool


def take_out(
    session: Session,
    parent: Submission,
    joining: Joining,
    *,
    by: Person,
    at: datetime,
    address: str,
) -> None:
    """Let the parent live on with what remains; the joining notes from which version.

    It asks less than before, so an approval stays. Nothing happens to a parent whose answers were
    reused, or that is over.
    """
    if joining.kind is JoiningKind.REUSED or parent.state not in FROZEN | WRITTEN:
        return
    newest = newest_version(session, parent)
    joinings = joinings_of(session, parent)
    others = [row for row in joinings if row.undone_at is None and row.id != joining.id]
    rest = _without(session, parent, newest, joining, joinings)
    joining.kept = list(rest.kept)
    joining.brought = {**joining.brought, "rebased": rest.rebased}
    parent.document = rest.document.as_json()
    parent.updated_at = at
    _drop_files(session, parent, joining, others)
    if parent.state in WRITTEN:
        session.flush()
        return
    version = _freeze(session, parent, newest, joining, by=by, at=at, address=address)
    joining.undone_version_id = version.id


def _freeze(
    session: Session,
    parent: Submission,
    newest: SubmissionVersion,
    joining: Joining,
    *,
    by: Person,
    at: datetime,
    address: str,
) -> SubmissionVersion:
    document = SubmissionDocument.read(parent.document)
    found = _lighter(changes_since(session, parent, newest, document))
    assessment = assess(session, parent.authority_id, document, at=at, submission_id=parent.id)
    version = freeze(session, parent, by=parent.author_id, at=at, assessment=assessment)
    version.changes = [change.as_json() for change in found]
    effect = Effect(found, consequence_in(parent.state, found))
    why = f"No. {joining.child.number} is no longer joined to it."
    replace_version(session, parent, version, effect, by=by, at=at, address=address, why=why)
    return version


def _lighter(found: Sequence[Change]) -> list[Change]:
    """Weigh what goes out: words that only the child needed ask for less, whatever they said.

    Schools are counted, not judged by words: were it any more of them, that would stay more.
    """
    return [
        change if change.field == "audience" else replace(change, weight=_at_most_less(change))
        for change in found
    ]


def _at_most_less(change: Change) -> Weight:
    return Weight.LESS if change.weight is Weight.MORE else change.weight


def _without(
    session: Session,
    parent: Submission,
    newest: SubmissionVersion,
    joining: Joining,
    joinings: Sequence[Joining],
) -> Rest:
    """Return the parent's newest document, or what is written of it, without a child."""
    made = made_of(session, newest, joinings, including=joining.id)
    others = [row for row in joinings if row.undone_at is None and row.id != joining.id]
    before = SubmissionDocument.read(parent.document)
    number = joining.child.number or ""
    items, kept = _items(before.items, joinings, number)
    texts = _texts(before, joining, kept)
    united = [row for row in others if row.kind is JoiningKind.UNITED]
    if not united:  # nothing is joined any more: the numbers say nothing
        items = [item.model_copy(update={"asked_by": ""}) for item in items]
    gone = set(joining.brought.get("categories", ())) - {
        slug for row in united for slug in row.brought.get("categories", ())
    }
    files = _gone_files(joining, others)
    values: dict[str, object] = {
        **texts,
        "items": items,
        "categories": [slug for slug in before.categories if slug not in gone] or before.categories,
        "attachments": [name for name in before.attachments if name not in files.values()],
    }
    frozen = SubmissionDocument.read(newest.document)
    same = (before.effort, before.audience) == (frozen.effort, frozen.audience)
    own = joining.id in {row.id for row, _ in made.children}
    if not (same and made.intact and own):
        kept.append(SAID["reach"])
        values["audience"] = _unlisted(before.audience, joining, united)
        return Rest(before.model_copy(update=values), _once(kept), rebased=True)
    left = Made(made.base, [(row, v) for row, v in made.children if row.id != joining.id])
    parts = left.parts(parent.number or "", items)
    audience, effort = _reach(session, parent, parts, before)
    values |= {"audience": audience, "effort": effort, "personal_data": _level(before, parts)}
    return Rest(before.model_copy(update=values), _once(kept), rebased=False)


def _reach(
    session: Session, parent: Submission, parts: Sequence[Part], before: SubmissionDocument
) -> tuple[AudienceWords, list[Effort]]:
    """Return the schools and the work of the parts that remain."""
    audience = parts[0].document.audience
    for part in parts[1:]:
        audience = together(session, parent.authority_id, audience, part.document.audience)
    if len(parts) == 1:
        return audience, list(parts[0].document.effort)
    cells = cells_of(session, parent.authority_id, [part.document.audience for part in parts])
    protocol = protocol_of(session, parent.authority_id)
    return audience, whole_effort(before.kind, parts, cells, protocol)


def _items(
    items: Sequence[Item], joinings: Sequence[Joining], number: str
) -> tuple[list[Item], list[str]]:
    """Return the items without those that only this child asks; edited ones stay and are said.

    ``joinings`` are all that there ever were: another may have brought what this one asks too.
    """
    brought = {
        (each["name"], each["definition"])
        for row in joinings
        for each in row.brought.get("items", ())
        if each["take"] == "as_well"
    }
    left: list[Item] = []
    kept: list[str] = []
    for item in items:
        if number not in numbers_of(item.asked_by):
            left.append(item)
            continue
        rest = without(item.asked_by, number)
        if rest or (item.name, item.definition) not in brought:
            left.append(item.model_copy(update={"asked_by": rest}))
            if not rest:
                kept.append(f"“{item.name}”, which its officer has changed since")
    return left, kept


def _texts(before: SubmissionDocument, joining: Joining, kept: list[str]) -> dict[str, str]:
    """Return the texts without what the child added, where it still stands word for word."""
    found: dict[str, str] = {}
    for name, added in joining.brought.get("texts", {}).items():
        text = str(getattr(before, name))
        if added in text:
            found[name] = text.replace(added, "", 1)
        elif name in SAID:
            kept.append(SAID[name])
    return found


def _unlisted(
    audience: AudienceWords, joining: Joining, others: Sequence[Joining]
) -> AudienceWords:
    """Return the schools without those that only this child's list added."""
    still = {urn for row in others for urn in row.brought.get("urns", ())}
    gone = set(joining.brought.get("urns", ())) - still
    return audience.model_copy(update={"urns": [urn for urn in audience.urns if urn not in gone]})


def _level(before: SubmissionDocument, parts: Sequence[Part]) -> str:
    """Return the personal data of what remains; what the officer has changed stays."""
    needed = max((part.document.personal_data for part in parts), key=LEVELS.index)
    return min(before.personal_data, needed, key=LEVELS.index)


def _drop_files(
    session: Session, parent: Submission, joining: Joining, others: Sequence[Joining]
) -> None:
    gone = _gone_files(joining, others)
    if not gone:
        return
    session.execute(
        sa.delete(Attachment).where(
            Attachment.authority_id == parent.authority_id,
            Attachment.submission_id == parent.id,
            Attachment.sha256.in_(sorted(gone)),
        )
    )
    session.flush()
    session.expire(parent, ["attachments"])


def _gone_files(joining: Joining, others: Sequence[Joining]) -> dict[str, str]:
    """Return the names, by content, of the files that only this child brought."""
    still = {file["sha256"] for row in others for file in row.brought.get("files", ())}
    return {
        file["sha256"]: file["name"]
        for file in joining.brought.get("files", ())
        if file["sha256"] not in still
    }


def _once(kept: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(kept))
