"""How much memory the gateway's door takes for a large message: ``python -m tests.mail_memory``.

In a process of its own, because what other threads of a test process take at the time would count.
"""

import sys
import tracemalloc

from tests.mail_doors import next_server, running

PIECE = (b"z" * 76 + b"\r\n") * 8_000
PIECES = 34


def most_memory() -> int:
    """Return the most bytes that were taken at once while a message of 21 MB passed."""
    with next_server(keeps=False) as hop, running(hop.port) as made, made.client() as client:
        client.begin()
        client.ask("DATA")
        tracemalloc.start()
        for _ in range(PIECES):
            client.send(PIECE)
        client.send(b".\r\n")
        answer = client.answer()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    if answer != "250 2.0.0 took it" or [each.size for each in hop.took] != [PIECES * len(PIECE)]:
        raise RuntimeError(f"The message did not pass: {answer}")
    return most


if __name__ == "__main__":
    sys.stdout.write(f"{most_memory()}\n")
