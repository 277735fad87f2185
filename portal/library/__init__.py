"""Finding what was sent: search over the notices that a person may see."""
