"""The verbs by which a submission is decided, as a table: verb -> what is called.

What stands behind the page and behind a decision that could be undone is the same call, so the
same rules are asked when the seconds are over. Values are plain JSON.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from directory.models import Person
from foundation.errors import Refusal
from gatekeeping.deciding.decisions import approve, approve_with_conditions, refuse
from gatekeeping.deciding.handing import escalate, hand_back, redirect, return_
from gatekeeping.deciding.suspending import resume, suspend
from gatekeeping.models import Decision, Submission, Verb
from gatekeeping.uniting.merging import merge
from gatekeeping.writing.questions import challenge


@dataclass(frozen=True)
class Act:
    """A verb's function, and the names of the values that it takes beside the common ones."""

    function: Callable[..., Decision]
    values: frozenset[str]


def _act(function: Callable[..., Decision], *values: str) -> Act:
    return Act(function, frozenset(values))


VERBS: Mapping[Verb, Act] = {
    Verb.APPROVE: _act(approve, "reason", "answer_to_panel"),
    Verb.APPROVE_WITH_CONDITIONS: _act(
        approve_with_conditions, "reason", "conditions", "answer_to_panel"
    ),
    Verb.CHALLENGE: _act(challenge, "text", "again"),
    Verb.RETURN: _act(return_, "reason"),
    Verb.REDIRECT: _act(redirect, "source", "owner", "access", "reason"),
    Verb.MERGE: _act(merge, "into", "items", "parent_version", "reason"),
    Verb.REFUSE: _act(refuse, "code", "reason"),
    Verb.ESCALATE: _act(escalate, "reason"),
    Verb.HAND_BACK: _act(hand_back, "reason"),
    Verb.SUSPEND: _act(suspend, "reason"),
    Verb.RESUME: _act(resume, "reason"),
}
"""Emergencies, after-reviews and appeals have verbs of their own, and nothing to undo."""


class UnknownVerbError(Refusal):
    """What was asked for is no decision that can be made here."""

    sentence = "Choose what you decide."


def carry_out(
    session: Session,
    submission: Submission,
    verb: Verb,
    values: Mapping[str, Any],
    *,
    by: Person,
    version: int,
    at: datetime,
    address: str,
) -> Decision:
    """Make a decision by its verb; every rule is asked now, whoever pressed the button and when.

    ``values`` are those that ``VERBS[verb].values`` names; others are passed over, missing ones
    are empty. Returns the decision that was stored, which on the HIGH track may be a SUPPORT where
    an approval was asked for. Raises a Refusal and changes nothing. Commits nothing.
    """
    act = VERBS.get(verb)
    if act is None:
        raise UnknownVerbError(field="verb")
    given = {name: values[name] for name in act.values if name in values}
    return act.function(
        session, submission, by=by, version=version, at=at, address=address, **given
    )
