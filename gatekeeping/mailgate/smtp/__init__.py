"""SMTP as it is written: commands, the stream of a message, and the next server's side of it."""
