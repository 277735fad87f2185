"""Writing to people: mails of the gate, and letters of decisions."""
