"""The ways in which people are reached."""
