"""Organisations, schools, people and their roles."""
