"""What people call things: word forms, names, concepts, the codes of national collections."""
