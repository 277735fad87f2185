"""What the portal makes of the pairs."""

from collections.abc import Sequence

from gatekeeping.alike.comparing import Comparison, compare
from gatekeeping.alike.meaning import meaning_of
from gatekeeping.documents import SubmissionDocument
from tests.evaluation.measuring import Pair


def compared(pairs: Sequence[Pair]) -> list[Comparison]:
    """Compare the documents of each pair."""
    return [
        compare(
            meaning_of(SubmissionDocument.read(pair.a)), meaning_of(SubmissionDocument.read(pair.b))
        )
        for pair in pairs
    ]
