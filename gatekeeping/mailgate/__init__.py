"""The mail gateway: mail to many schools that has not passed the gate is held, its sender helped.

``server`` only speaks SMTP, ``message`` parses, ``policy`` decides from plain values, ``hold``
keeps (docs/decisions/0018).
"""
