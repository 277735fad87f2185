"""Bringing an earlier register along: its entries become past entries of this one."""
