"""What the checks know beside the document: each module reads one field of their context."""
