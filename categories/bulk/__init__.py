"""Owners by the thousand: files in and out."""
