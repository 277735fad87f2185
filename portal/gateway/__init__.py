"""The processes of the mail gateway, and what they share with the rest of the portal."""
