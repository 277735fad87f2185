"""What a message says: taken apart, brought to a common form, and told like or unlike another."""
