"""The gate: submissions, checks, decisions, and the public register of numbers."""
