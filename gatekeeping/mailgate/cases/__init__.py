"""Bypass cases: what becomes of a message that went round the gate, and who is told of it."""
