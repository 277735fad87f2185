"""The gate between the SMTP door and the rules: what becomes of one message."""
