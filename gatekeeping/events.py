"""What the gate tells those above it, and itself later."""

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class SubmissionApproved(Event):
    """A version may go to schools; it is sent at once or when its date has come."""

    submission_id: int
    version_id: int
