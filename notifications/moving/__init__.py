"""Where items go when people, owners or schools change."""
