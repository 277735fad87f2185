"""Builders of test data with sensible defaults: a test spells out only what it is about."""
