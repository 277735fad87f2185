"""Files as documents: reading and judging them, versions, what changed, keeping and printing."""
