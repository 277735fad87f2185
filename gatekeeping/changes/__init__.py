"""Changing what was put to the gate: what differs, what that weighs, what it does."""
