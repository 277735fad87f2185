import re
from dataclasses import fields
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from directory.models import Role
from foundation.errors import Refusal
from gatekeeping.editions import (
    SETTINGS,
    ChangedMeanwhileError,
    NoReasonError,
    NothingChangedError,
    change_protocol,
    differences,
    history,
    protocol_of,
)
from gatekeeping.forms.protocol import shown
from gatekeeping.protocol import DEFAULT, RATES_2025_26, Protocol
from gatekeeping.views.protocols import groups
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory


@pytest.fixture
def administrator(session):
    return OfficerFactory(role=Role.ADMINISTRATOR)


def change(session, administrator, changes, **facts):
    values = {"why": "The forum agreed.", "seen": 0, "at": NOON} | facts
    return change_protocol(
        session, administrator.authority_id, changes, by=administrator.person, **values
    )


@pytest.mark.sqlite_only
def test_every_threshold_is_within_its_own_bounds_and_explained():
    for name, facts in SETTINGS.items():
        assert facts["least"] <= getattr(DEFAULT, name) <= facts["most"], name
        assert facts["says"].endswith("."), name
        assert facts["unit"], name
    named = [name for _, names in groups() for name in names]
    assert sorted(named) == sorted(SETTINGS)
    others = {field.name for field in fields(Protocol)} - set(SETTINGS)
    assert others == {"version", "rates_name", "rates", "texts"}


def test_a_change_is_a_new_edition_and_the_old_one_stays(session, authority_id, administrator):
    rates = {**RATES_2025_26, "office": 2300}
    change(session, administrator, {"notice_days": 15})
    change(
        session,
        administrator,
        {"rates": rates, "rates_name": "2026-27", "texts": {"K01": "Which Act?"}},
        seen=1,
        at=NOON + timedelta(days=1),
    )
    session.expire_all()
    now = protocol_of(session, authority_id)
    assert (now.version, now.notice_days, now.rates["office"]) == (2, 15, 2300)
    assert now.texts == {"K01": "Which Act?"}
    before = protocol_of(session, authority_id, at=NOON + timedelta(hours=1))
    assert (before.version, before.rates["office"]) == (1, 2200)
    assert protocol_of(session, authority_id, at=NOON - timedelta(hours=1)) == DEFAULT
    told = [
        (edition.version, [one.name for one in changed])
        for edition, changed in history(session, authority_id)
    ]
    assert told == [(2, ["rates_name", "rates.office", "texts.K01"]), (1, ["notice_days"])]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changes", "facts", "refusal"),
    [
        ({"notice_days": 15}, {"why": "  "}, NoReasonError),
        ({"notice_days": 20}, {}, NothingChangedError),
        ({"notice_days": 15}, {"seen": 4}, ChangedMeanwhileError),
        ({"notice_days": -1}, {}, ValueError),
        ({"most_categories": 86}, {}, ValueError),
        ({"version": 9}, {}, ValueError),
        ({"no_such": 9}, {}, ValueError),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    session, authority_id, administrator, changes, facts, refusal
):
    with pytest.raises(refusal):
        change(session, administrator, changes, **facts)
    assert protocol_of(session, authority_id) == DEFAULT


def test_of_two_changes_at_once_one_is_refused(database, session, authority_id, administrator):
    session.commit()
    barrier, outcomes = Barrier(2), []

    def work(days):
        barrier.wait()
        try:
            with database.transaction(authority=authority_id) as own:
                change(own, own.merge(administrator), {"notice_days": days})
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [Thread(target=work, args=(days,)) for days in (11, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ChangedMeanwhileError", "done"]
    session.expire_all()
    assert protocol_of(session, authority_id).version == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("notice_days", 20, "20 school days"),
        ("first_look_days", 1, "1 working day"),
        ("high_cost_pence", 1_000_000, "£10,000"),
        ("alike_from", 0.9, "90 per cent"),
        ("rates.head", 6200, "£62.00 an hour"),
        ("texts.K01", None, "the text as shipped"),
        ("rates_name", "2025-26", "2025-26"),
    ],
)
def test_values_are_shown_as_people_say_them(name, value, words):
    assert shown(name, value) == words


def test_a_protocol_differs_from_itself_in_nothing():
    assert differences(DEFAULT, Protocol()) == []


class TestPages:
    def form(self, client):
        page = client.get("/protocol/change").get_data(as_text=True)
        values = dict(re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', page))
        values |= {
            name: value for value, name in re.findall(r'value="([^"]*)"[^>]*?name="(\w+)"', page)
        }
        values |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*([^<]*)</textarea>', page))
        return values

    @pytest.mark.sqlite_only
    def test_anybody_reads_it_and_an_administrator_changes_it(
        self, session, authority_id, administrator, client, sign_in
    ):
        session.commit()
        assert "20 school days" in client.get("/protocol").get_data(as_text=True)
        sign_in(client, administrator)
        values = self.form(client)
        assert values["high_cost_pence"] == "10000.00"
        assert values["alike_from"] == "90"
        sent = {**values, "notice_days": "15", "high_cost_pence": "£12,500", "why": "Agreed."}
        answer = client.post("/protocol/change", data=sent)
        assert answer.status_code == 302
        session.expire_all()
        now = protocol_of(session, authority_id)
        assert (now.version, now.notice_days, now.high_cost_pence) == (1, 15, 1_250_000)
        page = client.get("/protocol").get_data(as_text=True)
        assert "From 20 school days to 15 school days." in page
        assert "From £10,000 to £12,500." in page

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"notice_days": "soon"}, "Enter a whole number"),
            ({"notice_days": ""}, "Enter a number from 0 to 10,000."),
            ({"alike_from": "101"}, "Enter a number from 0 to 100."),
            ({"rate_head": "sixty"}, "Enter an amount in pounds"),
            ({"rate_head": "NaN"}, "Enter an amount in pounds"),
            ({"why": " "}, "Enter why you change it"),
            ({}, "Nothing is different from the protocol in force"),
            ({"seen": "7", "notice_days": "3"}, "while you had this page open"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
        self, session, authority_id, administrator, client, sign_in, typed, says
    ):
        session.commit()
        sign_in(client, administrator)
        sent = {**self.form(client), "why": "Agreed.", "text_K01": "Which Act?", **typed}
        if not typed:
            sent["text_K01"] = ""
        page = client.post("/protocol/change", data=sent).get_data(as_text=True)
        assert says in page
        assert typed.get("notice_days", "") in page
        assert protocol_of(session, authority_id) == DEFAULT

    @pytest.mark.sqlite_only
    def test_nobody_else_changes_it(self, session, client, sign_in):
        officer = OfficerFactory()
        session.commit()
        sign_in(client, officer)
        assert client.get("/protocol/change").status_code == 403
        assert "Change the protocol" not in client.get("/protocol").get_data(as_text=True)
