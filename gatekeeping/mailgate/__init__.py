"""The mail gateway: mail to many schools that has not passed the gate is held, its sender helped.

``server`` only speaks SMTP, ``message`` parses, ``policy`` decides from plain values, ``hold``
keeps. Around them, from the door inwards: ``door``, ``gate``, ``reports``, ``drafts``, ``cases``,
``rule``, ``words`` and ``smtp``; imports run one way among them, too (docs/decisions/0018).
"""
