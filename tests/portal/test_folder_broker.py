"""The embedded broker: files that are whole, and wake-ups that nobody needs twice."""

from pathlib import Path

import pytest
from kombu import Connection

from foundation.settings import Settings
from portal import folder_broker
from portal.celery import EVERY, QUEUES, app_for


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "broker"


@pytest.fixture
def connection(folder):
    folder.mkdir()
    folder_broker.install()
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder)}
    with Connection("folder://localhost", transport_options=options) as opened:
        yield opened


def test_messages_come_out_of_their_queue_in_the_order_they_went_in(connection):
    mail, letters = connection.SimpleQueue("mail"), connection.SimpleQueue("letters")
    for number in range(3):
        mail.put({"number": number})
    letters.put({"number": 9})
    assert [mail.get_nowait().payload["number"] for _ in range(3)] == [0, 1, 2]
    assert letters.get_nowait().payload == {"number": 9}
    with pytest.raises(mail.Empty):
        mail.get_nowait()


def test_half_a_message_is_thrown_away_and_the_next_one_is_read(connection, folder):
    mail = connection.SimpleQueue("mail")
    (folder / "0.mail.msg").write_text('{"body": "ab')
    mail.put({"number": 1})
    assert mail.get_nowait().payload == {"number": 1}
    assert not list(folder.iterdir())


def test_a_queue_that_nobody_empties_stops_growing(connection, folder):
    mail = connection.SimpleQueue("mail")
    for number in range(folder_broker.MOST_WAITING + 20):
        mail.put(number)
    assert mail.qsize() == folder_broker.MOST_WAITING
    assert len(list(folder.iterdir())) == folder_broker.MOST_WAITING


def test_waking_leaves_one_message_in_the_queue_of_the_task(tmp_path):
    settings = Settings(portal_home=tmp_path / "home")
    app = app_for(settings)
    for queue in QUEUES:
        app.send_task(f"portal.{queue}", queue=queue)
    names = sorted(
        place.name.split(".")[1] for place in (tmp_path / "home" / "broker").glob("*.msg")
    )
    assert names == sorted(QUEUES)


def test_every_scheduled_task_and_every_queue_has_its_function(tmp_path):
    import portal.tasks

    app = app_for(Settings(portal_home=tmp_path))
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert names == {f"portal.{name}" for name in EVERY}
    assert set(QUEUES) <= set(EVERY)
    for name in names:
        assert name in app.tasks
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["queue"] in QUEUES
    assert portal.tasks.mail.name == "portal.mail"
