"""E-mail: composing, claiming, sending."""
