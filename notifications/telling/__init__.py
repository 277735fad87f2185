"""Telling people what changed about what they get."""
