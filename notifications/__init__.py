"""Reaching people: notices, their deliveries, and mail. Knows how, never why."""
