"""Reminding those who have not acted, and telling a deputy and a head of what stays undone."""
