"""Routing: at each school, the people to whom a category leads, and why."""
