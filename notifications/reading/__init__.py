"""What readers see of what was sent, and what they do with it."""
