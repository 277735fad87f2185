"""The 85 areas of responsibility, who owns each at every school, and routing."""
