"""How alike two documents are: what they ask, of whom, for when and what for (decision 12)."""
