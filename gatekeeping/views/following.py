"""Following what was sent."""
