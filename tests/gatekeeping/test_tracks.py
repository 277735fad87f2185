import pytest

from gatekeeping.burden import burden
from gatekeeping.claims import claim_spans
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Track
from gatekeeping.tracks import track_of

QUICK = [{"role": "office", "people": 1, "minutes": {"complete": 5}}]
SLOW = [{"role": "office", "people": 1, "minutes": {"complete": 6}}]
NOTE = {"body": "A short note."}
ASK = {"kind": "data_request", "voluntary": True, "effort": QUICK}


@pytest.mark.parametrize(
    ("document", "schools", "track"),
    [
        (NOTE, 20, Track.LIGHT),
        (NOTE, 21, Track.STANDARD),
        ({**NOTE, "reply_by": "email"}, 5, Track.STANDARD),
        ({"body": "Please tell us how many pupils walk to school."}, 5, Track.STANDARD),
        (ASK, 20, Track.LIGHT),
        ({**ASK, "effort": []}, 5, Track.STANDARD),
        (ASK, 21, Track.STANDARD),
        ({**ASK, "voluntary": False}, 20, Track.STANDARD),
        ({**ASK, "effort": SLOW}, 20, Track.STANDARD),
        ({**ASK, "legal_claim": "Children Act 2004"}, 20, Track.STANDARD),
        ({**ASK, "legal_claim": "Children Act 2004"}, 21, Track.HIGH),
        ({**ASK, "legal_claim": "Education Act 1996, s 537A"}, 21, Track.HIGH),
        ({**ASK, "legal_claim": "This is not statutory."}, 21, Track.STANDARD),
        ({**ASK, "origin": "statute"}, 21, Track.HIGH),
        ({**ASK, "personal_data": "special"}, 1, Track.HIGH),
        ({**ASK, "personal_data": "names"}, 1, Track.LIGHT),
        ({**ASK, "costs_pence": {"licence": 1_000_000}}, 1, Track.HIGH),
        ({**ASK, "costs_pence": {"licence": 999_000}}, 1, Track.LIGHT),
        ({**NOTE, "emergency": True, "emergency_grounds": "Flood"}, 30, Track.EMERGENCY),
        ({**NOTE, "emergency": True}, 30, Track.STANDARD),
    ],
)
def test_the_track_follows_from_schools_cost_claim_and_data(document, schools, track):
    read = SubmissionDocument.read(document)
    found = track_of(
        read, schools=schools, burden=burden(read, schools), claims=bool(claim_spans(read))
    )
    assert found is track
