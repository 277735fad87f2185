"""Joining two submissions into one that asks schools once: of whom, what, and what that saves.

``pairing`` finds what both ask, ``reaching`` who is asked, ``work`` what it costs, ``wholes``
writes the whole, ``proposing`` reads what is needed for all of it, ``taking_out`` undoes it.
"""
