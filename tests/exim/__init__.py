"""Exim before the gateway and behind it: ``python -m tests.exim [path of exim4] [step ...]``.

    client -> Exim -> gateway (two processes) -> Exim's second door -> sink

Exim cannot be installed beside Postfix, which the tests use, so this is no part of them. Run it as
root. Exim is set up by the very file that docs/mail-gateway.md shows, with other ports and folders.
"""
