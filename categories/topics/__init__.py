"""Which categories a text is about."""
