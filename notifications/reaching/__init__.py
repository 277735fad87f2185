"""How people want to be reached: their choices, digests, quiet hours."""
