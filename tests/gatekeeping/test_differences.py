"""What voids an approval, as a table: docs/decisions/0008 case by case."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeping.changes.differences import Reach, changes
from gatekeeping.changes.texts_apart import Apart, apart
from gatekeeping.changes.weighing import Weight, voids
from gatekeeping.documents import SubmissionDocument

LESS, SAME, MORE = Weight
BODY = (
    "Please tell us how many pupils travel by bus. Count every pupil on roll on the day.\n\n"
    "Questions? Write to travel@council.example or ring 01772 123456. "
    "You need not count pupils who are absent. Thank you for your help with this collection."
)
BEFORE = {
    "kind": "data_request",
    "title": "Travel to school",
    "purpose": "To plan routes.",
    "decision_maker": "Cabinet, in March",
    "body": BODY,
    "origin": "statute",
    "legal_claim": "Education Act 1996, section 508A",
    "items": [
        {"name": "Pupils by bus", "definition": "On roll", "personal": False},
        {"name": "Names of drivers", "definition": "", "personal": True},
    ],
    "audience": {"phases": ["primary"]},
    "categories": ["transport", "catering"],
    "frequency": {"times": 1, "per": "term"},
    "send_on": "2027-01-11",
    "due_on": "2027-02-12",
    "as_at": "2027-01-04",
    "effort": [{"role": "office", "people": 1, "minutes": {"gather": 30, "complete": 10}}],
    "costs_pence": {"print": 100, "post": 200},
    "expected_response": 0.8,
    "reminders": 2,
    "chase_minutes": 3,
    "reply_by": "email",
    "signature": "login",
    "personal_data": "names",
    "dpia": "DPIA 12",
    "results_back": "A report in June",
    "retention": "Two years",
    "budget_owner": "head.of.transport@council.example",
}


def weigh(change, before=None, **more):
    old = SubmissionDocument.read({**BEFORE, **(before or {})})
    new = SubmissionDocument.read({**BEFORE, **(before or {}), **change})
    return [(found.field, found.weight) for found in changes(old, new, **more)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"kind": "communication"}, [("kind", MORE)]),
        ({"title": "Travel  to school"}, [("title", SAME)]),
        ({"title": "Travel to college"}, [("title", MORE)]),
        ({"purpose": "To close routes."}, [("purpose", MORE)]),
        ({"decision_maker": "The director, in April"}, [("decision_maker", SAME)]),
        ({"decision_maker": ""}, [("decision_maker", MORE)]),
        ({"body": BODY.replace("collection", "colection")}, [("body", SAME)]),
        ({"body": BODY.replace("travel@council", "buses@council")}, [("body", SAME)]),
        ({"body": BODY.replace("123456", "654321")}, [("body", SAME)]),
        ({"body": BODY.replace("bus", "car")}, [("body", MORE)]),
        ({"body": BODY + " And by bicycle?"}, [("body", MORE)]),
        ({"body": BODY.replace(" Count every pupil on roll on the day.", "")}, [("body", LESS)]),
        (
            {"body": BODY.replace(" You need not count pupils who are absent.", "")},
            [("body", MORE)],
        ),
        ({"body": BODY.replace("need not", "must")}, [("body", MORE)]),
        ({"origin": "policy"}, [("origin", MORE)]),
        ({"legal_claim": ""}, [("legal_claim", LESS)]),
        ({"legal_claim": "Education Act 1996, section 509"}, [("legal_claim", MORE)]),
        ({"items": BEFORE["items"][:1]}, [("items", LESS)]),
        ({"items": BEFORE["items"][::-1]}, [("items", SAME)]),
        ({"items": [*BEFORE["items"], {"name": "Stops"}]}, [("items", MORE)]),
        (
            {"items": [{**BEFORE["items"][0], "name": "Pupills by bus"}, BEFORE["items"][1]]},
            [("items", SAME)],
        ),
        (
            {"items": [{**BEFORE["items"][0], "why": "Routes"}, BEFORE["items"][1]]},
            [("items", SAME)],
        ),
        (
            {"items": [BEFORE["items"][0], {**BEFORE["items"][1], "personal": False}]},
            [("items", MORE), ("items", LESS)],
        ),
        (
            {"items": [{**BEFORE["items"][0], "definition": "In the area"}, BEFORE["items"][1]]},
            [("items", MORE), ("items", LESS)],
        ),
        ({"categories": ["transport"]}, [("categories", LESS)]),
        ({"categories": ["transport", "finance"]}, [("categories", MORE)]),
        ({"categories": []}, [("categories", MORE)]),
        ({"frequency": {"times": 1, "per": "year"}}, [("frequency", LESS)]),
        ({"frequency": {"times": 3, "per": "year"}}, [("frequency", SAME)]),
        ({"frequency": {"times": 1, "per": "month"}}, [("frequency", MORE)]),
        ({"due_on": "2027-02-13"}, [("due_on", LESS)]),
        ({"due_on": "2027-02-11"}, [("due_on", MORE)]),
        ({"due_on": None}, [("due_on", MORE)]),
        ({"send_on": "2027-01-10"}, [("send_on", MORE)]),
        ({"send_on": "2027-01-12"}, [("send_on", MORE)]),
        ({"send_on": "2027-01-12", "due_on": "2027-02-13"}, [("due_on", LESS), ("send_on", LESS)]),
        ({"as_at": "2026-10-01"}, [("as_at", MORE)]),
        ({"effort": []}, [("effort", LESS)]),
        (
            {"effort": [{"role": "office", "people": 1, "minutes": {"gather": 20}}]},
            [("effort", LESS)],
        ),
        (
            {"effort": [*BEFORE["effort"], {"role": "head", "minutes": {"check": 1}}]},
            [("effort", MORE)],
        ),
        ({"costs_pence": {"print": 0, "post": 200}}, [("costs_pence", LESS)]),
        ({"costs_pence": {"print": 0, "post": 201}}, [("costs_pence", MORE)]),
        ({"expected_response": 0.9}, [("expected_response", SAME)]),
        ({"reminders": 1}, [("reminders", LESS)]),
        ({"reminders": 3}, [("reminders", MORE)]),
        ({"chase_minutes": 5}, [("chase_minutes", MORE)]),
        ({"reply_by": "portal"}, [("reply_by", LESS)]),
        ({"reply_by": "post"}, [("reply_by", MORE)]),
        ({"signature": "none"}, [("signature", LESS)]),
        ({"signature": "ink"}, [("signature", MORE)]),
        ({"personal_data": "none"}, [("personal_data", LESS)]),
        ({"personal_data": "special"}, [("personal_data", MORE)]),
        ({"dpia": "DPIA 13"}, [("dpia", SAME)]),
        ({"dpia": ""}, [("dpia", MORE)]),
        ({"results_back": ""}, [("results_back", MORE)]),
        ({"voluntary": True}, [("voluntary", LESS)]),
        ({"retention": "Ten years"}, [("retention", MORE)]),
        ({"budget_owner": "other@council.example"}, [("budget_owner", MORE)]),
        ({"renews": "888-2526-D-00001-A"}, [("renews", MORE)]),
        ({"used_before": "Two routes moved."}, [("used_before", SAME)]),
        ({"emergency": True}, [("emergency", MORE)]),
        ({"asked_elsewhere": "The operators."}, [("asked_elsewhere", SAME)]),
        ({"author": "other@council.example", "team": "Other"}, []),
    ],
)
def test_each_change_weighs_what_the_table_says(change, expected):
    assert weigh(change) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"reach": Reach(added=1, dropped=9)}, [("audience", MORE), ("audience", LESS)]),
        ({"reach": Reach(dropped=2)}, [("audience", LESS)]),
        ({"files": ([("a.pdf", "1")], [])}, [("attachments", LESS)]),
        ({"files": ([("a.pdf", "1")], [("b.pdf", "1")])}, []),
        (
            {"files": ([("a.pdf", "1")], [("a.pdf", "2")])},
            [("attachments", MORE), ("attachments", LESS)],
        ),
    ],
)
def test_schools_and_files_are_compared_by_what_they_are(more, expected):
    assert weigh({}, **more) == expected


def test_the_same_schools_in_other_words_are_the_same_and_all_schools_are_more():
    assert weigh({"audience": {"urns": [119100]}}) == [("audience", SAME)]
    assert weigh({"audience": {"all": True}}) == [("audience", MORE)]


def test_a_due_date_after_the_number_has_ended_is_more():
    assert weigh({"due_on": "2027-03-20"}, valid_to=date(2027, 3, 14)) == [("due_on", MORE)]


def test_a_field_that_nobody_thought_of_counts_as_more():
    told = {"author", "team", "attachments", "audience", "audience_text"}
    for name in SubmissionDocument.model_fields.keys() - told:
        old = SubmissionDocument()
        values = {"kind": "data_request", "origin": "dfe", "send_on": "2027-01-01"}
        for value in (values.get(name), True, 7, "words", 0.5, "2027-01-01", "ink", "post"):
            try:
                new = SubmissionDocument.read({name: value})
            except Exception:  # noqa: BLE001, S112 - not a value of this field
                continue
            if new != old:
                assert changes(old, new), name


def with_items(items):
    return SubmissionDocument.read({"kind": "data_request", "items": items})


ITEMS = st.lists(st.text("abcdefg ", min_size=1, max_size=12), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.data())
def test_leaving_items_out_never_voids_and_adding_one_always_does(names, data):
    items = [{"name": name} for name in names]
    kept = [item for item in items if data.draw(st.booleans())]
    assert not voids(changes(with_items(items), with_items(kept)))
    assert voids(changes(with_items(items), with_items([*items, {"name": "something new"}])))


SENTENCE = st.lists(
    st.sampled_from(
        [
            "schools",
            "tell",
            "council",
            "numbers",
            "pupils",
            "buses",
            "routes",
            "meals",
            "lists",
            "kitchens",
        ]
    ),
    min_size=3,
    max_size=7,
).map(lambda words: f"{' '.join(words)}.")


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCE, min_size=1, max_size=8), st.data())
def test_leaving_sentences_out_never_voids_and_adding_one_always_does(sentences, data):
    kept = [sentence for sentence in sentences if data.draw(st.booleans())]
    assert apart(" ".join(sentences), " ".join(kept)) in {Apart.SAME, Apart.SHORTER}
    more = [*sentences, "Also list every driver and their wages."]
    assert apart(" ".join(sentences), " ".join(more)) is Apart.OTHER


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("We recieve it.", "We receive it.", Apart.TYPO),
        ("We send the the list.", "We send the list.", Apart.TYPO),
        ("Please send list.", "Please send the list.", Apart.TYPO),
        ("PLEASE SEND IT", "Please send it", Apart.SAME),
        ("Please – send it", "Please - send it.", Apart.SAME),
        ("Send it by 5 March.", "Send it by 6 March.", Apart.OTHER),
        ("Send it by Monday.", "Send it by Sunday.", Apart.OTHER),
        ("You may answer.", "You must answer.", Apart.OTHER),
        ("You can answer.", "You can't answer.", Apart.OTHER),
        ("It is now due.", "It is not due.", Apart.OTHER),
        ("Count pupils included here.", "Count pupils excluded here.", Apart.OTHER),
        ("It costs £1.50 each.", "It costs £150 each.", Apart.OTHER),
        ("You agree.", "You agree?", Apart.OTHER),
        ("See https://a.example/x now", "See https://b.example/x now", Apart.OTHER),
        ("Anfonwch y ffurflen atom.", "Anfonwch y ffurflen atom", Apart.SAME),
        ("", "", Apart.SAME),
        ("Words", "", Apart.SHORTER),
        ("a b\u00a0c", "a b c", Apart.SAME),
    ],
)
def test_only_slips_of_the_pen_are_taken_for_misspellings(before, after, expected):
    assert apart(before, after) is expected


def test_many_small_slips_together_are_another_text():
    text = " ".join(f"Kitchen{'abcdefgh'[place]} opens." for place in range(8))
    assert apart(text, text.replace("opens", "openz")) is Apart.OTHER


@pytest.mark.parametrize("text", ["a. " * 70_000, "word " * 40_000, "x" * 200_000, "a@" * 100_000])
def test_two_hundred_kilobytes_are_compared_without_harm(text):
    assert apart(text, text) is Apart.SAME
    apart(text, text[: len(text) // 2] + " other " + text[len(text) // 2 :])
    apart(text, text[::-1] + " 7")
