"""Builders of test data with sensible defaults: a test spells out only the fact that it is about."""
