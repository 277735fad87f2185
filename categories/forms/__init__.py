"""Forms about categories and their owners."""
