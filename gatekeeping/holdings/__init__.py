"""The data that the authority holds already: its catalogue, its owners, and who asks for access."""
