"""Drafts made of held mail: title, text, files, schools and asks are taken from the message."""
