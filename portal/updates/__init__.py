"""Pages about how schools change: files from GIAS, what they would change, who is head."""
