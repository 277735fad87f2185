from tests.faults.gateway import killed_gateway

MESSAGES = 150


def test_no_mail_is_lost_or_doubled_when_everything_is_killed_once():
    kills = ("one gateway", "all gateways", "PostgreSQL", "Postfix B")
    came_to = killed_gateway(MESSAGES, kills=kills, rate=40)
    assert came_to.ok, came_to.note
