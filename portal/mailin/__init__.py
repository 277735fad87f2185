"""The door for mail that comes back: a small SMTP server, and what takes a message from it."""
