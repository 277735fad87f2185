"""How far what was sent has come, for its senders and the authority."""
